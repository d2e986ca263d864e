import { sql } from 'drizzle-orm';
import { column, rows, type Tx } from './database.ts';
import { type Entry, type LogStatus, type NewEntry, PARTITIONS, partitionOf } from './event-log.ts';

/**
 * Appends entries, skipping those whose (organisation, source, id) is there already.
 * Returns for each entry whether it was new; a repeat inside the batch counts as a repeat.
 */
export async function append(tx: Tx, entries: NewEntry[]): Promise<boolean[]> {
  if (entries.length === 0) return [];
  // Positions must become visible in rising order, or a reader could pass one by: appends take turns.
  await tx.execute(sql`select pg_advisory_xact_lock(7231002)`);
  const stored = await rows<{ source: string; event_id: string; organisation_id: string }>(
    tx,
    sql`insert into event_log (partition, mirror, organisation_id, source, event_id, type, schema, time, data, sealed, received_at)
      select p, nullif(m, -1), o, s, i, t, v, at, d::jsonb, nullif(x, '')::bytea, r
      from unnest(
        ${column(entries.map((e) => partitionOf(e.organisationId, e.key)))}::int[],
        ${column(entries.map((e) => (e.mirrorKey === undefined ? -1 : partitionOf(e.organisationId, e.mirrorKey))))}::int[],
        ${column(entries.map((e) => e.organisationId))}::uuid[],
        ${column(entries.map((e) => e.source))}::text[],
        ${column(entries.map((e) => e.eventId))}::text[],
        ${column(entries.map((e) => e.type))}::text[],
        ${column(entries.map((e) => e.schema))}::int[],
        ${column(entries.map((e) => e.time.toISOString()))}::timestamptz[],
        ${column(entries.map((e) => JSON.stringify(e.data)))}::text[],
        ${column(entries.map((e) => (e.sealed ? `\\x${Buffer.from(e.sealed).toString('hex')}` : '')))}::text[],
        ${column(entries.map((e) => e.receivedAt.toISOString()))}::timestamptz[]
      ) with ordinality as e(p, m, o, s, i, t, v, at, d, x, r, n)
      order by n
      on conflict (organisation_id, source, event_id) do nothing
      returning source, event_id, organisation_id`,
  );
  const fresh = new Set(stored.map((row) => identity(row.organisation_id, row.source, row.event_id)));
  return entries.map((e) => fresh.delete(identity(e.organisationId, e.source, e.eventId)));
}

/**
 * Locks the cursors of up to `most` partitions that no other worker holds, and gives where they stand. A second worker
 * passes by what the first holds and takes the rest.
 */
export async function lockCursors(
  tx: Tx,
  consumer: string,
  most: number,
): Promise<{ partition: number; position: number }[]> {
  const found = await rows<{ partition: number; position: string }>(
    tx,
    // Partitions in which something waits come first, or a few taken at a time could always be the empty ones.
    sql`select c.partition, c.position::text from log_cursor c where c.consumer = ${consumer}
      and (exists (select from event_log l where l.partition = c.partition and l.position > c.position and l.log_offset is null)
        or exists (select from event_log l where l.mirror = c.partition and l.position > c.position))
      order by c.partition limit ${most} for update of c skip locked`,
  );
  return found.map((row) => ({ partition: row.partition, position: Number(row.position) }));
}

/**
 * Makes the consumer's cursors, once, and moves them past entries that came through Kafka before this log was chosen:
 * those were processed when they were stored.
 */
export async function makeCursors(tx: Tx, consumer: string): Promise<void> {
  await tx.execute(
    sql`insert into log_cursor (consumer, partition, position)
      select ${consumer}, p, 0 from generate_series(0, ${PARTITIONS - 1}::int) as p on conflict do nothing`,
  );
  await tx.execute(
    sql`update log_cursor c set position = past.position from log_cursor old, lateral (
        select coalesce(min(l.position) filter (where l.log_offset is null) - 1, max(l.position)) as position
        from event_log l where l.partition = old.partition and l.position > old.position) as past
      where c.consumer = ${consumer} and old.consumer = c.consumer and old.partition = c.partition and past.position > c.position`,
  );
}

export async function moveCursors(
  tx: Tx,
  consumer: string,
  moved: { partition: number; position: number }[],
): Promise<void> {
  await tx.execute(
    sql`update log_cursor c set position = m.position from unnest(
        ${column(moved.map((m) => m.partition))}::int[], ${column(moved.map((m) => m.position))}::bigint[]) as m(partition, position)
      where c.consumer = ${consumer} and c.partition = m.partition`,
  );
}

/**
 * The next entries of partitions after their positions, about `limit` from each, in the order of the log. An event whose
 * mirror lies in its own partition gives two entries, its own first; both are always in the same answer.
 */
