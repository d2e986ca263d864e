import { Admin, Consumer } from '@platformatic/kafka';
import type { Logger } from 'pino';
import { StartError } from '../data-dir.ts';
import type { RawRecord } from './record.ts';

export interface KafkaOptions {
  brokers: string[];
  topic: string;
  partitions: number;
  /** Seconds without a sign of life after which a worker's partitions go to the others. */
  sessionSeconds: number;
  /** Days that the topics keep a record, as long as texts are kept anywhere. */
  retentionDays: number;
}

const DAY = 86_400_000;
export const deadTopicOf = (topic: string) => `${topic}.dead`;

/** What every client shares: quick repeats, since our own loops wait and repeat as well. */
export function clientOptions(brokers: string[], clientId: string) {
  return {
    clientId,
    bootstrapBrokers: brokers,
    retries: 3,
    retryDelay: 200,
    connectTimeout: 3000,
    requestTimeout: 15_000,
  };
}

/**
 * Makes the topic and its dead-letter topic where they are absent, and gives the topic's id.
 * @throws StartError when the brokers do not answer or the topic has another number of partitions.
 */
export async function prepareTopics(options: KafkaOptions): Promise<string> {
  const { brokers, topic, partitions, retentionDays } = options;
  const admin = new Admin(clientOptions(brokers, 'keben-topics'));
  try {
    const there = new Set(await admin.listTopics({ includeInternals: false }));
    const configs = [{ name: 'retention.ms', value: String(retentionDays * DAY) }];
    const wanted: [string, number][] = [
      [topic, partitions],
      [deadTopicOf(topic), 1],
    ];
    for (const [name, count] of wanted) {
      if (there.has(name)) continue;
      await admin
        .createTopics({ topics: [name], partitions: count, replicas: -1, configs })
        .catch((cause: unknown) => {
          // Another process made it at the same moment.
          if (!hasApiId(cause, 'TOPIC_ALREADY_EXISTS')) throw cause;
        });
    }
    const found = await topicOf(admin, topic);
    if (found.partitionsCount !== partitions) {
      throw new StartError(
        `KAFKA_PARTITIONS is ${partitions}, but the topic ${topic} has ${found.partitionsCount}. An account may never move to another partition: set KAFKA_PARTITIONS=${found.partitionsCount}, or choose a new KAFKA_TOPIC.`,
      );
    }
    return found.id;
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    throw new StartError(
      `KAFKA_BROKERS: Kafka does not answer at ${brokers.join(', ')} (${(cause as Error).message}). Check the addresses and that a broker runs.`,
      { cause },
    );
  } finally {
    await admin.close();
  }
}

/** Metadata of a topic that was made a moment ago may take a moment to be known. */
async function topicOf(admin: Admin, topic: string) {
  for (let attempt = 0; ; attempt++) {
    try {
      const found = (await admin.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic);
      if (found) return found;
      throw new Error(`the topic ${topic} is not there`);
    } catch (cause) {
      if (attempt >= 20) throw cause;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

/** True when the error or one that it holds carries Kafka's name for it. */
export function hasApiId(cause: unknown, apiId: string): boolean {
  const error = cause as { findBy?: (property: string, value: unknown) => unknown };
  return typeof error?.findBy === 'function' && Boolean(error.findBy('apiId', apiId));
}

/** Closes a client also in the middle of its work; one that cannot be closed is left to the garbage collector. */
export function closeNow(
  client: { close(force: boolean, done: (error?: Error | null) => void): void },
  log?: Logger,
): Promise<void> {
  return new Promise((done) => {
    client.close(true, (cause) => {
      if (cause) log?.debug({ err: cause }, 'a Kafka client did not close');
      done();
    });
  });
}

/** Reads topics at given offsets, without being a member of a group. */
export interface Fetcher {
  /** First offset that is kept, and the one that the next record gets, by partition. */
  ends(topic: string): Promise<{ first: number; next: number }[]>;
  /** Records from the given offsets on, as far as one answer holds them; waits a little when there are none. */
  fetch(topic: string, from: Map<number, number>, waitMs: number, maxBytes?: number): Promise<RawRecord[]>;
  close(): Promise<void>;
}

export function createFetcher(brokers: string[]): Fetcher {
  return fetcherOf(new Consumer({ ...clientOptions(brokers, 'keben-reader'), groupId: 'keben-unused' }));
}

/** A fetcher on a consumer's own connections. */
export function fetcherOf(consumer: Consumer): Fetcher {
  return {
    async ends(topic) {
      const [first, next] = [
        await consumer.listOffsets({ topics: [topic], timestamp: -2n }),
        await consumer.listOffsets({ topics: [topic], timestamp: -1n }),
      ];
      return (next.get(topic) ?? []).map((offset, partition) => ({
        first: Number(first.get(topic)?.[partition] ?? 0n),
        next: Number(offset),
      }));
    },
    async fetch(topic, from, waitMs, maxBytes = 4_000_000) {
      const metadata = (await consumer.metadata({ topics: [topic] })).topics.get(topic);
      if (!metadata) throw new Error(`the topic ${topic} is not there`);
      const byLeader = new Map<number, [number, number][]>();
      for (const [partition, offset] of from) {
        const leader = metadata.partitions[partition]?.leader ?? -1;
        byLeader.set(leader, [...(byLeader.get(leader) ?? []), [partition, offset]]);
      }
      try {
        const answers = await Promise.all(
          [...byLeader].map(async ([node, wanted]) => {
            const partitions = wanted.map(([partition, offset]) => ({
              partition,
              fetchOffset: BigInt(offset),
              currentLeaderEpoch: -1,
              lastFetchedEpoch: -1,
              partitionMaxBytes: Math.ceil(maxBytes / 2),
            }));
            const topics = [{ topicId: metadata.id, partitions }];
            return consumer.fetch({ node, topics, maxWaitTime: waitMs, minBytes: 1, maxBytes });
          }),
        );
        return answers.flatMap((answer) =>
          answer.responses.flatMap(({ partitions }) => partitions.flatMap((p) => recordsOf(p, from))),
        );
      } catch (cause) {
        // A leader may have moved: ask anew.
        consumer.clearMetadata();
        throw cause;
      }
    },
    close: () => closeNow(consumer),
  };
}

type FetchedPartition = Awaited<ReturnType<Consumer['fetch']>>['responses'][number]['partitions'][number];

function recordsOf(
  { partitionIndex, records = [] }: FetchedPartition,
  from: Map<number, number>,
): RawRecord[] {
  const start = from.get(partitionIndex) ?? 0;
  const found: RawRecord[] = [];
  for (const batch of records) {
    const first = Number(batch.firstOffset);
    for (const { offsetDelta, key, value, headers } of batch.records) {
      const offset = first + offsetDelta;
      // Kafka answers with whole batches: the first may begin before what was asked for.
      if (offset >= start) found.push({ partition: partitionIndex, offset, key, value, headers });
    }
  }
  return found;
}
