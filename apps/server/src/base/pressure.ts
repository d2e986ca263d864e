import type { Database } from './database.ts';
import { AppError } from './errors.ts';

/** Messages between rooms that may wait before intake is refused. */
export const MOST_OUTBOX = 20_000;
/** Transactions that may wait for a connection. */
const MOST_QUEUED = 100;
const LOOK_MS = 1000;

/**
 * Throws `backlog` while `tooMuch` says so. It is asked once a second at most; in between the last answer counts, so
 * that a flood does not make things worse by counting.
 */
export function createPressure(database: Database, tooMuch: () => Promise<boolean>): () => Promise<void> {
  let asked = Number.NEGATIVE_INFINITY;
  let behind = false;
  return async () => {
    if (database.queued() > MOST_QUEUED) throw backlog('The database is busy.', 2);
    if (performance.now() - asked > LOOK_MS) {
      asked = performance.now();
      behind = await tooMuch();
    }
    if (behind) throw backlog('Detection is behind with the events that were accepted before.', 5);
  };
}

export function backlog(detail: string, retryAfterSeconds: number): AppError {
  return new AppError('backlog', detail, { retryAfterSeconds });
}
