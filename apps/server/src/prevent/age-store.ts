import { sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../base/database.ts';
import type { AgeBand } from '../base/vocabulary.ts';
import type { AgeSignal, Assurance, KnownAge } from './age.ts';

/** An account's age and when that was told; an account appears once in what is written. */
export interface AgeRow {
  organisationId: string;
  id: string;
  age: KnownAge;
  at: Date;
}

/** Accounts as the statements of this room name them. */
export interface Whose {
  organisationId: string;
  id: string;
}

export const keyOf = ({ organisationId, id }: Whose) => `${organisationId} ${id}`;

export interface AgeColumns {
  age_band: AgeBand | null;
  elder_band: AgeBand | null;
  assurance: Assurance | null;
  confidence: number | null;
  leaves_band_on: string | null;
  elder_assurance: Assurance | null;
  elder_leaves_on: string | null;
  doubt: AgeSignal | null;
}

export function ageOf(row: AgeColumns): KnownAge | undefined {
  if (row.age_band === null || row.assurance === null) return undefined;
  return {
    band: row.age_band,
    assurance: row.assurance,
    confidence: Number(row.confidence ?? 0),
    leavesBandOn: row.leaves_band_on ?? undefined,
    ...(row.elder_band === null
      ? {}
      : {
          elder: row.elder_band,
          elderAssurance: row.elder_assurance ?? undefined,
          elderLeavesOn: row.elder_leaves_on ?? undefined,
          doubt: row.doubt ?? undefined,
        }),
  };
}

export const ageColumns = sql`a.age_band, a.elder_band, a.assurance, a.confidence, a.leaves_band_on::text as leaves_band_on,
  a.elder_assurance, a.elder_leaves_on::text as elder_leaves_on, a.doubt`;

const whose = (accounts: readonly Whose[]) =>
  sql`unnest(${column(accounts.map((a) => a.organisationId))}::uuid[], ${column(accounts.map((a) => a.id))}::text[])`;

/** Writes ages as settled; an older event never overwrites what a newer one said. */
export async function saveAges(tx: Tx, ages: readonly AgeRow[]): Promise<void> {
  if (ages.length === 0) return;
  const text = (pick: (row: AgeRow) => string | undefined) => column(ages.map((row) => pick(row) ?? ''));
  await tx.execute(
    sql`insert into protected_account (organisation_id, id, age_band, elder_band, assurance, confidence, leaves_band_on,
        elder_assurance, elder_leaves_on, doubt, updated_at)
      select o, i, b, nullif(e, ''), s, c, nullif(l, '')::date, nullif(es, ''), nullif(el, '')::date, nullif(d, ''), u
      from unnest(
        ${text((r) => r.organisationId)}::uuid[], ${text((r) => r.id)}::text[], ${text((r) => r.age.band)}::text[],
        ${text((r) => r.age.elder)}::text[], ${text((r) => r.age.assurance)}::text[],
        ${column(ages.map((r) => r.age.confidence))}::real[], ${text((r) => r.age.leavesBandOn)}::text[],
        ${text((r) => r.age.elderAssurance)}::text[], ${text((r) => r.age.elderLeavesOn)}::text[],
        ${text((r) => r.age.doubt)}::text[],
        ${text((r) => r.at.toISOString())}::timestamptz[]) as t(o, i, b, e, s, c, l, es, el, d, u)
      on conflict (organisation_id, id) do update set age_band = excluded.age_band, elder_band = excluded.elder_band,
        assurance = excluded.assurance, confidence = excluded.confidence, leaves_band_on = excluded.leaves_band_on,
        elder_assurance = excluded.elder_assurance, elder_leaves_on = excluded.elder_leaves_on, doubt = excluded.doubt,
        updated_at = excluded.updated_at where protected_account.updated_at <= excluded.updated_at`,
  );
}

interface LockedRow extends AgeColumns {
  organisation_id: string;
  id: string;
  updated_at: Date | string;
}
const locked = (row: LockedRow): AgeRow[] => {
  const age = ageOf(row);
  return age ? [{ organisationId: row.organisation_id, id: row.id, age, at: new Date(row.updated_at) }] : [];
};

/** Ages as they stand, with when each was told, locked until the transaction ends. Keys: `organisation account`. */
export async function lockAges(tx: Tx, accounts: readonly Whose[]): Promise<Map<string, AgeRow>> {
  const found = await rows<LockedRow>(
    tx,
    sql`select a.organisation_id::text, a.id, ${ageColumns}, a.updated_at from protected_account a
      where (a.organisation_id, a.id) in (select * from ${whose(accounts)})
      order by a.organisation_id, a.id for update`,
  );
  return new Map(found.flatMap(locked).map((row) => [keyOf(row), row]));
}

/** Up to `limit` accounts with a reading whose band is over on a day (a date, UTC), locked; those locked elsewhere wait. */
export async function lockAgesPast(tx: Tx, today: string, limit: number): Promise<AgeRow[]> {
  const found = await rows<LockedRow>(
    tx,
    sql`select a.organisation_id::text, a.id, ${ageColumns}, a.updated_at from protected_account a
      where a.leaves_band_on <= ${today}::date or a.elder_leaves_on <= ${today}::date
      order by a.organisation_id, a.id limit ${limit} for update skip locked`,
  );
  return found.flatMap(locked);
}

/** When accounts were deleted, of those that were. Keys: `organisation account`. */
export async function goneSince(tx: Tx, accounts: readonly Whose[]): Promise<Map<string, Date>> {
  if (accounts.length === 0) return new Map();
  const found = await rows<{ organisation_id: string; id: string; at: Date | string }>(
    tx,
    sql`select g.organisation_id::text, g.id, g.at from forgotten_account g
      where (g.organisation_id, g.id) in (select * from ${whose(accounts)})`,
  );
  return new Map(
    found.map((row) => [keyOf({ organisationId: row.organisation_id, id: row.id }), new Date(row.at)]),
  );
}

/** Removes what says that accounts were deleted before a time: nothing of theirs comes so late. */
export async function dropGone(tx: Tx, before: Date): Promise<void> {
  await tx.execute(sql`delete from forgotten_account where at < ${before.toISOString()}::timestamptz`);
}
