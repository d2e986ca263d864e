import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const bin = join(import.meta.dirname, '../../bin/keben.js');
// A folder without `.env`, which is not the repository: the program must not depend on where it is called.
const folder = mkdtempSync(join(tmpdir(), 'keben-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function keben(words: string[], input = '', nodeFlags: string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeFlags, bin, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const good = '{"id":"1","text":"Đừng kể với bố mẹ nhé"}\n';

describe('keben', () => {
  it('runs under a Node that cannot read TypeScript, and gives the exit code on', () => {
    const old = ['--no-experimental-strip-types'];
    const found = keben(['screen'], good, old);
    expect(found).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(found.stdout)).toMatchObject({ id: '1', cues: [{ cue: 'asks-secrecy' }] });
    expect(keben(['dance'], '', old)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('"dance"'),
    });
  });

  it('answers each line in its place, tells bad ones by number, and ends with 1', () => {
    for (const command of ['screen', 'replay']) {
      const found = keben([command], `${good}\n{"id":"2"}\n${good}`);
      expect(found.status).toBe(1);
      const lines = found.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object);
      expect(lines).toMatchObject([{ id: '1' }, { id: '2', line: 3 }, { id: '1' }]);
      expect(found.stderr).toMatch(/line 3: \/text must be a string\.[\s\S]*1 of 3 lines/);
    }
  });

  it('helps with every command instead of running it, and refuses words that a command does not take', () => {
    const { stdout } = keben(['--help']);
    const names = [...stdout.matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2}/gm)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(20);
    for (const name of ['seed', 'migrate', 'screen', 'rules test']) {
      expect(names).toContain(name);
      const found = keben([...name.split(' '), '--help']);
      expect(found).toMatchObject({ status: 0, stderr: '' });
      expect(found.stdout).toMatch(new RegExp(`^Usage: keben ${name}`));
    }
    expect(keben(['migrate', 'now'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/takes no words/),
    });
  });

  it('tells in one line of a file that is not there', () => {
    const found = keben(['screen', 'no-such.ndjson']);
    expect(found).toMatchObject({ status: 1, stdout: '' });
    expect(found.stderr).toMatch(/^keben: ENOENT.*no-such\.ndjson'\n$/);
  });
});
