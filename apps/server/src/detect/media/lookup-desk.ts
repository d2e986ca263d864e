import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../../base/database.ts';
import type { HashLookup, LookedUp, Lookups } from './look-up-media.ts';

/** Items looked up in one transaction; a film counts as its frames. */
const MOST_AT_ONCE = 2000;
/** Between the beginnings of two transactions while many requests wait; prevent/question-desk.ts tells why. */
const GATHER_MS = 3;
const FEW = 4;

/** Looks items up for requests that arrive together in one transaction. */
export interface LookupDesk {
  /** Answers in the order of the items. Not inside a transaction. */
  ask(organisationId: string, items: LookedUp[]): Promise<Lookups>;
}

interface Waiting {
  items: LookedUp[];
  resolve(lookups: Lookups): void;
  reject(fault: unknown): void;
}

/**
 * Requests that come while a transaction runs share the next one. Nothing is kept from one to the next, so every answer
 * is as fresh as the database when its transaction began, which is after the request came.
 */
export function createLookupDesk(parts: {
  database: Database;
  lookUp: HashLookup;
  now: () => Date;
}): LookupDesk {
  const { database, lookUp, now } = parts;
  const queues = new Map<string, Waiting[]>();

  async function serve(organisationId: string, queue: Waiting[]): Promise<void> {
    let began = Number.NEGATIVE_INFINITY;
    let before = 0;
    while (queue.length > 0) {
      const isBusy = Math.max(queue.length, before) >= FEW;
      const rest = isBusy ? began + GATHER_MS - performance.now() : 0;
      if (rest > 0) await wait(rest);
      began = performance.now();
      const batch = takeBatch(queue);
      before = batch.length;
      try {
        const items = batch.flatMap((one) => one.items);
        const found = await database.transaction(
          { organisation: organisationId },
          (tx) => lookUp(tx, organisationId, items, { now: now() }),
          { urgent: true },
        );
        let from = 0;
        for (const { items: mine, resolve } of batch) {
          resolve({ ...found, items: found.items.slice(from, from + mine.length) });
          from += mine.length;
        }
      } catch (fault) {
        for (const { reject } of batch) reject(fault);
      }
    }
    queues.delete(organisationId);
  }

  return {
    ask(organisationId, items) {
      return new Promise((resolve, reject) => {
        const waiting = queues.get(organisationId);
        if (waiting) {
          waiting.push({ items, resolve, reject });
          return;
        }
        const queue: Waiting[] = [{ items, resolve, reject }];
        queues.set(organisationId, queue);
        // Requests parsed in this turn of the event loop come along.
        setImmediate(() => void serve(organisationId, queue));
      });
    },
  };
}

function takeBatch(queue: Waiting[]): Waiting[] {
  let count = 0;
  let size = 0;
  for (const { items } of queue) {
    const more = items.reduce(
      (sum, { frames = [], dihedral = [] }) => sum + 1 + frames.length + dihedral.length,
      0,
    );
    if (count > 0 && size + more > MOST_AT_ONCE) break;
    count++;
    size += more;
  }
  return queue.splice(0, count);
}
