import { sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../base/database.ts';
import type { AgeBand } from '../base/vocabulary.ts';

export interface AccountRow {
  organisationId: string;
  id: string;
  ageBand: AgeBand;
  assurance: string;
  at: Date;
}

/** Writes accounts as last told; an account appears once in `accounts`. */
export async function saveAccounts(tx: Tx, accounts: AccountRow[]): Promise<void> {
  if (accounts.length === 0) return;
  await tx.execute(
    sql`insert into protected_account (organisation_id, id, age_band, assurance, updated_at)
      select * from unnest(
        ${column(accounts.map((a) => a.organisationId))}::uuid[], ${column(accounts.map((a) => a.id))}::text[],
        ${column(accounts.map((a) => a.ageBand))}::text[], ${column(accounts.map((a) => a.assurance))}::text[],
        ${column(accounts.map((a) => a.at.toISOString()))}::timestamptz[])
      on conflict (organisation_id, id) do update set age_band = excluded.age_band, assurance = excluded.assurance,
        updated_at = excluded.updated_at where protected_account.updated_at <= excluded.updated_at`,
  );
}

export async function deleteAccounts(tx: Tx, gone: { organisationId: string; id: string }[]): Promise<void> {
  for (const { organisationId, id } of gone) {
    await tx.execute(
      sql`delete from protected_account where organisation_id = ${organisationId} and id = ${id}`,
    );
    await tx.execute(
      sql`delete from connection where organisation_id = ${organisationId} and (low = ${id} or high = ${id})`,
    );
  }
}

export interface Pair {
  organisationId: string;
  one: string;
  other: string;
  at: Date;
}

const ordered = (one: string, other: string): [string, string] => (one < other ? [one, other] : [other, one]);

export async function connect(tx: Tx, pairs: Pair[]): Promise<void> {
  if (pairs.length === 0) return;
  const both = pairs.map(({ one, other }) => ordered(one, other));
  await tx.execute(
    sql`insert into connection (organisation_id, low, high, since)
      select * from unnest(
        ${column(pairs.map((p) => p.organisationId))}::uuid[], ${column(both.map(([low]) => low))}::text[],
        ${column(both.map(([, high]) => high))}::text[], ${column(pairs.map((p) => p.at.toISOString()))}::timestamptz[])
      on conflict do nothing`,
  );
}

export async function disconnect(tx: Tx, { organisationId, one, other }: Omit<Pair, 'at'>): Promise<void> {
  const [low, high] = ordered(one, other);
  await tx.execute(
    sql`delete from connection where organisation_id = ${organisationId} and low = ${low} and high = ${high}`,
  );
}

/** Age bands of the accounts that are known. */
export async function bandsOf(tx: Tx, organisationId: string, ids: string[]): Promise<Map<string, AgeBand>> {
  const found = await rows<{ id: string; age_band: AgeBand }>(
    tx,
    sql`select id, age_band from protected_account where organisation_id = ${organisationId} and id = any(${column(ids)}::text[])`,
  );
  return new Map(found.map((row) => [row.id, row.age_band]));
}

export async function areConnected(
  tx: Tx,
  organisationId: string,
  one: string,
  other: string,
): Promise<boolean> {
  const [low, high] = ordered(one, other);
  const found = await rows(
    tx,
    sql`select 1 from connection where organisation_id = ${organisationId} and low = ${low} and high = ${high}`,
  );
  return found.length > 0;
}
