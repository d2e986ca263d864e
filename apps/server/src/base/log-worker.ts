import type { Logger } from 'pino';
import type { Database } from './database.ts';
import { lockCursor, moveCursor, PARTITIONS, readPartition } from './event-log.ts';
import { deliverOutbox, type Handlers } from './outbox.ts';
import type { EntryProcessor } from './services.ts';

export interface LogWorker {
  /** Look for work now rather than at the next tick. */
  wake(): void;
  /** Finishes the batch at hand, then stops. */
  stop(): Promise<void>;
  /** Time of the last completed pass, for readiness. */
  lastPass(): number;
  processed(): number;
}

export interface WorkerOptions {
  database: Database;
  consumer: string;
  processors: EntryProcessor[];
  handlers: Handlers;
  log: Logger;
  now: () => Date;
  /** Entries per transaction: small enough that a screening call never waits long on the one embedded connection. */
  batch?: number;
  /** Milliseconds between looks when nobody wakes it (another process may have appended). */
  idle?: number;
}

/**
 * Reads the log partition by partition: each micro-batch is one transaction that locks the cursor, runs every
 * processor and moves the cursor, so effects happen exactly once, also after a crash. Then delivers the outbox.
 */
export function startLogWorker(options: WorkerOptions): LogWorker {
  const { database, consumer, processors, handlers, log, now, batch = 100, idle = 500 } = options;
  let stopping = false;
  let last = Date.now();
  let count = 0;
  let failures = 0;
  let rung = false;
  let ring: () => void = () => undefined;
  const running = loop();

  async function loop(): Promise<void> {
    while (!stopping) {
      let did = 0;
      rung = false;
      try {
        did = await pass();
        failures = 0;
        last = Date.now();
      } catch (cause) {
        failures++;
        log.error(
          { err: cause, failures },
          'log worker pass failed; nothing was lost, it will be tried again',
        );
      }
      if (did === 0 || failures > 0) await rest(Math.min(10_000, idle * 2 ** Math.min(failures, 5)));
    }
  }

  async function pass(): Promise<number> {
    let did = 0;
    for (let partition = 0; partition < PARTITIONS && !stopping; partition++) {
      did += await database.transaction('system', async (tx) => {
        const position = await lockCursor(tx, consumer, partition);
        const entries = await readPartition(tx, partition, position, batch);
        const newest = entries.at(-1);
        if (!newest) return 0;
        for (const processor of processors) await processor(tx, entries, now());
        await moveCursor(tx, consumer, partition, newest.position);
        return entries.length;
      });
      // Let waiting requests have the connection between two batches.
      await new Promise((done) => setImmediate(done));
    }
    count += did;
    return did + (await deliverOutbox(database, handlers, log));
  }

  function rest(milliseconds: number): Promise<void> {
    // Rung while the pass was under way: what was appended then may have been passed by.
    if (rung && failures === 0) return Promise.resolve();
    return new Promise((done) => {
      const timer = setTimeout(done, milliseconds);
      ring = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  return {
    wake() {
      rung = true;
      ring();
    },
    lastPass: () => last,
    processed: () => count,
    async stop() {
      stopping = true;
      ring();
      await running;
    },
  };
}
