import { and, asc, desc, eq, inArray, sql, sum } from 'drizzle-orm';
import { column, rows, type Tx } from '../../base/database.ts';
import type { RemovalState } from './removal-state.ts';
import { removalContent, removalRequest, removalStep } from './schema.ts';

export type RemovalRow = typeof removalRequest.$inferSelect;

/** Writes a request; false when its case number is taken. */
export async function insertRequest(tx: Tx, row: RemovalRow): Promise<boolean> {
  const written = await tx
    .insert(removalRequest)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: removalRequest.id });
  return written.length === 1;
}

/** The request of a case number, of whatever organisation (scope `system`); locked when `lock`. */
export async function requestByNumber(
  tx: Tx,
  caseNumber: string,
  { lock = false } = {},
): Promise<RemovalRow | undefined> {
  const query = tx.select().from(removalRequest).where(eq(removalRequest.caseNumber, caseNumber));
  const [row] = await (lock ? query.for('update') : query);
  return row;
}

export async function requestById(
  tx: Tx,
  organisationId: string,
  id: string,
  { lock = false } = {},
): Promise<RemovalRow | undefined> {
  const query = tx
    .select()
    .from(removalRequest)
    .where(and(eq(removalRequest.organisationId, organisationId), eq(removalRequest.id, id)));
  const [row] = await (lock ? query.for('update') : query);
  return row;
}

/** The request that a content of a bank came by. */
export async function requestOfContent(
  tx: Tx,
  organisationId: string,
  content: number,
): Promise<RemovalRow | undefined> {
  const [row] = await tx
    .select({ request: removalRequest })
    .from(removalContent)
    .innerJoin(removalRequest, eq(removalRequest.id, removalContent.requestId))
    .where(and(eq(removalContent.organisationId, organisationId), eq(removalContent.contentId, content)));
  return row?.request;
}

/** The first is looked at first. */
const order = ['under-13', '13-15', '16-17', 'unknown', '18-24', 'adult'];

/** Requests in a state: those that wait by age, the youngest first, then by how long they wait; others newest first. */
export async function listRequests(
  tx: Tx,
  organisationId: string,
  state: RemovalState,
  limit: number,
): Promise<RemovalRow[]> {
  const { ageBand, receivedAt, changedAt } = removalRequest;
  return tx
    .select()
    .from(removalRequest)
    .where(and(eq(removalRequest.organisationId, organisationId), eq(removalRequest.state, state)))
    .orderBy(
      ...(state === 'received'
        ? [sql`array_position(${column(order)}::text[], ${ageBand})`, asc(receivedAt)]
        : [desc(changedAt)]),
    )
    .limit(limit);
}

export async function countWaitingRequests(tx: Tx, organisationId: string): Promise<number> {
  return tx.$count(
    removalRequest,
    and(eq(removalRequest.organisationId, organisationId), eq(removalRequest.state, 'received')),
  );
}

/** Hashes of requests that nobody has decided yet. */
export async function countWaitingHashes(tx: Tx, organisationId: string): Promise<number> {
  const [row] = await tx
    .select({ hashes: sum(removalRequest.hashes) })
    .from(removalRequest)
    .where(and(eq(removalRequest.organisationId, organisationId), eq(removalRequest.state, 'received')));
  return Number(row?.hashes ?? 0);
}

export async function updateRequest(
  tx: Tx,
  row: RemovalRow,
  change: Pick<RemovalRow, 'state' | 'declineReason' | 'changedAt'>,
): Promise<RemovalRow> {
  await tx.update(removalRequest).set(change).where(eq(removalRequest.id, row.id));
  return { ...row, ...change };
}

export async function insertContentsOf(
  tx: Tx,
  row: RemovalRow,
  contents: { id: number; type: 'image' | 'video' }[],
): Promise<void> {
  await tx.insert(removalContent).values(
    contents.map(({ id, type }) => ({
      organisationId: row.organisationId,
      contentId: id,
      requestId: row.id,
      type,
    })),
  );
}

/** Contents of a request in the order of its items. */
export async function contentsOf(
  tx: Tx,
  row: RemovalRow,
): Promise<{ id: number; type: 'image' | 'video' }[]> {
  return tx
    .select({ id: removalContent.contentId, type: removalContent.type })
    .from(removalContent)
    .where(and(eq(removalContent.organisationId, row.organisationId), eq(removalContent.requestId, row.id)))
    .orderBy(asc(removalContent.contentId));
}

export async function dropContentsOf(tx: Tx, row: RemovalRow): Promise<void> {
  await tx
    .delete(removalContent)
    .where(and(eq(removalContent.organisationId, row.organisationId), eq(removalContent.requestId, row.id)));
}

