import { and, desc, eq, sql } from 'drizzle-orm';
import { rows, type Tx } from '../../base/database.ts';
import type { Entry } from '../../base/event-log.ts';
import { readEntries } from '../../base/event-log-store.ts';
import { ruleBacktest } from '../schema.ts';
import type { BacktestResult } from './backtest-result.ts';

export type BacktestRow = typeof ruleBacktest.$inferSelect;

export async function insertBacktest(
  tx: Tx,
  fresh: Omit<BacktestRow, 'state' | 'read' | 'total' | 'result' | 'updatedAt'>,
): Promise<BacktestRow> {
  const [row] = await tx
    .insert(ruleBacktest)
    .values({ ...fresh, state: 'waiting', updatedAt: fresh.createdAt })
    .returning();
  if (!row) throw new Error('the backtest was not stored');
  return row;
}

export async function backtestById(
  tx: Tx,
  organisationId: string,
  id: string,
): Promise<BacktestRow | undefined> {
  const [row] = await tx
    .select()
    .from(ruleBacktest)
    .where(and(eq(ruleBacktest.organisationId, organisationId), eq(ruleBacktest.id, id)));
  return row;
}

/** Newest first. */
export async function listBacktests(tx: Tx, organisationId: string, version: number): Promise<BacktestRow[]> {
  return tx
    .select()
    .from(ruleBacktest)
    .where(and(eq(ruleBacktest.organisationId, organisationId), eq(ruleBacktest.version, version)))
    .orderBy(desc(ruleBacktest.createdAt), desc(ruleBacktest.id))
    .limit(10);
}

/** True when one is waiting or running in this organisation. */
export async function backtestUnderWay(tx: Tx, organisationId: string): Promise<boolean> {
  const [row] = await rows<{ there: boolean }>(
    tx,
    sql`select exists (select from rule_backtest where organisation_id = ${organisationId} and state in ('waiting', 'running')) as there`,
  );
  return row?.there ?? false;
}

/** Changes one that is waiting or running; undefined when it is over (somebody cancelled it). */
export async function updateBacktest(
  tx: Tx,
  id: string,
  changes: {
    state?: BacktestRow['state'];
    read?: number;
    total?: number;
    result?: BacktestResult;
    updatedAt: Date;
  },
): Promise<BacktestRow | undefined> {
  const [row] = await tx
    .update(ruleBacktest)
    .set(changes)
    .where(and(eq(ruleBacktest.id, id), sql`state in ('waiting', 'running')`))
    .returning();
  return row;
}

/** Removes what backtests found before `before`: their results name accounts and events. */
export async function dropBacktests(tx: Tx, before: Date): Promise<void> {
  await tx.execute(sql`delete from rule_backtest where updated_at < ${before.toISOString()}::timestamptz`);
}

/**
 * How many of an organisation's events were received since `since`, at most the newest `most`, and the log position of
 * the first of them.
 */
export async function spanOfEvents(
  tx: Tx,
  organisationId: string,
  since: Date,
  most: number,
): Promise<{ count: number; first: number; newest: number }> {
  const [row] = await rows<{ count: number; first: string | null; newest: string | null }>(
    tx,
    sql`select count(*)::int as count, min(position)::text as first, max(position)::text as newest from (
        select position from event_log where organisation_id = ${organisationId} and received_at >= ${since.toISOString()}::timestamptz
        order by event_log.position desc limit ${most}) as latest`,
  );
  return { count: row?.count ?? 0, first: Number(row?.first ?? 0), newest: Number(row?.newest ?? 0) };
}

/** The organisation's entries from position `from` up to `to`, oldest first, with when each was received. */
export async function readSpan(
  tx: Tx,
  organisationId: string,
  from: number,
  to: number,
  limit: number,
): Promise<{ entry: Entry; receivedAt: Date }[]> {
  const found = await rows<{ position: string; received_at: Date | string }>(
    tx,
    sql`select position::text, received_at from event_log where organisation_id = ${organisationId}
      and position >= ${from} and position <= ${to} order by event_log.position limit ${limit}`,
  );
  const received = new Map(found.map((row) => [Number(row.position), new Date(row.received_at)]));
  const entries = await readEntries(tx, organisationId, [...received.keys()]);
  return entries.map((entry) => ({ entry, receivedAt: received.get(entry.position) ?? entry.time }));
}
