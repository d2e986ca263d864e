import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashLuma, lumaOf } from '@keben/pdq';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';

const bin = join(import.meta.dirname, '../../bin/keben.js');
const folder = mkdtempSync(join(tmpdir(), 'keben-hash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const width = 700;
const height = 300;
const data = Uint8Array.from(
  { length: width * height * 3 },
  (_, at) => 128 + 100 * Math.sin(at / 997) * Math.cos((at / width) * 0.021),
);
const picture = sharp(data, { raw: { width, height, channels: 3 } });
await picture.clone().png().toFile(join(folder, 'một ảnh.png'));
await picture.clone().flop().png().toFile(join(folder, 'mirrored.png'));
writeFileSync(join(folder, 'note.txt'), 'not a picture');
writeFileSync(join(folder, 'torn.png'), readFileSync(join(folder, 'mirrored.png')).subarray(0, 500));
const { hash, quality, dihedral } = hashLuma(lumaOf({ data, width, height, channels: 3 }), {
  dihedral: true,
});
const printed = Buffer.from(hash).toString('hex');

function keben(words: string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'hash', ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('keben hash', () => {
  it('prints hash, quality and path, a line for each picture', () => {
    const found = keben(['một ảnh.png', 'mirrored.png']);
    expect(found).toMatchObject({ status: 0, stderr: '' });
    const [first, second, ...more] = found.stdout.trimEnd().split('\n');
    expect(first).toBe(`${printed} ${quality} một ảnh.png`);
    expect(second).toMatch(/^[0-9a-f]{64} \d+ mirrored\.png$/);
    expect(more).toEqual([]);
  });

  it('goes on after a file that it cannot hash, tells why, and ends with 1', () => {
    const found = keben(['note.txt', 'nowhere.png', 'torn.png', '.', 'một ảnh.png']);
    expect(found.status).toBe(1);
    expect(found.stdout).toBe(`${printed} ${quality} một ảnh.png\n`);
    const told = found.stderr.trimEnd().split('\n');
    expect(told).toHaveLength(4);
    expect(told[0]).toBe('keben: note.txt: not a JPEG, PNG, WebP, GIF, AVIF or HEIC image');
    expect(told[1]).toBe('keben: nowhere.png: cannot be read (ENOENT)');
    expect(told[2]).toMatch(/^keben: torn\.png: the PNG image cannot be decoded/);
    expect(told[3]).toBe('keben: .: cannot be read (EISDIR)');
  });

  it('tells everything as JSON, paths from standard input', () => {
    const found = keben(['--json', '--dihedral', '--md5', '-'], 'một ảnh.png\nnote.txt\n');
    expect(found.status).toBe(1);
    const lines = found.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    const md5 = createHash('md5')
      .update(readFileSync(join(folder, 'một ảnh.png')))
      .digest('hex');
    const turned = Object.fromEntries(
      Object.entries(dihedral ?? {}).map(([name, bits]) => [name, Buffer.from(bits).toString('hex')]),
    );
    expect(Object.keys(turned)).toHaveLength(8);
    expect(lines).toEqual([
      { path: 'một ảnh.png', hash: printed, quality, width, height, md5, dihedral: turned },
      { path: 'note.txt', error: 'not a JPEG, PNG, WebP, GIF, AVIF or HEIC image' },
    ]);
  });

  it('prints eight lines with their orientation for --dihedral', () => {
    const lines = keben(['--dihedral', '--md5', 'mirrored.png']).stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(8);
    expect(lines[5]).toMatch(/^[0-9a-f]{64} \d+ flipY [0-9a-f]{32} mirrored\.png$/);
  });

  it('asks for files', () => {
    expect(keben([])).toMatchObject({ status: 1, stderr: expect.stringContaining('hash needs files') });
    expect(keben(['--fast', 'x.png']).status).toBe(1);
  });
});
