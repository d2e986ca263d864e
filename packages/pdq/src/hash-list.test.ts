import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HashList, listDigits, listKinds, readHashList } from './hash-list.ts';

const md5 = 'a'.repeat(32);
const hexDigit = fc.constantFrom(...'0123456789abcdefABCDEF');
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

describe('hash lists', () => {
  it('tell of each bad line why it is none', () => {
    const { hashes, bad } = readHashList(
      [
        `"MD5","${md5}","seen, by two"`,
        `{"kind":"md5","hash":"${md5}`,
        `{"kind":"md5","hash":"${md5}","note":"?"}`,
        `{"kind":"md5","hash":7}`,
        `sha512,${md5}`,
        `sha1,${md5}`,
        `md5,${md5},${'x'.repeat(501)}`,
      ].join('\r\n'),
    );
    expect(hashes).toEqual([{ kind: 'md5', value: md5, reason: 'seen, by two' }]);
    expect(bad).toEqual([
      { line: 2, why: 'json' },
      { line: 3, why: 'field' },
      { line: 4, why: 'field' },
      { line: 5, why: 'kind' },
      { line: 6, why: 'digits', kind: 'sha1', found: md5 },
      { line: 7, why: 'reason' },
    ]);
  });

  it('are the same as CSV and as NDJSON', () => {
    const hash = fc.constantFrom(...listKinds).chain((kind) =>
      fc.record({
        kind: fc.constant(kind),
        hash: fc.string({ unit: hexDigit, minLength: listDigits[kind], maxLength: listDigits[kind] }),
        reason: fc.constantFrom('', 'seen by two', 'hai người, đã xem', 'the "same" one', '"'),
      }),
    );
    fc.assert(
      fc.property(fc.array(hash, { maxLength: 8 }), (list) => {
        const csv = readHashList(
          list.map((one) => `${one.kind},${one.hash},${quoted(one.reason)}`).join('\n'),
        );
        const json = readHashList(list.map((one) => JSON.stringify(one)).join('\n'));
        expect(csv).toEqual(json);
        expect(csv.bad).toEqual([]);
        const different = new Set(list.map((one) => `${one.kind} ${one.hash.toLowerCase()}`));
        expect(csv.hashes).toHaveLength(different.size);
      }),
    );
  });

  it('of any text: no line is told twice, numbers rise', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const { hashes, bad }: HashList = readHashList(text);
        expect(hashes.length + bad.length).toBeLessThanOrEqual(text.split('\n').length);
        expect(bad.map(({ line }) => line)).toEqual(
          [...new Set(bad.map(({ line }) => line))].sort((a, b) => a - b),
        );
      }),
    );
  });
});
