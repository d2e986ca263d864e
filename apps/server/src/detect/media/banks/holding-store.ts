import { sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../../../base/database.ts';
import type { SignalKind } from './signal.ts';

/** Where an organisation's banks stand; see `hash_holding`. */
export interface Holding {
  organisationId: string;
  version: number;
  purged: number;
}

/** Locks an organisation's holding and moves it on; what changes in this transaction carries the version returned. */
export async function moveHolding(tx: Tx, organisationId: string, now: Date): Promise<number> {
  const [row] = await rows<{ version: string }>(
    tx,
    sql`insert into hash_holding as h (organisation_id, version, purged, banks, updated_at)
      values (${organisationId}, 1, 0, 0, ${now.toISOString()})
      on conflict (organisation_id) do update set version = h.version + 1, updated_at = excluded.updated_at
      returning version::text`,
  );
  if (!row) throw new Error('a holding that was written is not there');
  return Number(row.version);
}

/** A number for a new bank, or undefined when all were given. Call after {@link moveHolding}. */
export async function nextBankNumber(
  tx: Tx,
  organisationId: string,
  most: number,
): Promise<number | undefined> {
  const [row] = await rows<{ banks: number }>(
    tx,
    sql`update hash_holding set banks = banks + 1 where organisation_id = ${organisationId} and banks < ${most} returning banks`,
  );
  return row?.banks;
}

/** Holdings of the given organisations, or in a system transaction of all that have any. */
export async function holdings(tx: Tx, organisationIds?: string[]): Promise<Holding[]> {
  const wanted =
    organisationIds === undefined
      ? sql`true`
      : sql`organisation_id = any(${column(organisationIds)}::uuid[])`;
  const found = await rows<{ organisation_id: string; version: string; purged: string }>(
    tx,
    sql`select organisation_id, version::text, purged::text from hash_holding where ${wanted}`,
  );
  return found.map(({ organisation_id, version, purged }) => ({
    organisationId: organisation_id,
    version: Number(version),
    purged: Number(purged),
  }));
}

/** A signal as readers of the index get it. */
export interface SignalRow {
  content: number;
  ordinal: number;
  bank: number;
  value: string;
  changed: number;
  live: boolean;
}

interface RawSignal extends Omit<SignalRow, 'content' | 'changed'> {
  content: string;
  changed: string;
}

function toSignal({ content, changed, ...rest }: RawSignal): SignalRow {
  return { ...rest, content: Number(content), changed: Number(changed) };
}

/**
 * Live signals of a kind of 64 digits in the order of content and ordinal, after a place; for reading all of them in
 * parts. Packed, since there are millions: ids (8 bytes each, big-endian: `indexId`) and hashes (32 bytes each). Rows that
 * change between two parts carry a version after the one that was read before the first.
 */
export async function liveParts(
  tx: Tx,
  organisationId: string,
  kind: SignalKind,
  after: { content: number; ordinal: number },
  limit: number,
): Promise<{ ids: Uint8Array; hashes: Uint8Array }> {
  const [part] = await rows<{ ids: Uint8Array | null; hashes: Uint8Array | null }>(
    tx,
    sql`with part as (
        select bank_number, content_id, ordinal, value from bank_signal
        where organisation_id = ${organisationId} and (content_id, ordinal) > (${after.content}, ${after.ordinal})
          and kind = ${kind} and live order by content_id, ordinal limit ${limit})
      select string_agg(int8send((bank_number::bigint << 50) | (content_id << 16) | ordinal), ''::bytea order by content_id, ordinal) as ids,
        string_agg(decode(value, 'hex'), ''::bytea order by content_id, ordinal) as hashes from part`,
  );
  const none = new Uint8Array(0);
  return { ids: part?.ids ?? none, hashes: part?.hashes ?? none };
}

/** Signals of a kind that came, changed or went after a version, oldest change first. */
export async function signalsSince(
  tx: Tx,
  organisationId: string,
  kind: SignalKind,
  after: { changed: number; content: number; ordinal: number },
  limit: number,
): Promise<SignalRow[]> {
  const found = await rows<RawSignal>(
    tx,
    sql`select content_id::text as content, ordinal, bank_number as bank, value, changed::text, live from bank_signal
      where organisation_id = ${organisationId} and kind = ${kind}
        and (changed, content_id, ordinal) > (${after.changed}, ${after.content}, ${after.ordinal})
      order by changed, content_id, ordinal limit ${limit}`,
  );
  return found.map(toSignal);
}

/** Whether an organisation has few signals, live or not. */
export async function isSmall(tx: Tx, organisationId: string, most = 20_000): Promise<boolean> {
  const found = await rows(
    tx,
    sql`select from bank_signal where organisation_id = ${organisationId} offset ${most} limit 1`,
  );
  return found.length === 0;
}

/**
 * Kinds of which each bank of an organisation holds live signals, by the bank's number. Jumps through the index from one
 * pair to the next: Postgres would read millions of rows to see which kinds there are.
 */
export async function kindsByBank(tx: Tx, organisationId: string): Promise<Map<number, Set<SignalKind>>> {
  const found = await rows<{ bank: number; kind: SignalKind }>(
    tx,
    sql`with recursive held(bank, kind) as (
        (select bank_number, kind from bank_signal where organisation_id = ${organisationId} and live
          order by bank_number, kind limit 1)
        union all
        select next.bank_number, next.kind from held, lateral (
          select s.bank_number, s.kind from bank_signal s
          where s.organisation_id = ${organisationId} and s.live and (s.bank_number, s.kind) > (held.bank, held.kind)
          order by s.bank_number, s.kind limit 1) next)
      select bank, kind from held`,
  );
  const by = new Map<number, Set<SignalKind>>();
  for (const { bank, kind } of found) by.set(bank, (by.get(bank) ?? new Set()).add(kind));
  return by;
}

/** Kinds of which an organisation holds live signals. */
export async function kindsHeld(tx: Tx, organisationId: string): Promise<Set<SignalKind>> {
  const by = await kindsByBank(tx, organisationId);
  return new Set([...by.values()].flatMap((kinds) => [...kinds]));
}

/** In a system transaction: drops tombstones of contents that were removed before a moment; older readers load anew. */
export async function purgeTombstones(tx: Tx, before: Date): Promise<void> {
  await tx.execute(
    sql`with gone as (
        delete from bank_signal where removed_at < ${before.toISOString()} returning organisation_id, changed),
      last as (select organisation_id, max(changed) as changed from gone group by 1)
      update hash_holding h set purged = greatest(h.purged, last.changed) from last
        where h.organisation_id = last.organisation_id`,
  );
}
