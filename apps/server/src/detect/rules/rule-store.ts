import { and, desc, eq, sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../../base/database.ts';
import { ruleEvent, ruleShadow, ruleVersion } from '../schema.ts';
import type { RuleState } from './rule-state.ts';

export type VersionRow = typeof ruleVersion.$inferSelect;
export type RuleEventRow = typeof ruleEvent.$inferSelect;
export type ShadowRow = typeof ruleShadow.$inferInsert;

/** Steps on one organisation's rules take turns, so that two people cannot each publish beside the other. */
export async function lockRules(tx: Tx, organisationId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(7231006, hashtext(${organisationId}))`);
}

export async function insertVersion(
  tx: Tx,
  fresh: Omit<VersionRow, 'number' | 'state' | 'percent'>,
): Promise<VersionRow> {
  const [last] = await rows<{ n: number }>(
    tx,
    sql`select coalesce(max(number), 0)::int as n from rule_version where organisation_id = ${fresh.organisationId}`,
  );
  const [row] = await tx
    .insert(ruleVersion)
    .values({ ...fresh, number: (last?.n ?? 0) + 1, state: 'draft', percent: 0 })
    .returning();
  if (!row) throw new Error('the version was not stored');
  return row;
}

export async function versionOf(
  tx: Tx,
  organisationId: string,
  number: number,
): Promise<VersionRow | undefined> {
  const [row] = await tx
    .select()
    .from(ruleVersion)
    .where(and(eq(ruleVersion.organisationId, organisationId), eq(ruleVersion.number, number)));
  return row;
}

/** Newest first. */
export async function listVersions(tx: Tx, organisationId: string): Promise<VersionRow[]> {
  return tx
    .select()
    .from(ruleVersion)
    .where(eq(ruleVersion.organisationId, organisationId))
    .orderBy(desc(ruleVersion.number))
    .limit(200);
}

export async function versionInState(
  tx: Tx,
  organisationId: string,
  ...states: RuleState[]
): Promise<VersionRow | undefined> {
  const found = await listStanding(tx, [organisationId]);
  const one = found.find(({ state }) => states.includes(state));
  return one && versionOf(tx, organisationId, one.number);
}

export async function updateVersion(
  tx: Tx,
  row: Pick<VersionRow, 'organisationId' | 'number'>,
  changes: Partial<Pick<VersionRow, 'name' | 'state' | 'percent' | 'rules' | 'hash'>> & { updatedAt: Date },
): Promise<VersionRow> {
  const [updated] = await tx
    .update(ruleVersion)
    .set(changes)
    .where(and(eq(ruleVersion.organisationId, row.organisationId), eq(ruleVersion.number, row.number)))
    .returning();
  if (!updated) throw new Error(`version ${row.number} vanished`);
  return updated;
}

export interface Standing {
  organisationId: string;
  number: number;
  state: RuleState;
  percent: number;
  hash: string;
}

/** The versions that have a say in these organisations now: published, in shadow, or in rollout. */
export async function listStanding(tx: Tx, organisationIds: string[]): Promise<Standing[]> {
  if (organisationIds.length === 0) return [];
  return rows<Standing>(
    tx,
    sql`select organisation_id as "organisationId", number, state, percent, hash from rule_version
      where organisation_id = any(${column(organisationIds)}::uuid[]) and state in ('published', 'shadow', 'rollout')`,
  );
}

export async function insertRuleEvent(tx: Tx, event: Omit<RuleEventRow, 'id'>): Promise<void> {
  await tx.insert(ruleEvent).values(event);
}

/** What happened to one version, or to all, newest first. */
export async function listRuleEvents(
  tx: Tx,
  organisationId: string,
  version?: number,
): Promise<RuleEventRow[]> {
  return tx
    .select()
    .from(ruleEvent)
    .where(
      and(
        eq(ruleEvent.organisationId, organisationId),
        version === undefined ? undefined : eq(ruleEvent.version, version),
      ),
    )
    .orderBy(desc(ruleEvent.id))
    .limit(200);
}

export async function saveShadows(tx: Tx, found: ShadowRow[]): Promise<void> {
  if (found.length === 0) return;
  await tx.insert(ruleShadow).values(found).onConflictDoNothing();
}

/** Removes what was noted of a version: its content is about to be another. */
export async function forgetShadows(tx: Tx, organisationId: string, version: number): Promise<void> {
  await tx
    .delete(ruleShadow)
    .where(and(eq(ruleShadow.organisationId, organisationId), eq(ruleShadow.version, version)));
}

/** Removes what was noted before `before`. */
export async function dropShadows(tx: Tx, before: Date): Promise<void> {
  await tx.execute(sql`delete from rule_shadow where recorded_at < ${before.toISOString()}::timestamptz`);
}

export interface ShadowCount {
  on: 'message' | 'assessment';
  inForce: string;
  candidate: string;
  count: number;
}

export async function countShadows(tx: Tx, organisationId: string, version: number): Promise<ShadowCount[]> {
  return rows<ShadowCount>(
    tx,
    sql`select on_what as "on", in_force as "inForce", candidate, count(*)::int as count from rule_shadow
      where organisation_id = ${organisationId} and version = ${version} group by 1, 2, 3 order by 1, 2, 3`,
  );
}

export async function countShadowRules(
  tx: Tx,
  organisationId: string,
  version: number,
): Promise<{ rule: string; inForce: number; candidate: number }[]> {
  return rows(
    tx,
    sql`select rule, sum(own)::int as "inForce", sum(new)::int as candidate from (
        select jsonb_array_elements_text(in_force_rules) as rule, 1 as own, 0 as new from rule_shadow
          where organisation_id = ${organisationId} and version = ${version}
        union all select jsonb_array_elements_text(candidate_rules), 0, 1 from rule_shadow
          where organisation_id = ${organisationId} and version = ${version}) as fired
      group by rule order by rule`,
  );
}

/** The newest places at which the two differ. */
export async function listDifferences(tx: Tx, organisationId: string, version: number, limit: number) {
  return tx
    .select()
    .from(ruleShadow)
    .where(
      and(
        eq(ruleShadow.organisationId, organisationId),
        eq(ruleShadow.version, version),
        sql`in_force <> candidate`,
      ),
    )
    .orderBy(desc(ruleShadow.at), desc(ruleShadow.key))
    .limit(limit);
}
