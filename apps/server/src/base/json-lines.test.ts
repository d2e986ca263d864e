import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type JsonLine, jsonLines } from './json-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'keben-lines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(content: string | Buffer): Promise<JsonLine[]> {
  const file = join(folder, 'lines.ndjson');
  writeFileSync(file, content);
  const found: JsonLine[] = [];
  for await (const line of jsonLines(file)) found.push(line);
  return found;
}

describe('jsonLines', () => {
  it('gives every value back, in order, whatever the line ends, blank lines and code points', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.json(), { maxLength: 20 }),
        fc.constantFrom('\n', '\r\n', '\n\n', '\r\n \n'),
        fc.boolean(),
        async (values, end, closed) => {
          const text = values.map((value) => JSON.stringify(JSON.parse(value))).join(end);
          const found = await read(closed && text !== '' ? text + end : text);
          expect(found.map((line) => 'value' in line && line.value)).toEqual(
            values.map((value) => JSON.parse(value)),
          );
          expect(found.map(({ index }) => index)).toEqual(values.map((_, index) => index));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps U+2028 inside a string, and passes a byte order mark over', async () => {
    expect(await read('\uFEFF{"a":"x\u2028y"}\n{"b":1}')).toEqual([
      { index: 0, line: 1, value: { a: 'x\u2028y' } },
      { index: 1, line: 2, value: { b: 1 } },
    ]);
  });

  it('says what is wrong with a line, without quoting it, and goes on', async () => {
    const bad = Buffer.concat([
      Buffer.from('{"text":"bí mật"\n\n[\n{"id":"'),
      Buffer.from([0xff]),
      Buffer.from('"}\n1'),
    ]);
    const found = await read(bad);
    expect(found).toEqual([
      { index: 0, line: 1, problem: expect.stringMatching(/^not JSON\. Give one complete/) },
      { index: 1, line: 3, problem: expect.stringMatching(/not one array over several lines/) },
      { index: 2, line: 4, problem: expect.stringMatching(/^not UTF-8/) },
      { index: 3, line: 5, value: 1 },
    ]);
    expect(JSON.stringify(found)).not.toContain('bí mật');
  });

  it('passes a line over that would fill the memory', async () => {
    const found = await read(`1\n"${'x'.repeat(40 * 2 ** 20)}"\n2\n`);
    expect(found).toEqual([
      { index: 0, line: 1, value: 1 },
      { index: 1, line: 2, problem: 'longer than 16 MB. Split it up.' },
      { index: 2, line: 3, value: 2 },
    ]);
  });
});
