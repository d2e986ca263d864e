import { createBatchSize } from '../batch-size.ts';
import type { Database, Tx } from '../database.ts';
import type { LogWorker, ReaderOptions } from '../event-log.ts';
import { moveCursors } from '../event-log-store.ts';
import { isPassing, wordsOf } from '../faults.ts';
import { deliverOutbox } from '../outbox.ts';
import { createMemory } from '../state-memory.ts';
import { deadTopicOf, type KafkaOptions } from './cluster.ts';
import { deadRecord } from './dead-letters.ts';
import { type Assignment, joinGroup } from './group.ts';
import type { Sender } from './producer.ts';
import { decodeRecord, type LoggedEntry, type RawRecord, UndecodableError } from './record.ts';
import { relayOutbox } from './relay.ts';
import { adoptOffsets, lockOffsets, storeEntries } from './store.ts';

export interface KafkaReaderOptions extends ReaderOptions {
  kafka: KafkaOptions;
  database: Database;
  /** Name of the offsets in Postgres. */
  consumer: string;
  sender: Sender;
  newestSchema: number;
  /** Entries a transaction. */
  batch?: number;
}

const BATCH = 1000;
const FETCH_WAIT_MS = 250;
const PAUSE_MS = 200;
const DELIVER_MS = 200;
/** States that a worker remembers; one has some hundred bytes. */
const MOST_STATES = 100_000;

/** Somebody else moved the offset of a partition that this worker believed to own. */
class FencedError extends Error {
  readonly partition: number;
  constructor(partition: number, expected: number, stored: number | undefined) {
    super(`partition ${partition} stands at ${stored}, not at ${expected}: another worker has it`);
    this.partition = partition;
  }
}

class BatchError extends Error {
  readonly records: RawRecord[];
  constructor(records: RawRecord[], cause: unknown) {
    super('a batch of records failed', { cause });
    this.records = records;
  }
}

/** A partition as this worker reads it. */
interface Reading {
  /** Offset after what was processed, as stored in Postgres. */
  next: number;
  /** Fetched and not yet processed, in order. */
  records: RawRecord[];
}

/**
 * Reads the partitions that Kafka assigns. Each micro-batch is one Postgres transaction: lock and check the stored
 * offsets, store the entries (repeats fall away), run every processor, move the offsets. Kafka's own committed offsets
 * are not used, so effects and offsets cannot part.
 */
