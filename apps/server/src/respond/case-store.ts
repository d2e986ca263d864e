import { randomUUID } from 'node:crypto';
import { and, asc, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import { rows, type Tx } from '../base/database.ts';
import { afterStep, type CaseState, type CaseStep } from './case-state.ts';
import { action, caseEvent, caseEvidence, caseFile, userReport } from './schema.ts';

export type CaseRow = typeof caseFile.$inferSelect;
export type EvidenceRow = typeof caseEvidence.$inferSelect;
export type ActionRow = typeof action.$inferSelect;

/** `KB-2026-0001`: counted per organisation and year. */
export function caseNumber(row: Pick<CaseRow, 'year' | 'sequence'>): string {
  return `KB-${row.year}-${String(row.sequence).padStart(4, '0')}`;
}

export async function insertCase(
  tx: Tx,
  fresh: Omit<
    CaseRow,
    'sequence' | 'year' | 'state' | 'assigneeId' | 'assigneeName' | 'updatedAt' | 'generativeAi'
  > & { generativeAi?: CaseRow['generativeAi'] },
): Promise<CaseRow> {
  const year = fresh.openedAt.getUTCFullYear();
  // Numbers without gaps or doubles: openings of one organisation take turns.
  await tx.execute(sql`select pg_advisory_xact_lock(7231004, hashtext(${fresh.organisationId}))`);
  const [last] = await rows<{ n: number }>(
    tx,
    sql`select coalesce(max(sequence), 0)::int as n from case_file where organisation_id = ${fresh.organisationId} and year = ${year}`,
  );
  const [row] = await tx
    .insert(caseFile)
    .values({
      ...fresh,
      year,
      sequence: (last?.n ?? 0) + 1,
      state: 'new',
      assigneeId: null,
      assigneeName: null,
      updatedAt: fresh.openedAt,
    })
    .returning();
  if (!row) throw new Error('the case was not stored');
  return row;
}

/** The case that is not closed for this account, locked. */
export async function openCaseOf(
  tx: Tx,
  organisationId: string,
  subject: string,
): Promise<CaseRow | undefined> {
  const [row] = await tx
    .select()
    .from(caseFile)
    .where(
      and(
        eq(caseFile.organisationId, organisationId),
        eq(caseFile.subject, subject),
        ne(caseFile.state, 'closed'),
      ),
    )
    .orderBy(asc(caseFile.openedAt))
    .limit(1)
    .for('update');
  return row;
}

export async function lockCase(tx: Tx, organisationId: string, id: string): Promise<CaseRow | undefined> {
  const [row] = await tx
    .select()
    .from(caseFile)
    .where(and(eq(caseFile.organisationId, organisationId), eq(caseFile.id, id)))
    .for('update');
  return row;
}

export async function readCase(tx: Tx, organisationId: string, id: string): Promise<CaseRow | undefined> {
  const [row] = await tx
    .select()
    .from(caseFile)
    .where(and(eq(caseFile.organisationId, organisationId), eq(caseFile.id, id)));
  return row;
}

/** The queue: most urgent first, then by deadline. */
export async function listCases(
  tx: Tx,
  organisationId: string,
  which: 'open' | 'closed' | 'all',
): Promise<CaseRow[]> {
  return tx
    .select()
    .from(caseFile)
    .where(
      and(
        eq(caseFile.organisationId, organisationId),
        which === 'all'
          ? undefined
          : which === 'open'
            ? ne(caseFile.state, 'closed')
            : eq(caseFile.state, 'closed'),
      ),
    )
    .orderBy(asc(caseFile.urgency), asc(caseFile.deadlineAt), asc(caseFile.openedAt))
    .limit(500);
}

export interface Actor {
  id: string;
  name: string;
}

export interface NewStep {
  step: CaseStep;
  at: Date;
  actor: Actor | null;
  note?: string | undefined;
  data?: Record<string, unknown>;
}

/** Appends a step and keeps the derived state beside it; undefined when the state does not allow the step. */
export async function appendStep(
  tx: Tx,
  row: CaseRow,
  { step, at, actor, note, data }: NewStep,
  changes: Partial<CaseRow> = {},
): Promise<CaseRow | undefined> {
  const next = step === 'opened' ? 'new' : afterStep(row.state as CaseState, step);
  if (next === undefined) return undefined;
  await tx.insert(caseEvent).values({
    organisationId: row.organisationId,
    caseId: row.id,
    at,
    actorId: actor?.id ?? null,
    actorName: actor?.name ?? null,
    type: step,
    note: note ?? null,
    data: data ?? {},
  });
  const [updated] = await tx
    .update(caseFile)
    .set({ ...changes, state: next, updatedAt: at })
    .where(eq(caseFile.id, row.id))
    .returning();
  return updated;
}

export async function historyOf(tx: Tx, caseId: string) {
  return tx.select().from(caseEvent).where(eq(caseEvent.caseId, caseId)).orderBy(asc(caseEvent.id));
}

export async function evidenceOf(tx: Tx, caseId: string): Promise<EvidenceRow[]> {
  return tx
    .select()
    .from(caseEvidence)
    .where(eq(caseEvidence.caseId, caseId))
    .orderBy(asc(caseEvidence.at), asc(caseEvidence.position));
}

/** Adds evidence; a message that the case holds already is passed over. */
export async function insertEvidence(
  tx: Tx,
  found: (Omit<EvidenceRow, 'id' | 'media'> & { media?: EvidenceRow['media'] })[],
): Promise<void> {
  if (found.length === 0) return;
  await tx
    .insert(caseEvidence)
    .values(found.map((row) => ({ ...row, id: randomUUID() })))
    .onConflictDoNothing();
}

export async function actionsOf(tx: Tx, caseId: string): Promise<ActionRow[]> {
  return tx.select().from(action).where(eq(action.caseId, caseId)).orderBy(asc(action.sequence));
}

export async function insertAction(tx: Tx, row: Omit<ActionRow, 'sequence'>): Promise<void> {
  await tx.insert(action).values(row);
}

export async function actionById(tx: Tx, id: string): Promise<ActionRow | undefined> {
  const [row] = await tx.select().from(action).where(eq(action.id, id));
  return row;
}

/** Sets an action's delivery state unless the platform has it already. */
export async function markAction(tx: Tx, id: string, status: 'delivered' | 'failed'): Promise<void> {
  await tx
    .update(action)
    .set({ status })
    .where(and(eq(action.id, id), ne(action.status, 'delivered')));
}

/** A platform's actions after a cursor, oldest first. */
export async function listActions(
  tx: Tx,
  organisationId: string,
  after: number,
  limit: number,
): Promise<ActionRow[]> {
  return tx
    .select()
    .from(action)
    .where(and(eq(action.organisationId, organisationId), sql`${action.sequence} > ${after}`))
    .orderBy(asc(action.sequence))
    .limit(limit);
}

export async function insertUserReport(tx: Tx, row: typeof userReport.$inferInsert): Promise<void> {
  await tx.insert(userReport).values(row);
}

export async function userReportsOf(tx: Tx, caseId: string) {
  return tx.select().from(userReport).where(eq(userReport.caseId, caseId)).orderBy(asc(userReport.at));
}

/** Counts for the public figures since `from`, over all organisations. */
export async function countResponses(tx: Tx, from: Date) {
  const since = from.toISOString();
  const actions = await rows<{ action: string; count: number }>(
    tx,
    sql`select action, count(*)::int as count from action where at >= ${since}::timestamptz group by action order by action`,
  );
  const referrals = await rows<{ state: string; count: number }>(
    tx,
    sql`select state, count(*)::int as count from referral where sent_at >= ${since}::timestamptz group by state order by state`,
  );
  const cases = await rows<{ state: string; count: number }>(
    tx,
    sql`select state, count(*)::int as count from case_file where opened_at >= ${since}::timestamptz group by state order by state`,
  );
  const [reports] = await rows<{ count: number }>(
    tx,
    sql`select ((select count(*) from user_report where at >= ${since}::timestamptz)
      + (select count(*) from anonymous_report where at >= ${since}::timestamptz))::int as count`,
  );
  return { actions, referrals, cases, reports: reports?.count ?? 0 };
}

export async function countCases(tx: Tx, organisationId: string): Promise<number> {
  const [row] = await rows<{ n: number }>(
    tx,
    sql`select count(*)::int as n from case_file where organisation_id = ${organisationId}`,
  );
  return row?.n ?? 0;
}

/** Cases that wait for a first person, over all organisations (metric). */
export async function countWaiting(tx: Tx): Promise<number> {
  const found = await tx
    .select({ n: sql<number>`count(*)::int` })
    .from(caseFile)
    .where(and(inArray(caseFile.state, ['new', 'triage', 'reopened']), isNull(caseFile.assigneeId)));
  return found[0]?.n ?? 0;
}

/** Cases that hold the event at this log position, with the actions taken in them. */
export async function casesOfPosition(tx: Tx, organisationId: string, position: number) {
  const found = await tx
    .selectDistinct({
      id: caseFile.id,
      year: caseFile.year,
      sequence: caseFile.sequence,
      state: caseFile.state,
    })
    .from(caseFile)
    .innerJoin(caseEvidence, eq(caseEvidence.caseId, caseFile.id))
    .where(and(eq(caseEvidence.organisationId, organisationId), eq(caseEvidence.position, position)));
  return Promise.all(
    found.map(async (row) => ({
      id: row.id,
      number: caseNumber(row),
      state: row.state,
      actions: (await actionsOf(tx, row.id)).map(({ action: name, at, status }) => ({
        action: name,
        at: at.toISOString(),
        status,
      })),
    })),
  );
}

/** The newest case of each account. */
export async function newestCases(
  tx: Tx,
  organisationId: string,
  accounts: readonly string[],
): Promise<Map<string, string>> {
  if (accounts.length === 0) return new Map();
  const found = await rows<{ subject: string; id: string }>(
    tx,
    sql`select distinct on (subject) subject, id from case_file
      where organisation_id = ${organisationId} and subject = any(${sql.param([...accounts])}::text[])
      order by subject, opened_at desc, id`,
  );
  return new Map(found.map(({ subject, id }) => [subject, id]));
}
