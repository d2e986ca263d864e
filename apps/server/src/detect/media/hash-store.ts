import { and, asc, eq, sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../../base/database.ts';
import { hashList } from '../schema.ts';
import type { HashKind, HashMatch, KnownHash } from './hash-lists.ts';

export type HashListRow = typeof hashList.$inferSelect;

export async function listNamed(
  tx: Tx,
  organisationId: string,
  name: string,
): Promise<HashListRow | undefined> {
  const [row] = await tx
    .select()
    .from(hashList)
    .where(and(eq(hashList.organisationId, organisationId), eq(hashList.name, name)))
    .for('update');
  return row;
}

export async function insertList(tx: Tx, row: HashListRow): Promise<void> {
  await tx.insert(hashList).values(row);
}

/** Adds hashes to a list and moves its version on; returns how many were new. A hash's newer reason replaces the older. */
export async function addHashes(tx: Tx, list: HashListRow, hashes: KnownHash[], now: Date): Promise<number> {
  const [added] = await rows<{ n: number }>(
    tx,
    sql`with put as (
        insert into known_hash (organisation_id, kind, value, list_id, reason)
        select ${list.organisationId}, k, v, ${list.id}, nullif(r, '') from unnest(
          ${column(hashes.map(({ kind }) => kind))}::text[], ${column(hashes.map(({ value }) => value))}::text[],
          ${column(hashes.map(({ reason }) => reason ?? ''))}::text[]) as h(k, v, r)
        on conflict (organisation_id, kind, value, list_id) do update set reason = coalesce(excluded.reason, known_hash.reason)
        returning (xmax = 0) as fresh)
      select (count(*) filter (where fresh))::int as n from put`,
  );
  await tx
    .update(hashList)
    .set({ version: list.version + 1, updatedAt: now })
    .where(eq(hashList.id, list.id));
  return added?.n ?? 0;
}

export async function deleteList(tx: Tx, list: HashListRow): Promise<void> {
  await tx.delete(hashList).where(eq(hashList.id, list.id));
}

/** Lists with the number of their hashes by kind. */
export async function listsOf(
  tx: Tx,
  organisationId: string,
): Promise<(HashListRow & { counts: Partial<Record<HashKind, number>> })[]> {
  const lists = await tx
    .select()
    .from(hashList)
    .where(eq(hashList.organisationId, organisationId))
    .orderBy(asc(hashList.name));
  const counts = await rows<{ list_id: string; kind: HashKind; n: number }>(
    tx,
    sql`select list_id, kind, count(*)::int as n from known_hash where organisation_id = ${organisationId} group by 1, 2`,
  );
  return lists.map((list) => ({
    ...list,
    counts: Object.fromEntries(
      counts.filter((one) => one.list_id === list.id).map(({ kind, n }) => [kind, n]),
    ),
  }));
}

/** What an organisation holds: kinds of hashes, and a signature that changes with every change of its lists. */
export async function holdingsOf(
  tx: Tx,
  organisationId: string,
): Promise<{ kinds: Set<HashKind>; signature: string; pdqCount: number }> {
  const lists = await rows<{ id: string; version: number }>(
    tx,
    sql`select id, version from hash_list where organisation_id = ${organisationId} order by id`,
  );
  if (lists.length === 0) return { kinds: new Set(), signature: '', pdqCount: 0 };
  const kinds = await rows<{ kind: HashKind; n: number }>(
    tx,
    sql`select kind, count(*)::int as n from known_hash where organisation_id = ${organisationId} group by kind`,
  );
  return {
    kinds: new Set(kinds.map(({ kind }) => kind)),
    signature: lists.map(({ id, version }) => `${id}:${version}`).join(' '),
    pdqCount: kinds.find(({ kind }) => kind === 'pdq')?.n ?? 0,
  };
}

export async function pdqHashes(tx: Tx, organisationId: string): Promise<string[]> {
  const found = await rows<{ value: string }>(
    tx,
    sql`select distinct value from known_hash where organisation_id = ${organisationId} and kind = 'pdq' order by value`,
  );
  return found.map(({ value }) => value);
}

/** The lists that hold the given hashes, by `kind value`. */
export async function matchesOf(
  tx: Tx,
  organisationId: string,
  hashes: { kind: HashKind; value: string }[],
): Promise<Map<string, Omit<HashMatch, 'distance'>[]>> {
  const by = new Map<string, Omit<HashMatch, 'distance'>[]>();
  if (hashes.length === 0) return by;
  const found = await rows<Omit<HashMatch, 'distance'> & { value: string }>(
    tx,
    sql`select h.kind, h.value, l.name as list, l.source, coalesce(h.reason, l.reason) as reason, l.generative_ai as "generativeAi"
      from unnest(${column(hashes.map(({ kind }) => kind))}::text[], ${column(hashes.map(({ value }) => value))}::text[]) as w(k, v)
      join known_hash h on h.organisation_id = ${organisationId} and h.kind = w.k and h.value = w.v
      join hash_list l on l.id = h.list_id order by l.name`,
  );
  for (const { value, ...match } of found) {
    const key = `${match.kind} ${value}`;
    by.set(key, [...(by.get(key) ?? []), match]);
  }
  return by;
}