export function startKafkaReader(options: KafkaReaderOptions): LogWorker {
  const { kafka, database, consumer, sender, newestSchema, processors, handlers, log, now } = options;
  const membership = joinGroup({ ...kafka, group: consumer, log });
  const size = createBatchSize(options.batch ?? BATCH);
  const memory = createMemory(MOST_STATES);
  const readings = new Map<number, Reading>();
  /** Records set aside whose offset is not moved yet: told once, however often the batch is tried. */
  const told = new Set<string>();
  let adopted: Assignment | undefined;
  let fetching: Promise<void> | undefined;
  let stopping = false;
  let last = Date.now();
  let count = 0;
  const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));
  const reading = loop();
  const delivering = deliverLoop();

  async function loop(): Promise<void> {
    let failures = 0;
    while (!stopping) {
      try {
        count += await pass();
        failures = 0;
        last = Date.now();
      } catch (cause) {
        // Processors may have changed what it holds in place.
        memory.clear();
        if (cause instanceof FencedError) {
          log.warn({ partition: cause.partition }, cause.message);
          adopted = undefined;
          continue;
        }
        if (await mend(cause)) continue;
        failures++;
        log.error({ err: cause, failures }, 'Kafka reader failed; nothing was lost, it will be tried again');
        adopted = undefined;
        await pause(Math.min(10_000, PAUSE_MS * 2 ** Math.min(failures, 6)));
      }
    }
  }

  async function pass(): Promise<number> {
    const assignment = membership.current();
    if (!assignment || assignment.partitions.length === 0) {
      await pause(50);
      return 0;
    }
    if (assignment !== adopted) await adopt(assignment);
    const records = take(size.now());
    if (records.length === 0) {
      await (fetching ?? fetchMore());
      return 0;
    }
    // The next records come while these are being processed.
    if (buffered() < size.now()) fetchMore().catch(() => undefined);
    await apply(records);
    return records.length;
  }

  /** Begins with new partitions: what was read or remembered before may belong to somebody else now. */
  async function adopt(assignment: Assignment): Promise<void> {
    await fetching?.catch(() => undefined);
    readings.clear();
    memory.clear();
    const ends = await membership.fetcher().ends(kafka.topic);
    const begin = assignment.partitions.map((partition) => ({
      partition,
      first: ends[partition]?.first ?? 0,
    }));
    const offsets = await database.transaction('system', (tx) => adoptOffsets(tx, consumer, begin));
    for (const [partition, next] of offsets) {
      const end = ends[partition];
      if (end && (next > end.next || next < end.first)) {
        throw new Error(
          `partition ${partition} of ${kafka.topic} holds ${end.first} to ${end.next}, but ${next} is the next to read: the topic lost records. See "Kafka" in docs/operators.md.`,
        );
      }
      readings.set(partition, { next, records: [] });
    }
    adopted = assignment;
  }

  const buffered = () => [...readings.values()].reduce((sum, { records }) => sum + records.length, 0);

  function fetchMore(): Promise<void> {
    fetching ??= (async () => {
      const wanted = new Map<number, number>();
      for (const [partition, { next, records }] of readings) {
        if (records.length < size.now()) wanted.set(partition, (records.at(-1)?.offset ?? next - 1) + 1);
      }
      const readingsThen = new Map(readings);
      const found = await membership.fetcher().fetch(kafka.topic, wanted, FETCH_WAIT_MS);
      for (const record of found) {
        const held = readings.get(record.partition);
        // Not for a partition that was taken away or begun anew meanwhile.
        if (held && held === readingsThen.get(record.partition)) held.records.push(record);
      }
    })().finally(() => {
      fetching = undefined;
    });
    return fetching;
  }

  /** Up to `most` records, from every partition in turn; they stay buffered until they are processed. */
  function take(most: number): RawRecord[] {
    const taken: RawRecord[] = [];
    const full = [...readings.values()].filter(({ records }) => records.length > 0);
    for (const [index, { records }] of full.entries()) {
      const share = Math.ceil((most - taken.length) / (full.length - index));
      taken.push(...records.slice(0, share));
    }
    return taken;
  }

  async function apply(records: RawRecord[]): Promise<void> {
    const entries: LoggedEntry[] = [];
    for (const record of records) {
      try {
        entries.push(decodeRecord(record, newestSchema));
      } catch (cause) {
        if (!(cause instanceof UndecodableError)) throw cause;
        await setAside(record, cause.reason, cause.message);
      }
    }
    const moved = nextOffsets(records);
    await database.transaction('system', async (tx) => {
      await checkOffsets(await lockOffsets(tx, consumer, [...moved.keys()]));
      try {
        const fresh = await storeEntries(tx, entries, kafka.partitions);
        for (const processor of processors) await processor(tx, fresh, now(), memory);
      } catch (cause) {
        throw new BatchError(records, cause);
      }
      await moveOffsets(tx, moved);
    });
    memory.keep();
    size.worked();
    done(moved);
  }

  function checkOffsets(stored: Map<number, number>): void {
    for (const [partition, { next }] of readings) {
      if (stored.has(partition) && stored.get(partition) !== next)
        throw new FencedError(partition, next, stored.get(partition));
    }
  }

  const moveOffsets = (tx: Tx, moved: Map<number, number>) =>
    moveCursors(
      tx,
      consumer,
      [...moved].map(([partition, position]) => ({ partition, position })),
    );

  function done(moved: Map<number, number>): void {
    for (const [partition, next] of moved) {
      const held = readings.get(partition);
      if (!held) continue;
      const at = held.records.findIndex(({ offset }) => offset >= next);
      for (const { offset } of at < 0 ? held.records : held.records.slice(0, at))
        told.delete(`${partition}:${offset}`);
      held.records = at < 0 ? [] : held.records.slice(at);
      held.next = next;
    }
  }

  async function setAside(
    record: RawRecord,
    reason: 'undecodable' | 'unknown-schema' | 'failed',
    error: string,
  ): Promise<void> {
    const { partition, offset } = record;
    if (told.has(`${partition}:${offset}`)) return;
    log.error({ partition, offset, reason }, 'a record was set aside in the dead-letter topic');
    await sender.send(deadTopicOf(kafka.topic), [deadRecord(record, { reason, error, at: now() })]);
    told.add(`${partition}:${offset}`);
  }

  /** After a fault that waiting does not mend: narrows the batch down, or sets the one record aside. */
  async function mend(fault: unknown): Promise<boolean> {
    if (!(fault instanceof BatchError) || isPassing(fault.cause)) return false;
    const [record] = fault.records;
    if (!size.failed(fault.records.length) || !record) return true;
    try {
      await setAside(record, 'failed', wordsOf(fault.cause));
      const moved = nextOffsets([record]);
      await database.transaction('system', async (tx) => {
        await checkOffsets(await lockOffsets(tx, consumer, [record.partition]));
        await moveOffsets(tx, moved);
      });
      done(moved);
      return true;
    } catch (cause) {
      log.error({ err: cause }, 'a dead letter could not be stored; it will be tried again');
      return false;
    }
  }

  /** Rooms' messages and events that wait for Kafka, beside the reading. */
  async function deliverLoop(): Promise<void> {
    while (!stopping) {
      let did = 0;
      try {
        did = (await relayOutbox(database, sender, kafka)) + (await deliverOutbox(database, handlers, log));
      } catch (cause) {
        log.error({ err: cause }, 'outbox delivery failed; it will be tried again');
      }
      if (did === 0) await pause(DELIVER_MS);
    }
  }

  return {
    // Kafka answers a waiting fetch as soon as a record comes.
    wake: () => undefined,
    lastPass: () => last,
    processed: () => count,
    async stop() {
      stopping = true;
      await Promise.all([reading, delivering]);
      await fetching?.catch(() => undefined);
      await membership.leave();
    },
  };
}

/** The offset after the last of each partition's records. */
function nextOffsets(records: RawRecord[]): Map<number, number> {
  return new Map(records.map(({ partition, offset }) => [partition, offset + 1]));
}
