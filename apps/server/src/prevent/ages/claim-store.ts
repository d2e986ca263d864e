import { sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../../base/database.ts';
import type { AgeBand } from '../../base/vocabulary.ts';
import type { AgeSignal, Assurance, ToldAge } from '../age.ts';
import { keyOf, type Whose } from '../age-store.ts';
import type { Refused } from '../settle-age.ts';

export type ClaimState = 'open' | 'confirmed' | 'refused' | 'settled';

export interface NewClaim extends Whose {
  kind: AgeSignal;
  from: AgeBand;
  told: ToldAge;
  at: Date;
  /** True where the platform just told it: an open claim then takes what was told last. */
  isNews: boolean;
}

export interface ClaimRow extends Whose {
  claim: string;
  kind: AgeSignal;
  from: AgeBand;
  to: AgeBand;
  assurance: Assurance;
  confidence: number;
  leavesBandOn: string | undefined;
  at: Date;
  state: ClaimState;
  decidedBy: string | null;
  decidedAt: Date | null;
  note: string | null;
}

/** Opens claims, an account at most one; returns those that are new. */
export async function openClaims(
  tx: Tx,
  claims: readonly NewClaim[],
): Promise<(Whose & { claim: string })[]> {
  const opened: (Whose & { claim: string })[] = [];
  for (const { organisationId, id, kind, from, told, at, isNews } of claims) {
    const [row] = await rows<{ claim: string; fresh: boolean }>(
      tx,
      sql`insert into age_claim
          (id, organisation_id, account, kind, from_band, to_band, assurance, confidence, leaves_band_on, at, state)
        values (gen_random_uuid(), ${organisationId}::uuid, ${id}, ${kind}, ${from}, ${told.band}, ${told.assurance},
          ${told.confidence}, ${told.leavesBandOn ?? null}::date, ${at.toISOString()}::timestamptz, 'open')
        on conflict (organisation_id, account) where state = 'open' do update set to_band = excluded.to_band,
          assurance = excluded.assurance, confidence = excluded.confidence, leaves_band_on = excluded.leaves_band_on
          where ${isNews}::boolean
        returning id::text as claim, xmax = 0 as fresh`,
    );
    if (row?.fresh) opened.push({ organisationId, id, claim: row.claim });
  }
  return opened;
}

/** Closes the open claims of accounts whose age is no longer in doubt. */
export async function settleClaims(tx: Tx, accounts: readonly Whose[], at: Date): Promise<void> {
  if (accounts.length === 0) return;
  await tx.execute(
    sql`update age_claim set state = 'settled', decided_at = ${at.toISOString()}::timestamptz
      where state = 'open' and (organisation_id, account) in (select * from unnest(
        ${column(accounts.map((a) => a.organisationId))}::uuid[], ${column(accounts.map((a) => a.id))}::text[]))`,
  );
}

/** Claims that people refused, by `organisation account`. */
export async function refusedClaims(tx: Tx, accounts: readonly Whose[]): Promise<Map<string, Refused[]>> {
  if (accounts.length === 0) return new Map();
  const found = await rows<{
    organisation_id: string;
    account: string;
    kind: AgeSignal;
    to_band: AgeBand;
    assurance: Assurance;
  }>(
    tx,
    sql`select organisation_id::text, account, kind, to_band, assurance from age_claim
      where state = 'refused' and (organisation_id, account) in (select * from unnest(
        ${column(accounts.map((a) => a.organisationId))}::uuid[], ${column(accounts.map((a) => a.id))}::text[]))`,
  );
  const refused = new Map<string, Refused[]>();
  for (const { organisation_id: organisationId, account: id, kind, to_band: to, assurance } of found) {
    const key = keyOf({ organisationId, id });
    refused.set(key, [...(refused.get(key) ?? []), { kind, to, assurance }]);
  }
  return refused;
}

interface ClaimColumns {
  claim: string;
  organisation_id: string;
  account: string;
  kind: AgeSignal;
  from_band: AgeBand;
  to_band: AgeBand;
  assurance: Assurance;
  confidence: number;
  leaves_band_on: string | null;
  at: Date | string;
  state: ClaimState;
  decided_by: string | null;
  decided_at: Date | string | null;
  note: string | null;
}
const columns = sql`id::text as claim, organisation_id::text, account, kind, from_band, to_band, assurance, confidence,
  leaves_band_on::text, at, state, decided_by, decided_at, note`;

const claimRow = (row: ClaimColumns): ClaimRow => ({
  organisationId: row.organisation_id,
  id: row.account,
  claim: row.claim,
  kind: row.kind,
  from: row.from_band,
  to: row.to_band,
  assurance: row.assurance,
  confidence: Number(row.confidence),
  leavesBandOn: row.leaves_band_on ?? undefined,
  at: new Date(row.at),
  state: row.state,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at === null ? null : new Date(row.decided_at),
  note: row.note,
});

/** Claims of an organisation in some states: open ones oldest first, decided ones newest first. */
export async function listClaims(
  tx: Tx,
  organisationId: string,
  which: { states: readonly ClaimState[]; limit: number; account?: string },
): Promise<ClaimRow[]> {
  const { states, limit, account } = which;
  const found = await rows<ClaimColumns>(
    tx,
    sql`select ${columns} from age_claim where organisation_id = ${organisationId}
        and state = any(${column([...states])}::text[])
        and (${account ?? null}::text is null or account = ${account ?? null})
      order by decided_at desc nulls first, age_claim.at, age_claim.id limit ${limit}`,
  );
  return found.map(claimRow);
}

export async function countOpenClaims(tx: Tx, organisationId: string): Promise<number> {
  const [row] = await rows<{ n: number }>(
    tx,
    sql`select count(*)::int as n from age_claim where organisation_id = ${organisationId} and state = 'open'`,
  );
  return row?.n ?? 0;
}

export async function claimById(
  tx: Tx,
  organisationId: string,
  claim: string,
): Promise<ClaimRow | undefined> {
  const [row] = await rows<ClaimColumns>(
    tx,
    sql`select ${columns} from age_claim where organisation_id = ${organisationId} and id = ${claim}::uuid`,
  );
  return row && claimRow(row);
}

/** Writes a decision; false when the claim was not open any more. */
export async function closeClaim(
  tx: Tx,
  organisationId: string,
  claim: string,
  decision: { state: 'confirmed' | 'refused'; by: string; note: string; at: Date },
): Promise<boolean> {
  const closed = await rows<{ id: string }>(
    tx,
    sql`update age_claim set state = ${decision.state}, decided_by = ${decision.by}, note = ${decision.note},
        decided_at = ${decision.at.toISOString()}::timestamptz
      where organisation_id = ${organisationId} and id = ${claim}::uuid and state = 'open' returning id`,
  );
  return closed.length > 0;
}

/** How many known minors each account has among its contacts, of those with any. */
export async function countMinorContacts(
  tx: Tx,
  organisationId: string,
  accounts: readonly string[],
): Promise<Map<string, number>> {
  if (accounts.length === 0) return new Map();
  const found = await rows<{ id: string; n: number }>(
    tx,
    sql`select w.id, count(*)::int as n from unnest(${column([...accounts])}::text[]) as w(id)
      cross join lateral (
        select high as other from connection where organisation_id = ${organisationId} and low = w.id
        union all select low from connection where organisation_id = ${organisationId} and high = w.id) as c
      join protected_account a on a.organisation_id = ${organisationId} and a.id = c.other
        and a.age_band in ('under-13', '13-15', '16-17')
      group by w.id`,
  );
  return new Map(found.map(({ id, n }) => [id, n]));
}

/**
 * Removes claims that were closed before a time. Of a refused one the bare refusal stays until its own time, so that the
 * same claim is not put before people again and again.
 */
export async function dropClaims(
  tx: Tx,
  { before, refusedBefore }: { before: Date; refusedBefore: Date },
): Promise<void> {
  const closed = sql`state <> 'open' and decided_at < ${before.toISOString()}::timestamptz`;
  await tx.execute(
    sql`delete from age_claim where ${closed}
      and (state <> 'refused' or decided_at < ${refusedBefore.toISOString()}::timestamptz)`,
  );
  await tx.execute(
    sql`update age_claim set note = null, decided_by = null where ${closed} and (note is not null or decided_by is not null)`,
  );
}
