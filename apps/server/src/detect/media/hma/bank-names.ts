import type { BankRow } from '../banks/index.ts';
import { HmaError } from './hma-error.ts';

/** HMA's rule for names of banks. */
const FITS = /^[A-Z_][A-Z0-9_]*$/;

/** Whether HMA would take the name. */
export function fitsHma(name: string): boolean {
  return FITS.test(name);
}

/**
 * An organisation's banks by the names that HMA's clients see. A name that fits HMA's rule stays; of another the letters
 * are taken to A–Z and the bank's number follows (`Yêu cầu gỡ ảnh`, number 2, is `YEU_CAU_GO_ANH_2`). Pure.
 */
export function banksByHmaName(banks: BankRow[]): Map<string, BankRow> {
  const by = new Map<string, BankRow>();
  for (const bank of banks) if (fitsHma(bank.name)) by.set(bank.name, bank);
  const others = banks.filter(({ name }) => !fitsHma(name));
  for (const bank of others.sort((a, b) => a.number - b.number)) {
    let name = `${lettersOf(bank.name)}_${bank.number}`;
    while (by.has(name)) name += '_';
    by.set(name, bank);
  }
  return by;
}

function lettersOf(name: string): string {
  const letters = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐ]/g, 'D')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return /^[A-Z]/.test(letters) ? letters : `_${letters}`;
}

/** The bank that HMA's clients see under the name, or that we call so. */
export function bankCalled(banks: Map<string, BankRow>, name: string): BankRow | undefined {
  return banks.get(name) ?? [...banks.values()].find((bank) => bank.name === name);
}

/** The same; 404 in HMA's words. */
export function bankUnder(banks: Map<string, BankRow>, name: string, message?: string): BankRow {
  const bank = bankCalled(banks, name);
  if (!bank) throw new HmaError(404, message ?? `bank '${name}' not found`);
  return bank;
}
