import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BankRow } from '../banks/index.ts';
import { banksByHmaName, fitsHma } from './bank-names.ts';

const bank = (name: string, number: number) => ({ name, number }) as BankRow;

describe('names of banks for clients of HMA', () => {
  it('stay where they fit, and are letters and number elsewhere', () => {
    const names = [
      ...banksByHmaName([bank('Yêu cầu gỡ ảnh', 2), bank('OUR_BANK', 1), bank('4 góc', 3)]).keys(),
    ];
    expect(names).toEqual(['OUR_BANK', 'YEU_CAU_GO_ANH_2', '_4_GOC_3']);
    expect(
      [...banksByHmaName([bank('đường', 1), bank('DUONG_1', 2)]).entries()].map(([n, { number }]) => [
        n,
        number,
      ]),
    ).toEqual([
      ['DUONG_1', 2],
      ['DUONG_1_', 1],
    ]);
  });

  it('each bank has one of its own, which fits', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })), (names) => {
        const banks = names.map((name, at) => bank(name, at + 1));
        const by = banksByHmaName(banks);
        expect(new Set([...by.values()])).toEqual(new Set(banks));
        expect([...by.keys()].every(fitsHma)).toBe(true);
      }),
    );
  });
});
