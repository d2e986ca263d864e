import type { Tx } from '../../../base/database.ts';
import { indexId, liveParts, placeOf, type SignalKind, signalsSince } from '../banks/index.ts';
import type { IndexChanges } from './held-index.ts';
import type { IndexRows } from './writer.ts';

/** Up to where changes were read: everything up to this place is in the index. */
export interface ChangePlace {
  changed: number;
  content: number;
  ordinal: number;
}

/** After all rows of a version. */
export function endOf(version: number): ChangePlace {
  return { changed: version, content: 2 ** 34, ordinal: 0 };
}

export function isAfter(a: ChangePlace, b: ChangePlace): boolean {
  return a.changed - b.changed || a.content - b.content
    ? (a.changed - b.changed || a.content - b.content) > 0
    : a.ordinal > b.ordinal;
}

/** One part of an organisation's live rows after a place; `next` is undefined with the last part. */
export async function readPart(
  tx: Tx,
  organisationId: string,
  kind: SignalKind,
  after: { content: number; ordinal: number },
  limit: number,
): Promise<{ rows: IndexRows; next: { content: number; ordinal: number } | undefined }> {
  const part = await liveParts(tx, organisationId, kind, after, limit);
  const count = part.ids.length / 8;
  // Copies: what a driver gives may be a view into its own buffer, which cannot be handed to another thread.
  const ids = Buffer.from(new ArrayBuffer(part.ids.length));
  ids.set(part.ids);
  ids.swap64();
  const rows = {
    ids: new BigUint64Array(ids.buffer, 0, count),
    hashes: Uint8Array.from(part.hashes),
  };
  const last = rows.ids.at(-1);
  return { rows, next: count < limit || last === undefined ? undefined : placeOf(last) };
}

/** One part of the changes after a place, and the place of the last one. */
export async function readChanges(
  tx: Tx,
  organisationId: string,
  kind: SignalKind,
  after: ChangePlace,
  limit: number,
): Promise<{ places: ChangePlace[]; changes: IndexChanges; more: boolean }> {
  const found = await signalsSince(tx, organisationId, kind, after, limit);
  const changes = {
    ids: new BigUint64Array(found.length),
    hashes: new Uint8Array(32 * found.length),
    live: new Uint8Array(found.length),
  };
  for (const [at, row] of found.entries()) {
    changes.ids[at] = indexId(row);
    changes.hashes.set(Buffer.from(row.value, 'hex'), 32 * at);
    changes.live[at] = row.live ? 1 : 0;
  }
  return { places: found, changes, more: found.length === limit };
}

/** The changes from the `from`th on. */
export function changesFrom({ ids, hashes, live }: IndexChanges, from: number): IndexChanges {
  return { ids: ids.slice(from), hashes: hashes.slice(32 * from), live: live.slice(from) };
}
