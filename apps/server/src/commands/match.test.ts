import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const bin = join(import.meta.dirname, '../../bin/keben.js');
const folder = mkdtempSync(join(tmpdir(), 'keben-match-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const zero = '0'.repeat(64);
const far = 'f'.repeat(64);
const near = `${'0'.repeat(60)}000f`;
const nearer = `8${'0'.repeat(63)}`;
const atLimit = `${'0'.repeat(56)}7fffffff`;
const beyond = `${'0'.repeat(56)}ffffffff`;
const file = (name: string, lines: string[]) => writeFileSync(join(folder, name), lines.join('\n'));
file('known.txt', [far, `${near} 80 one.jpg`, '', nearer.toUpperCase(), atLimit, beyond]);
file('queries.txt', [`${zero} 100 a picture.jpg`, '55'.repeat(32), far]);
file('bad.txt', [zero, 'no hash', zero.slice(1), `${zero}0`]);

function keben(words: string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'match', ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('keben match', () => {
  it('prints query line, index line and distance of every pair within 31 bits, nearest first', () => {
    expect(keben(['--index', 'known.txt', '--queries', 'queries.txt'])).toEqual({
      status: 0,
      stdout: '1 4 1\n1 2 4\n1 5 31\n3 1 0\n',
      stderr: '',
    });
  });

  it('takes another radius, standard input and JSON', () => {
    expect(
      keben(['--index', 'known.txt', '--queries', '-', '--radius', '1', '--json'], `\r\n${zero}\r\n`),
    ).toEqual({
      status: 0,
      stdout: '{"query":2,"index":4,"distance":1}\n',
      stderr: '',
    });
    expect(keben(['--index', 'known.txt', '--queries', '-', '--radius', '256'], zero).stdout).toBe(
      '1 4 1\n1 2 4\n1 5 31\n1 6 32\n1 1 256\n',
    );
  });

  it('tells the lines that begin with no hash, goes on, and ends with 1', () => {
    const found = keben(['--index', 'bad.txt', '--queries', 'queries.txt']);
    expect(found).toMatchObject({ status: 1, stdout: '1 1 0\n' });
    expect(found.stderr).toContain('bad.txt: line 2');
    expect(found.stderr).toContain('bad.txt: line 4');
    expect(found.stderr).toContain('3 of 4 lines');
  });

  it('says what it needs', () => {
    for (const words of [
      ['--index', 'known.txt'],
      ['--index', '-', '--queries', '-'],
      ['--index', 'known.txt', '--queries', 'queries.txt', '--radius', '257'],
      ['--index', 'known.txt', '--queries', 'queries.txt', '--radius', '3.5'],
      ['--index', '.', '--queries', 'queries.txt'],
      ['--index', 'absent.txt', '--queries', 'queries.txt'],
      ['--index', 'known.txt', '--queries', 'absent.txt'],
    ]) {
      const { status, stdout, stderr } = keben(words);
      expect({ words, status, stdout }).toEqual({ words, status: 1, stdout: '' });
      expect(stderr).toMatch(/^keben: \S/);
      expect(stderr).not.toContain('    at ');
    }
  });
});
