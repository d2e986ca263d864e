import type { Tx } from '../../base/database.ts';
import {
  type Actor,
  addContents,
  type BankRow,
  bankNamed,
  contentsBeside,
  createBank,
  type MatchAction,
  MOST_CONTENTS,
  removeBank,
  removeContents,
  type Signal,
} from './banks/index.ts';

export interface NewList {
  name: string;
  source: string;
  reason: string;
  generativeAi: boolean;
  /** Of a bank that is made; one that is there keeps its own. Without it `block`. */
  action?: MatchAction;
}

/** One picture or film of a list. */
export interface Listed {
  signals: Signal[];
  reason?: string | null;
}

const operator: Actor = { id: 'operator', name: 'operator' };

/**
 * Adds hashes that people have looked at to the bank of that name, which is made when there is none; audited. With
 * `replace` what is not among them goes. Returns how many were new and gone, or `conflict` when the bank is there with the other `generativeAi`: half of it cannot be AI-made.
 */
export async function importHashes(
  tx: Tx,
  organisationId: string,
  { action = 'block', ...list }: NewList,
  listed: Listed[],
  now: Date,
  { replace = false } = {},
): Promise<{ added: number; removed: number } | 'conflict'> {
  const known = await bankNamed(tx, organisationId, list.name);
  if (known && known.generativeAi !== list.generativeAi) return 'conflict';
  const bank: BankRow =
    known ?? (await createBank(tx, organisationId, { ...list, action, arrives: 'confirmed' }, operator, now));
  let added = 0;
  const kept: number[] = [];
  for (let from = 0; from < listed.length; from += MOST_CONTENTS) {
    const done = await addContents(tx, bank, listed.slice(from, from + MOST_CONTENTS), operator, now, {
      arrives: bank.arrives,
    });
    added += done.added.length;
    kept.push(...done.ids);
  }
  const gone = replace ? await contentsBeside(tx, bank, kept) : [];
  const removed = gone.length === 0 ? 0 : await removeContents(tx, organisationId, gone, operator, now);
  return { added, removed };
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
