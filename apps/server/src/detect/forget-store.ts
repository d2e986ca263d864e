import { sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../base/database.ts';
import type { RiskPolicy } from './risk-policy.ts';
import { pairsPrefix } from './store.ts';

const DAY = 86_400_000;

export interface Gone {
  organisationId: string;
  id: string;
}

/** Removes the states of accounts: their own, and theirs towards others. Returns the names (`organisation key`). */
export async function forgetStates(tx: Tx, gone: readonly Gone[]): Promise<string[]> {
  if (gone.length === 0) return [];
  // The column compares bytes (migration 0011), so all pairs of an account are one stretch of the index.
  const found = await rows<{ organisation_id: string; key: string }>(
    tx,
    sql`delete from risk_state s using unnest(${column(gone.map((one) => one.organisationId))}::uuid[],
        ${column(gone.map(({ id }) => `account:${id}`))}::text[], ${column(gone.map(({ id }) => `${pairsPrefix(id)}>`))}::text[],
        ${column(gone.map(({ id }) => `${pairsPrefix(id)}?`))}::text[]) as g(o, own, first, past)
      where s.organisation_id = g.o and (s.key = g.own or (s.key >= g.first and s.key < g.past))
      returning s.organisation_id, s.key`,
  );
  return found.map((row) => `${row.organisation_id} ${row.key}`);
}

/**
 * Removes what else is known of accounts across accounts, and what rules on trial said of them. An account that reached
 * high risk or was acted on keeps its marks until their time is over ({@link dropForgotten}): deleting an account and
 * coming back on the same device is how an abuser would get round them.
 */
export async function forgetMarks(tx: Tx, gone: readonly Gone[]): Promise<void> {
  if (gone.length === 0) return;
  const whose = sql`unnest(${column(gone.map((one) => one.organisationId))}::uuid[], ${column(gone.map(({ id }) => id))}::text[]) as g(o, i)`;
  await tx.execute(
    sql`delete from risk_mark m using ${whose} where m.organisation_id = g.o and m.account = g.i
      and not exists (select from risk_mark s where s.organisation_id = g.o and s.kind = 'account' and s.account = g.i)`,
  );
  await tx.execute(
    sql`delete from rule_shadow s using ${whose} where s.organisation_id = g.o and s.account = g.i`,
  );
}

/** Days without an event after which a state says nothing any more: five half-lives of what fades slowest (3 %). */
export function rememberedDays({ halfLifeDays, stages }: RiskPolicy): number {
  return 5 * Math.max(halfLifeDays, stages.halfLifeDays);
}

/** Removes states and marks whose time is over. Twice the span of a mark, since events may come late. */
export async function dropForgotten(tx: Tx, policy: RiskPolicy, now: Date): Promise<void> {
  const ago = (days: number) => sql`${new Date(now.getTime() - days * DAY).toISOString()}::timestamptz`;
  const { collusion, pileOn, evasion } = policy.together;
  const states = ago(rememberedDays(policy));
  await tx.execute(sql`delete from risk_state where updated_at < ${states}`);
  await tx.execute(
    sql`delete from risk_mark where (kind in ('pair', 'pile') and at < ${ago(2 * Math.max(collusion.withinDays, pileOn.withinDays))})
      or (kind = 'account' and at < ${ago(evasion.withinDays)})`,
  );
  // A device is remembered as long as its account is, or what the account did.
  await tx.execute(
    sql`delete from risk_mark m where m.kind = 'device' and m.at < ${states}
      and not exists (select from risk_state s where s.organisation_id = m.organisation_id and s.key = 'account:' || m.account)
      and not exists (select from risk_mark a where a.organisation_id = m.organisation_id and a.kind = 'account' and a.account = m.account)`,
  );
}
