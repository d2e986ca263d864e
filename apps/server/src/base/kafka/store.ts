import { sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../database.ts';
import { type Entry, PARTITIONS, partitionOf } from '../event-log.ts';
import type { RelayedEntry } from '../outbox.ts';
import type { LoggedEntry } from './record.ts';

/** Milliseconds that a worker may sit on its locks: a frozen one must not keep its successor waiting for ever. */
const FROZEN_MS = 30_000;

/** Where the given partitions stand, for a reader that begins; partitions that nobody read yet begin at `first`. */
export async function adoptOffsets(
  tx: Tx,
  consumer: string,
  partitions: { partition: number; first: number }[],
): Promise<Map<number, number>> {
  if (partitions.length === 0) return new Map();
  await tx.execute(
    sql`insert into log_cursor (consumer, partition, position) select ${consumer}, p, f from unnest(
        ${column(partitions.map((p) => p.partition))}::int[], ${column(partitions.map((p) => p.first))}::bigint[]) as n(p, f)
      on conflict do nothing`,
  );
  const stored = await storedOffsets(tx, consumer);
  return new Map(partitions.map(({ partition, first }) => [partition, stored.get(partition) ?? first]));
}

/** The next offset of every partition that somebody read. */
export async function storedOffsets(tx: Tx, consumer: string): Promise<Map<number, number>> {
  const found = await rows<{ partition: number; position: string }>(
    tx,
    sql`select partition, position::text from log_cursor where consumer = ${consumer}`,
  );
  return new Map(found.map((row) => [row.partition, Number(row.position)]));
}

/**
 * Locks the offsets of partitions until the transaction ends and gives where they stand. A second worker that still
 * believes that it owns one waits here, and then sees that the offset is not the one that it expects.
 */
export async function lockOffsets(
  tx: Tx,
  consumer: string,
  partitions: number[],
): Promise<Map<number, number>> {
  const found = await rows<{ partition: number; position: string }>(
    tx,
    sql`with guard as (select set_config('idle_in_transaction_session_timeout', ${String(FROZEN_MS)}, true))
      select c.partition, c.position::text from log_cursor c, guard
      where c.consumer = ${consumer} and c.partition = any(${column(partitions)}::int[]) order by c.partition for update of c`,
  );
  return new Map(found.map((row) => [row.partition, Number(row.position)]));
}

/**
 * Stores entries and gives those that were new, in order, with their positions: events in `event_log`, and of mirrors
 * that they were seen.
 */
export async function storeEntries(tx: Tx, entries: LoggedEntry[], logPartitions: number): Promise<Entry[]> {
  const positions = await storeEvents(
    tx,
    entries.filter(({ role }) => role === 'own'),
    logPartitions,
  );
  const mirrors = await storeMirrors(
    tx,
    entries.filter(({ role }) => role === 'mirror'),
  );
  return entries.flatMap((entry) => {
    const position =
      entry.role === 'own' ? positions.get(placeOf(entry)) : mirrors.has(entry) ? 0 : undefined;
    return position === undefined ? [] : [{ ...entry, position, partition: entry.logPartition }];
  });
}

const placeOf = ({ logPartition, logOffset }: LoggedEntry) => `${logPartition}:${logOffset}`;

/** Positions of the events that were new, by their place in Kafka. */
async function storeEvents(
  tx: Tx,
  entries: LoggedEntry[],
  logPartitions: number,
): Promise<Map<string, number>> {
  if (entries.length === 0) return new Map();
  const home = (entry: LoggedEntry) =>
    logPartitions === PARTITIONS ? entry.logPartition : partitionOf(entry.organisationId, entry.key);
  const stored = await rows<{ position: string; p: number; o: string }>(
    tx,
    sql`insert into event_log (partition, organisation_id, source, event_id, type, schema, time, data, sealed, received_at, log_partition, log_offset)
      select h, o, s, i, t, v, at, d::jsonb, nullif(x, '')::bytea, r, lp, lo
      from unnest(
        ${column(entries.map(home))}::int[],
        ${column(entries.map((e) => e.organisationId))}::uuid[],
        ${column(entries.map((e) => e.source))}::text[],
        ${column(entries.map((e) => e.eventId))}::text[],
        ${column(entries.map((e) => e.type))}::text[],
        ${column(entries.map((e) => e.schema))}::int[],
        ${column(entries.map((e) => e.time.toISOString()))}::timestamptz[],
        ${column(entries.map((e) => e.dataText))}::text[],
        ${column(entries.map((e) => (e.sealed ? `\\x${Buffer.from(e.sealed).toString('hex')}` : '')))}::text[],
        ${column(entries.map((e) => e.receivedAt.toISOString()))}::timestamptz[],
        ${column(entries.map((e) => e.logPartition))}::int[],
        ${column(entries.map((e) => e.logOffset))}::bigint[]
      ) with ordinality as e(h, o, s, i, t, v, at, d, x, r, lp, lo, n)
      order by n
      on conflict (organisation_id, source, event_id) do nothing
      returning position::text, log_partition as p, log_offset::text as o`,
  );
  return new Map(stored.map((row) => [`${row.p}:${row.o}`, Number(row.position)]));
}

/** The mirrors that were new; a repeat inside the batch counts as one. */
async function storeMirrors(tx: Tx, entries: LoggedEntry[]): Promise<Set<LoggedEntry>> {
  if (entries.length === 0) return new Set();
  const identity = (organisationId: string, source: string, eventId: string) =>
    JSON.stringify([organisationId, source, eventId]);
  const stored = await rows<{ organisation_id: string; source: string; event_id: string }>(
    tx,
    sql`insert into log_mirror (organisation_id, source, event_id, at)
      select * from unnest(
        ${column(entries.map((e) => e.organisationId))}::uuid[], ${column(entries.map((e) => e.source))}::text[],
        ${column(entries.map((e) => e.eventId))}::text[], ${column(entries.map((e) => e.receivedAt.toISOString()))}::timestamptz[])
      on conflict do nothing returning organisation_id, source, event_id`,
  );
  const fresh = new Set(stored.map((row) => identity(row.organisation_id, row.source, row.event_id)));
  return new Set(entries.filter((e) => fresh.delete(identity(e.organisationId, e.source, e.eventId))));
}

/** Forgets mirrors that came before `before`: Kafka does not hold their records any more either. */
export async function dropMirrors(tx: Tx, before: Date): Promise<void> {
  await tx.execute(sql`delete from log_mirror where at < ${before.toISOString()}::timestamptz`);
}

/** Events that wait in the outbox for their way into Kafka, oldest first. */
export async function entriesToRelay(
  tx: Tx,
  limit: number,
): Promise<{ id: string; payload: RelayedEntry }[]> {
  return rows(
    tx,
    sql`select id::text, payload from outbox where topic = 'event.appended' and not dead order by outbox.id limit ${limit}`,
  );
}

export async function forgetRelayed(tx: Tx, ids: string[]): Promise<void> {
  await tx.execute(sql`delete from outbox where id = any(${column(ids)}::bigint[])`);
}
