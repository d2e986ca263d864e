import { randomUUID } from 'node:crypto';
import { recordAudit } from '../../base/audit.ts';
import type { Tx } from '../../base/database.ts';
import type { KnownHash } from './hash-lists.ts';
import { addHashes, deleteList, type HashListRow, insertList, listNamed } from './hash-store.ts';

const CHUNK = 5000;

export interface NewList {
  name: string;
  source: string;
  reason: string;
  generativeAi: boolean;
}

/**
 * Adds hashes to an organisation's list, which is made when there is none; audited. Returns how many were new, or
 * `conflict` when the list is there with the other `generativeAi`: half of a list cannot be AI-made.
 */
export async function importHashes(
  tx: Tx,
  organisationId: string,
  list: NewList,
  hashes: KnownHash[],
  now: Date,
): Promise<{ added: number } | 'conflict'> {
  const known = await listNamed(tx, organisationId, list.name);
  if (known && known.generativeAi !== list.generativeAi) return 'conflict';
  const row: HashListRow = known ?? {
    id: randomUUID(),
    organisationId,
    ...list,
    version: 0,
    createdAt: now,
    updatedAt: now,
  };
  if (!known) await insertList(tx, row);
  let added = 0;
  for (let from = 0; from < hashes.length; from += CHUNK) {
    added += await addHashes(tx, row, hashes.slice(from, from + CHUNK), now);
  }
  await recordAudit(tx, {
    organisationId,
    actor: 'operator',
    action: 'hashes.imported',
    target: row.id,
    data: { list: list.name, hashes: hashes.length, added, generativeAi: list.generativeAi },
    at: now,
  });
  return { added };
}

/** Removes a list with all its hashes; audited. False when there is none of that name. */
export async function removeHashes(
  tx: Tx,
  organisationId: string,
  name: string,
  now: Date,
): Promise<boolean> {
  const known = await listNamed(tx, organisationId, name);
  if (!known) return false;
  await deleteList(tx, known);
  await recordAudit(tx, {
    organisationId,
    actor: 'operator',
    action: 'hashes.removed',
    target: known.id,
    data: { list: name },
    at: now,
  });
  return true;
}