export async function appendRemovalStep(
  tx: Tx,
  row: RemovalRow,
  step: Pick<typeof removalStep.$inferInsert, 'step' | 'actorName' | 'reason' | 'at'>,
): Promise<void> {
  await tx.insert(removalStep).values({ organisationId: row.organisationId, requestId: row.id, ...step });
}

export async function stepsOfRequest(tx: Tx, row: RemovalRow) {
  return tx
    .select()
    .from(removalStep)
    .where(and(eq(removalStep.organisationId, row.organisationId), eq(removalStep.requestId, row.id)))
    .orderBy(asc(removalStep.id));
}

/** In a system transaction: requests whose time is over, locked. */
export async function requestsPast(
  tx: Tx,
  { standing, over }: { standing: Date; over: Date },
  limit: number,
): Promise<RemovalRow[]> {
  const { state, receivedAt, changedAt } = removalRequest;
  return (
    tx
      .select()
      .from(removalRequest)
      .where(
        sql`case when ${inArray(state, ['received', 'confirmed'] satisfies RemovalState[])}
        then ${receivedAt} < ${standing.toISOString()} else ${changedAt} < ${over.toISOString()} end`,
      )
      .orderBy(asc(removalRequest.id))
      .limit(limit)
      // Locked before the bank, as every step does: two in the other order would wait for each other.
      .for('update')
  );
}

export async function deleteRequest(tx: Tx, row: RemovalRow): Promise<void> {
  await dropContentsOf(tx, row);
  await tx.delete(removalStep).where(eq(removalStep.requestId, row.id));
  await tx.delete(removalRequest).where(eq(removalRequest.id, row.id));
}

/** Confirmed requests after an id, for the export. */
export async function confirmedRequests(
  tx: Tx,
  organisationId: string,
  after: string,
  limit: number,
): Promise<RemovalRow[]> {
  return tx
    .select()
    .from(removalRequest)
    .where(
      and(
        eq(removalRequest.organisationId, organisationId),
        eq(removalRequest.state, 'confirmed'),
        sql`${removalRequest.id} > ${after}`,
      ),
    )
    .orderBy(asc(removalRequest.id))
    .limit(limit);
}

/** Wrong PINs of a case number within a time, and since when they are counted. */
export interface Attempts {
  wrong: number;
  since: Date;
}

/**
 * One more wrong PIN of a case number; how many that makes in the hour and in the week. What comes after `most` in the
 * hour gets no try, so the week does not count it. Scope `system`.
 */
export async function countAttempt(
  tx: Tx,
  number: Uint8Array,
  now: Date,
  { hourMs, weekMs, most }: { hourMs: number; weekMs: number; most: number },
): Promise<{ hour: Attempts; week: Attempts }> {
  const at = now.toISOString();
  const hour = new Date(now.getTime() - hourMs).toISOString();
  const week = new Date(now.getTime() - weekMs).toISOString();
  const [row] = await rows<{ wrong: number; since: number; weekWrong: number; weekSince: number }>(
    tx,
    sql`insert into removal_attempt as a (number, wrong, since, week_wrong, week_since) values (${number}, 1, ${at}, 1, ${at})
      on conflict (number) do update set
        wrong = case when a.since <= ${hour} then 1 else least(a.wrong + 1, 1000) end,
        since = case when a.since <= ${hour} then excluded.since else a.since end,
        week_wrong = case when a.week_since <= ${week} then 1
          when a.since > ${hour} and a.wrong >= ${most} then a.week_wrong else least(a.week_wrong + 1, 1000) end,
        week_since = case when a.week_since <= ${week} then excluded.week_since else a.week_since end
      returning wrong, (extract(epoch from since) * 1000)::float8 as since,
        week_wrong as "weekWrong", (extract(epoch from week_since) * 1000)::float8 as "weekSince"`,
  );
  if (!row) throw new Error('an attempt that was written is not there');
  return {
    hour: { wrong: Number(row.wrong), since: new Date(Number(row.since)) },
    week: { wrong: Number(row.weekWrong), since: new Date(Number(row.weekSince)) },
  };
}

/** The PIN that was counted last was right: the hour begins anew; the week forgets only this one. Scope `system`. */
export async function forgiveAttempt(tx: Tx, number: Uint8Array): Promise<void> {
  await tx.execute(
    sql`update removal_attempt set wrong = 0, week_wrong = week_wrong - 1 where number = ${number}`,
  );
  await tx.execute(sql`delete from removal_attempt where number = ${number} and week_wrong <= 0`);
}

/** In a system transaction. */
export async function dropOldAttempts(tx: Tx, before: Date): Promise<void> {
  await tx.execute(sql`delete from removal_attempt where week_since <= ${before.toISOString()}`);
}
