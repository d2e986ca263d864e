import type { Logger } from 'pino';
import type { Database } from './database.ts';
import { lockCursors, makeCursors, moveCursors, PARTITIONS, readPartitions } from './event-log.ts';
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

const GATHER_MS = 15;
const DELIVER_MS = 200;

/**
 * Reads the log in micro-batches: each is one transaction that locks the cursors of its partitions, runs every
 * processor and moves the cursors, so effects happen exactly once, also after a crash. Then delivers the outbox.
 */
export function startLogWorker(options: WorkerOptions): LogWorker {
  const { database, consumer, processors, handlers, log, now, batch = 100, idle = 500 } = options;
  let stopping = false;
  let last = Date.now();
  let count = 0;
  let failures = 0;
  let rung = false;
  let ready = false;
  let delivered = 0;
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
      // Under load a short pause lets a fuller batch gather: one transaction for many events costs far less.
      if (did > 0 && did < batch && failures === 0) await new Promise((done) => setTimeout(done, GATHER_MS));
      else if (did === 0 || failures > 0) await rest(Math.min(10_000, idle * 2 ** Math.min(failures, 5)));
    }
  }

  async function pass(): Promise<number> {
    if (!ready) {
      await database.transaction('system', (tx) => makeCursors(tx, consumer));
      ready = true;
    }
    // Alone on the embedded database one transaction takes all partitions; beside other workers each takes some.
    const most = database.kind === 'embedded' ? PARTITIONS : 2;
    const did = await database.transaction('system', async (tx) => {
      const cursors = await lockCursors(tx, consumer, most);
      if (cursors.length === 0) return 0;
      const entries = await readPartitions(tx, cursors, Math.ceil(batch / cursors.length));
      for (const processor of processors) await processor(tx, entries, now());
      const newest = new Map(entries.map(({ partition, position }) => [partition, position]));
      await moveCursors(
        tx,
        consumer,
        [...newest].map(([partition, position]) => ({ partition, position })),
      );
      return entries.length;
    });
    // Let waiting requests have the connection between two batches.
    await new Promise((done) => setImmediate(done));
    count += did;
    // While events pour in, cases may wait a moment: every look at the outbox takes a turn on the connection.
    if (did === batch && Date.now() - delivered < DELIVER_MS) return did;
    delivered = Date.now();
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