export async function readPartitions(
  tx: Tx,
  cursors: { partition: number; position: number }[],
  limit: number,
): Promise<Entry[]> {
  const found = await rows<StoredRow & { read_in: number; mirror: number | null }>(
    tx,
    sql`select ${entryColumns}, read_in, mirror from (
        select l.*, c.partition as read_in from unnest(
          ${column(cursors.map((c) => c.partition))}::int[], ${column(cursors.map((c) => c.position))}::bigint[]) as c(partition, position),
        lateral (select * from (
            (select * from event_log e where e.partition = c.partition and e.position > c.position and e.log_offset is null
              order by e.position limit ${limit})
            union all
            (select * from event_log e where e.mirror = c.partition and e.partition <> c.partition and e.position > c.position
              order by e.position limit ${limit})
          ) as both_roles order by both_roles.position limit ${limit}) as l
      ) as event_log order by event_log.position, event_log.partition <> read_in`,
  );
  return found.flatMap((row) => {
    const entry = { ...toEntry(row), partition: row.read_in };
    if (row.partition !== row.read_in) return [{ ...entry, role: 'mirror' as const }];
    return row.mirror === row.partition ? [entry, { ...entry, role: 'mirror' as const }] : [entry];
  });
}

/** Entries of one organisation by event id (any source), for evidence. */
export async function readEntries(tx: Tx, organisationId: string, positions: number[]): Promise<Entry[]> {
  if (positions.length === 0) return [];
  const found = await rows<StoredRow>(
    tx,
    sql`select ${entryColumns} from event_log where organisation_id = ${organisationId} and position = any(${column(positions)}::bigint[]) order by event_log.position`,
  );
  return found.map(toEntry);
}

/** Accepted and processed counts of the log in Postgres for one organisation or, without one, for all. */
export async function logStatus(tx: Tx, consumer: string, organisationId?: string): Promise<LogStatus> {
  const whose = organisationId === undefined ? sql`true` : sql`l.organisation_id = ${organisationId}`;
  const [row] = await rows<{ accepted: string; waiting: string }>(
    tx,
    sql`select (select count(*) from event_log l where ${whose})::text as accepted,
      (select count(*) from log_cursor c join event_log l on l.partition = c.partition and l.position > c.position
        where c.consumer = ${consumer} and l.log_offset is null and ${whose})::text as waiting`,
  );
  const accepted = Number(row?.accepted ?? 0);
  return { accepted, processed: accepted - Number(row?.waiting ?? 0) };
}

/** How many positions lie between the oldest entry that waits and the newest: what a reader has to catch up with. */
export async function backlogOf(tx: Tx, consumer: string): Promise<number> {
  const [row] = await rows<{ backlog: string | null }>(
    tx,
    sql`select ((select max(position) from event_log) - min(first.position) + 1)::text as backlog
      from log_cursor c, lateral (select l.position from event_log l where l.partition = c.partition
        and l.position > c.position and l.log_offset is null order by l.position limit 1) as first
      where c.consumer = ${consumer}`,
  );
  return Number(row?.backlog ?? 0);
}

/** Messages between rooms that wait, counted up to `limit`. */
export async function outboxWaiting(tx: Tx, limit: number): Promise<number> {
  const [row] = await rows<{ n: number }>(
    tx,
    sql`select count(*)::int as n from (select from outbox where not dead limit ${limit}) as waiting`,
  );
  return row?.n ?? 0;
}

/** Removes the texts of entries received before `before`. */
export async function dropTexts(tx: Tx, before: Date): Promise<void> {
  await tx.execute(
    sql`update event_log set sealed = null where sealed is not null and received_at < ${before.toISOString()}::timestamptz`,
  );
}

const entryColumns = sql.raw(
  'position::text, partition, organisation_id, source, event_id, type, schema, time, received_at, data, sealed',
);

interface StoredRow {
  position: string;
  partition: number;
  organisation_id: string;
  source: string;
  event_id: string;
  type: string;
  schema: number;
  time: Date | string;
  received_at: Date | string;
  data: unknown;
  sealed: Uint8Array | null;
}

function toEntry(row: StoredRow): Entry {
  return {
    position: Number(row.position),
    partition: row.partition,
    role: 'own',
    organisationId: row.organisation_id,
    source: row.source,
    eventId: row.event_id,
    type: row.type,
    schema: row.schema,
    time: new Date(row.time),
    receivedAt: new Date(row.received_at),
    data: row.data,
    sealed: row.sealed,
  };
}

function identity(organisationId: string, source: string, eventId: string): string {
  return `${organisationId}\n${source}\n${eventId}`;
}
