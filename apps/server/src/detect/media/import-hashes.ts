import type { Tx } from '../../base/database.ts';
import {
  type Actor,
  addContents,
  type BankRow,
  bankNamed,
  createBank,
  MOST_CONTENTS,
  removeBank,
} from './banks/index.ts';
import type { KnownHash } from './hash-lists.ts';

export interface NewList {
  name: string;
  source: string;
  reason: string;
  generativeAi: boolean;
}

const operator: Actor = { id: 'operator', name: 'operator' };

/**
 * Adds hashes that people have looked at to the bank of that name, which is made when there is none; audited. Returns
 * how many were new, or `conflict` when the bank is there with the other `generativeAi`: half of it cannot be AI-made.
 */
export async function importHashes(
  tx: Tx,
  organisationId: string,
  list: NewList,
  hashes: KnownHash[],
  now: Date,
): Promise<{ added: number } | 'conflict'> {
  const known = await bankNamed(tx, organisationId, list.name);
  if (known && known.generativeAi !== list.generativeAi) return 'conflict';
  const bank: BankRow =
    known ??
    (await createBank(tx, organisationId, { ...list, action: 'block', arrives: 'confirmed' }, operator, now));
  let added = 0;
  for (let from = 0; from < hashes.length; from += MOST_CONTENTS) {
    const contents = hashes
      .slice(from, from + MOST_CONTENTS)
      .map(({ kind, value, reason }) => ({ signals: [{ kind, value }], reason }));
    added += (await addContents(tx, bank, contents, operator, now)).added.length;
  }
  return { added };
}

/** Removes a bank with all its hashes; audited. False when there is none of that name. */
export async function removeHashes(
  tx: Tx,
  organisationId: string,
  name: string,
  now: Date,
): Promise<boolean> {
  const known = await bankNamed(tx, organisationId, name);
  if (!known) return false;
  await removeBank(tx, known, operator, now);
  return true;
}
