import { sql } from 'drizzle-orm';
import { fromDrizzle, type PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Database, Tx } from '../../base/database.ts';
import type { Keys } from '../../base/keys.ts';
import { readEvent } from '../apply-event.ts';
import type { FilePolicy } from '../policy.ts';
import { toEvent } from '../process-entries.ts';
import type { SecondReader } from '../second-reader/index.ts';
import { Backtest } from './backtest.ts';
import type { AccountDecision } from './backtest-result.ts';
import { type BacktestRow, backtestById, readSpan, spanOfEvents, updateBacktest } from './backtest-store.ts';
import { compileVersion } from './rule-book.ts';
import { versionOf } from './rule-store.ts';

const QUEUE = 'rule-backtest';
/** Events read in one transaction: a few milliseconds, so that nobody waits long behind it. */
const PAGE = 200;
/** Events looked at, at most: what is remembered of accounts stays in memory for the run. */
const MOST_EVENTS = 500_000;
const DAY = 86_400_000;
/** Events of this many days before are read first, so that risk does not begin from nothing (one half-life of a cue). */
const WARM_UP_DAYS = 14;

/** What people later decided about accounts; the composition root brings it from the room that keeps cases. */
export type DecisionsOf = (
  tx: Tx,
  organisationId: string,
  accounts: string[],
) => Promise<Map<string, AccountDecision>>;

export interface BacktestParts {
  database: Database;
  keys: Keys;
  jobs: PgBoss;
  log: Logger;
  files: FilePolicy;
  second?: SecondReader | undefined;
  decisionsOf: DecisionsOf;
  now: () => Date;
}

/** Makes the queue where there is none yet: a web process may be the first to need it. */
export async function prepareBacktests(jobs: PgBoss): Promise<void> {
  await jobs.createQueue(QUEUE);
}

/** Asks for a run, in the transaction that stored it. */
export async function queueBacktest(tx: Tx, jobs: PgBoss, organisationId: string, id: string): Promise<void> {
  await jobs.send(
    QUEUE,
    { organisationId, id },
    {
      // pg-boss knows other versions of these types than ours; it only calls `execute` and writes SQL.
      db: fromDrizzle(tx as never, sql as never),
      retryLimit: 2,
      expireInSeconds: 3600,
      heartbeatSeconds: 60,
    },
  );
}

/** Takes waiting backtests, one at a time in a process. A run whose process ended is begun again by another. */
export async function startBacktests(parts: BacktestParts): Promise<void> {
  await prepareBacktests(parts.jobs);
  await parts.jobs.work<{ organisationId: string; id: string }>(
    QUEUE,
    { pollingIntervalSeconds: 1 },
    async (batch) => {
      for (const { data, signal } of batch) await runBacktest(parts, data.organisationId, data.id, signal);
    },
  );
}

/**
 * Runs one to its end, to its cancelling, or to a fault that is told in its row.
 * @throws Error when `signal` says that the process stops: the job is then begun again elsewhere.
 */
export async function runBacktest(
  parts: BacktestParts,
  organisationId: string,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const { database, log, now } = parts;
  try {
    await run(parts, organisationId, id, signal);
  } catch (cause) {
    if (signal.aborted) throw cause;
    log.error({ err: cause, backtest: id }, 'a backtest failed');
    await database.transaction({ organisation: organisationId }, (tx) =>
      updateBacktest(tx, id, { state: 'failed', updatedAt: now() }),
    );
  }
}

async function run(
  parts: BacktestParts,
  organisationId: string,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const { database, keys, second, decisionsOf, now } = parts;
  const scope = { organisation: organisationId };
  const begun = await database.transaction(scope, (tx) => begin(tx, parts, organisationId, id));
  if (!begun) return;
  const { backtest, span, countFrom } = begun;
  let read = 0;
  let position = span.first;
  while (position <= span.newest) {
    signal.throwIfAborted();
    const page = await database.transaction(scope, async (tx) => {
      const alive = await updateBacktest(tx, id, { state: 'running', read, updatedAt: now() });
      if (!alive) return undefined;
      const found = await readSpan(tx, organisationId, position, span.newest, PAGE);
      const sealer = await keys.sealerOf(tx, organisationId, now());
      // Texts are opened here, in memory, and leave no trace in what is stored.
      return found.map(({ entry, receivedAt }) => ({
        entry,
        text: entry.sealed ? sealer.open(entry.sealed) : null,
        counts: receivedAt >= countFrom,
      }));
    });
    if (page === undefined) return;
    if (page.length === 0) break;
    for (const { entry, text, counts } of page) {
      const reading = text === null ? undefined : await second?.read(text);
      backtest.take(readEvent(toEvent(entry), text, reading), counts);
    }
    read += page.length;
    position = (page.at(-1)?.entry.position ?? position) + 1;
    // Requests and the log worker go between two pages.
    await new Promise((done) => setImmediate(done));
  }
  await database.transaction(scope, async (tx) => {
    const decided = await decisionsOf(tx, organisationId, backtest.accounts());
    const result = backtest.result(decided);
    await updateBacktest(tx, id, { state: 'done', read, result, updatedAt: now() });
  });
}

async function begin(tx: Tx, { files, now }: BacktestParts, organisationId: string, id: string) {
  const row = await backtestById(tx, organisationId, id);
  if (!row || (row.state !== 'waiting' && row.state !== 'running')) return undefined;
  const draft = await policyOf(tx, files, row, row.version);
  const against = await policyOf(tx, files, row, row.against);
  const span = await spanOfEvents(
    tx,
    organisationId,
    new Date(row.createdAt.getTime() - (row.days + WARM_UP_DAYS) * DAY),
    MOST_EVENTS,
  );
  await updateBacktest(tx, id, { state: 'running', read: 0, total: span.count, updatedAt: now() });
  return {
    backtest: new Backtest({ risk: files.risk, ...against, silent: draft.rules }),
    span,
    countFrom: new Date(row.createdAt.getTime() - row.days * DAY),
  };
}

async function policyOf(tx: Tx, files: FilePolicy, row: BacktestRow, number: number) {
  if (number === 0) return { rules: files.rules, version: files.version };
  const version = await versionOf(tx, row.organisationId, number);
  if (!version) throw new Error(`version ${number} of the rules vanished`);
  return compileVersion(files, version.rules, number, version.hash);
}
