import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import type { EventLog, NewEntry, Waiting } from '../event-log.ts';
import { logStatus, outboxWaiting } from '../event-log-store.ts';
import { backlog, createPressure, MOST_OUTBOX } from '../pressure.ts';
import { createFetcher, type KafkaOptions, prepareTopics } from './cluster.ts';
import { kafkaDeadLetters } from './dead-letters.ts';
import { createSender } from './producer.ts';
import { startKafkaReader } from './reader.ts';
import { decodeRecord, recordsOf, UndecodableError } from './record.ts';
import { queueForRelay } from './relay.ts';
import { storedOffsets } from './store.ts';

/** Entries that may wait for the broker's acknowledgement in one process. */
const MOST_UNACKNOWLEDGED = 20_000;
/** Records looked through for an event that waits. */
const MOST_LOOKED_AT = 200_000;

export interface KafkaLogOptions {
  kafka: KafkaOptions;
  database: Database;
  consumer: string;
  maxLag: number;
  newestSchema: number;
  log: Logger;
}

/**
 * The log as a topic in Kafka, for more than one machine. Offsets are kept in Postgres under the topic's id, so a topic
 * that was deleted and made again starts from its beginning.
 * @throws StartError when Kafka does not answer or the topic does not fit the configuration.
 */
export async function createKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  const { kafka, database, maxLag, newestSchema, log } = options;
  const consumer = `${options.consumer}@${kafka.topic}/${await prepareTopics(kafka)}`;
  const sender = createSender({ brokers: kafka.brokers, log, mostWaiting: MOST_UNACKNOWLEDGED });
  const fetcher = createFetcher(kafka.brokers);

  /** By partition: where readers stand and where the topic ends. */
  async function standing(): Promise<{ partition: number; at: number; end: number }[]> {
    const ends = await fetcher.ends(kafka.topic);
    const stored = await database.transaction('system', (tx) => storedOffsets(tx, consumer));
    return ends.map(({ first, next }, partition) => ({
      partition,
      at: stored.get(partition) ?? first,
      end: next,
    }));
  }
  const lag = async () => (await standing()).reduce((sum, { at, end }) => sum + Math.max(0, end - at), 0);

  const pressure = createPressure(database, async () => {
    // Brokers that do not answer show in unacknowledged events soon enough.
    const waiting = await lag().catch(() => 0);
    const outbox = await database.transaction('system', (tx) => outboxWaiting(tx, MOST_OUTBOX + 1));
    return waiting > maxLag || outbox > MOST_OUTBOX;
  });

  return {
    chunk: 1000,
    async admit() {
      if (sender.full()) throw backlog('Too many events wait for Kafka.', 2);
      await pressure();
    },
    async append(entries) {
      const fresh = firstOfEach(entries);
      await sender.send(
        kafka.topic,
        entries.filter((_, index) => fresh[index]).flatMap((entry) => recordsOf(entry, kafka.partitions)),
      );
      return fresh;
    },
    appendWith: queueForRelay,
    async status(organisationId) {
      const waiting = await lag();
      const { processed } = await database.transaction('system', (tx) =>
        logStatus(tx, consumer, organisationId),
      );
      return { accepted: processed + waiting, processed };
    },
    async find(eventId) {
      const found: Waiting[] = [];
      const from = new Map(
        (await standing()).filter(({ at, end }) => at < end).map(({ partition, at }) => [partition, at]),
      );
      for (let looked = 0; looked < MOST_LOOKED_AT; ) {
        const records = await fetcher.fetch(kafka.topic, from, 100);
        if (records.length === 0) break;
        looked += records.length;
        for (const record of records) {
          from.set(record.partition, record.offset + 1);
          const waiting = waitingIn(record, newestSchema, eventId);
          if (waiting) found.push(waiting);
        }
      }
      return found;
    },
    dead: kafkaDeadLetters(kafka.topic, fetcher, sender),
    read: async (reader) => startKafkaReader({ ...reader, kafka, database, consumer, sender, newestSchema }),
    async close() {
      await sender.close();
      await fetcher.close();
    },
  };
}

function waitingIn(
  record: Parameters<typeof decodeRecord>[0],
  newestSchema: number,
  eventId: string,
): Waiting | undefined {
  try {
    const entry = decodeRecord(record, newestSchema);
    if (entry.eventId !== eventId || entry.role === 'mirror') return undefined;
    const { organisationId, source, type, time, receivedAt, logPartition, logOffset } = entry;
    return {
      organisationId,
      source,
      eventId,
      type,
      time,
      receivedAt,
      partition: logPartition,
      offset: logOffset,
    };
  } catch (cause) {
    if (cause instanceof UndecodableError) return undefined;
    throw cause;
  }
}

/** For each entry whether it is the first of its (organisation, source, id). */
function firstOfEach(entries: NewEntry[]): boolean[] {
  const seen = new Set<string>();
  return entries.map(({ organisationId, source, eventId }) => {
    const identity = JSON.stringify([organisationId, source, eventId]);
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}
