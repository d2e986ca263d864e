import { createBatchSize } from './batch-size.ts';
import type { Database, Tx } from './database.ts';
import { saveDead, takeReplay } from './dead-letter-store.ts';
import { type Entry, type LogWorker, PARTITIONS, type ReaderOptions } from './event-log.ts';
import { lockCursors, makeCursors, moveCursors, readPartitions } from './event-log-store.ts';
import { isPassing, wordsOf } from './faults.ts';
import { deliverOutbox } from './outbox.ts';
import { noMemory } from './state-memory.ts';

export interface WorkerOptions extends ReaderOptions {
  database: Database;
  consumer: string;
  /** Entries per transaction: small enough that a screening call never waits long on the one embedded connection. */
  batch?: number;
  /** Milliseconds between looks when nobody wakes it (another process may have appended). */
  idle?: number;
}

const GATHER_MS = 15;
const DELIVER_MS = 200;

/** What went wrong with a batch, and the entries in it. */
class BatchError extends Error {
  readonly entries: Entry[];
  constructor(entries: Entry[], cause: unknown) {
    super('a batch of entries failed', { cause });
    this.entries = entries;
  }
}

/**
 * Reads the log in micro-batches: each is one transaction that locks the cursors of its partitions, runs every
 * processor and moves the cursors, so effects happen exactly once, also after a crash. An entry that fails alone again
 * and again is set aside as a dead letter. Then delivers the outbox.
 */
export function startLogWorker(options: WorkerOptions): LogWorker {
  const { database, consumer, processors, handlers, log, now, batch = 100, idle = 500 } = options;
  const size = createBatchSize(batch);
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
      const limit = size.now();
      try {
        did = await pass(limit);
        failures = 0;
        last = Date.now();
      } catch (cause) {
        if (await mend(cause)) continue;
        failures++;
        log.error(
          { err: cause, failures },
          'log worker pass failed; nothing was lost, it will be tried again',
        );
      }
      // Under load a short pause lets a fuller batch gather: one transaction for many events costs far less.
      if (did > 0 && did < limit && failures === 0) await new Promise((done) => setTimeout(done, GATHER_MS));
      else if (did === 0 || failures > 0) await rest(Math.min(10_000, idle * 2 ** Math.min(failures, 5)));
    }
  }

  async function pass(limit: number): Promise<number> {
    if (!ready) {
      await database.transaction('system', (tx) => makeCursors(tx, consumer));
      ready = true;
    }
    const did = await database.transaction('system', (tx) => applyNext(tx, limit));
    if (did > 0) size.worked();
    else await replayOne();
    // Let waiting requests have the connection between two batches.
    await new Promise((done) => setImmediate(done));
    count += did;
    // While events pour in, cases may wait a moment: every look at the outbox takes a turn on the connection.
    if (did === limit && Date.now() - delivered < DELIVER_MS) return did;
    delivered = Date.now();
    return did + (await deliverOutbox(database, handlers, log));
  }

  async function applyNext(tx: Tx, limit: number): Promise<number> {
    // Alone on the embedded database one transaction takes all partitions; beside other workers each takes some.
    const most = Math.min(limit, database.kind === 'embedded' ? PARTITIONS : 2);
    const cursors = await lockCursors(tx, consumer, most);
    if (cursors.length === 0) return 0;
    const entries = await readPartitions(tx, cursors, Math.floor(limit / cursors.length));
    try {
      for (const processor of processors) await processor(tx, entries, now(), noMemory);
    } catch (cause) {
      throw new BatchError(entries, cause);
    }
    await moveTo(tx, entries);
    return entries.length;
  }

  /** Tries a dead letter again that somebody asked for, when nothing else is to do. */
  async function replayOne(): Promise<void> {
    let entry: Entry | undefined;
    try {
      await database.transaction('system', async (tx) => {
        entry = await takeReplay(tx);
        if (!entry) return;
        for (const processor of processors) await processor(tx, [entry], now(), noMemory);
      });
    } catch (cause) {
      const failed = entry;
      if (!failed || isPassing(cause)) throw cause;
      log.error({ err: cause, position: failed.position }, 'a dead letter failed again');
      const why = { reason: 'failed' as const, error: wordsOf(cause), at: now() };
      await database.transaction('system', (tx) => saveDead(tx, failed, why));
    }
    if (entry) rung = true;
  }

  async function moveTo(tx: Tx, entries: Entry[]): Promise<void> {
    const newest = new Map(entries.map(({ partition, position }) => [partition, position]));
    await moveCursors(
      tx,
      consumer,
      [...newest].map(([partition, position]) => ({ partition, position })),
    );
  }

  /** After a fault that waiting does not mend: narrows the batch down, or sets the one entry aside. */
  async function mend(fault: unknown): Promise<boolean> {
    if (!(fault instanceof BatchError) || isPassing(fault.cause)) return false;
    const { entries, cause } = fault;
    // An event and its mirror may stand at one position: they go together.
    const positions = new Set(entries.map(({ position }) => position));
    if (!size.failed(positions.size)) return true;
    log.error({ err: cause, position: entries[0]?.position }, 'an entry was set aside as a dead letter');
    try {
      await database.transaction('system', async (tx) => {
        const why = { reason: 'failed' as const, error: wordsOf(cause), at: now() };
        for (const entry of entries) await saveDead(tx, entry, why);
        await moveTo(tx, entries);
      });
    } catch (cause) {
      log.error({ err: cause }, 'a dead letter could not be stored; it will be tried again');
      return false;
    }
    return true;
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
