import { sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../../base/database.ts';
import type { StoredSample } from './examine.ts';

/** Distinct facts kept of an organisation, the most frequent ones. */
export const MOST_FACTS = 20_000;
export const KEPT_DAYS = 7;

/** The key that counts every request of an hour. */
const ALL = '*';

export interface Counted {
  key: string;
  count: number;
  /** Facts as JSON; empty where they are stored already. */
  json: string;
}

/** Adds counts to an hour in one statement; keys in order, so that several processes do not wait for one another in a ring. */
export async function addCounts(
  tx: Tx,
  organisationId: string,
  hour: Date,
  counted: readonly Counted[],
  requests: number,
): Promise<void> {
  const all = [...counted, { key: ALL, count: requests, json: '' }].sort((a, b) => (a.key < b.key ? -1 : 1));
  await tx.execute(
    sql`with given as (select * from unnest(
        ${column(all.map(({ key }) => key))}::text[], ${column(all.map(({ count }) => count))}::bigint[],
        ${column(all.map(({ json }) => json))}::text[]) as g(key, count, facts)),
      fresh as (insert into situation_facts (organisation_id, key, facts)
        select ${organisationId}::uuid, key, facts::jsonb from given where facts <> '' on conflict do nothing)
      insert into situation_count (organisation_id, hour, key, count)
        select ${organisationId}::uuid, ${hour.toISOString()}::timestamptz, key, count from given
        on conflict (organisation_id, hour, key) do update set count = situation_count.count + excluded.count`,
  );
}

/**
 * Facts of the last requests, the most frequent first: hours are taken, newest first, until they hold `requests` of them.
 * `total` counts all requests of those hours, also those whose facts were too rare to be kept.
 */
export async function lastSamples(
  tx: Tx,
  organisationId: string,
  { requests, limit, since }: { requests: number; limit: number; since: Date },
): Promise<{ samples: StoredSample[]; total: number; from: Date | null }> {
  const [hours] = await rows<{ total: string | null; from: string | Date | null }>(
    tx,
    sql`select sum(count)::text as total, min(hour) as "from" from (
        select hour, count, sum(count) over (order by hour desc) - count as before from situation_count
        where organisation_id = ${organisationId} and key = ${ALL} and hour >= ${since.toISOString()}::timestamptz) as h
      where before < ${requests}`,
  );
  if (!hours?.from) return { samples: [], total: 0, from: null };
  const from = new Date(hours.from);
  const samples = await rows<StoredSample>(
    tx,
    sql`select f.facts, c.count::int as count from (
        select key, sum(count) as count from situation_count
        where organisation_id = ${organisationId} and hour >= ${from.toISOString()}::timestamptz and key <> ${ALL}
        group by key order by sum(count) desc, key limit ${limit}) as c
      join situation_facts f on f.organisation_id = ${organisationId} and f.key = c.key order by c.count desc, f.key`,
  );
  return { samples, total: Number(hours.total), from };
}

/** Removes what is past its time, and of each organisation what is rarer than the 20,000 most frequent facts. */
export async function dropSamples(tx: Tx, now: Date): Promise<void> {
  const before = new Date(now.getTime() - KEPT_DAYS * 86_400_000).toISOString();
  await tx.execute(sql`delete from situation_count where hour < ${before}::timestamptz`);
  await tx.execute(
    sql`delete from situation_count c using (
        select organisation_id, key, row_number() over (partition by organisation_id order by sum(count) desc, key) as place
        from situation_count where key <> ${ALL} group by organisation_id, key) as r
      where r.place > ${MOST_FACTS} and c.organisation_id = r.organisation_id and c.key = r.key`,
  );
  await tx.execute(
    sql`delete from situation_facts f where not exists (
      select 1 from situation_count c where c.organisation_id = f.organisation_id and c.key = f.key)`,
  );
}
