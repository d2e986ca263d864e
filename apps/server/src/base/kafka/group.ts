import { Consumer } from '@platformatic/kafka';
import type { Logger } from 'pino';
import { clientOptions, closeNow, type Fetcher, fetcherOf, type KafkaOptions } from './cluster.ts';

/** The partitions that Kafka gave to this worker. A new object stands for a new assignment. */
export interface Assignment {
  partitions: number[];
}

/** This worker's place in the consumer group. */
export interface Membership {
  /** What is assigned now; undefined while the group is being made up. */
  current(): Assignment | undefined;
  /** For reading records on the member's own connections. */
  fetcher(): Fetcher;
  /** Leaves the group, so that others take over at once. */
  leave(): Promise<void>;
}

const LOOK_MS = 500;

/**
 * Joins the group and stays in it. The client answers heartbeats and rejoins on its own; when nothing was heard from
 * the coordinator for two sessions (it moved, or the client is stuck), a new client takes its place.
 */
export function joinGroup(options: KafkaOptions & { group: string; log: Logger }): Membership {
  const { brokers, topic, group, sessionSeconds, log } = options;
  let assignment: Assignment | undefined;
  let heard = Date.now();
  let joining = false;
  let left = false;
  let consumer = open();
  let fetcher = fetcherOf(consumer);
  const watch = setInterval(() => {
    if (Date.now() - heard > sessionSeconds * 2000 && !joining)
      renew('nothing was heard from the group coordinator');
  }, LOOK_MS);
  join(consumer);

  function open(): Consumer {
    const member = new Consumer({
      ...clientOptions(brokers, 'keben-worker'),
      groupId: group,
      sessionTimeout: sessionSeconds * 1000,
      rebalanceTimeout: sessionSeconds * 1000,
      heartbeatInterval: Math.floor(sessionSeconds * 200),
      isolationLevel: 0,
    });
    member.topics.track(topic);
    const mine = () => member === consumer;
    member.on('consumer:group:join', ({ assignments }) => {
      if (!mine()) return;
      heard = Date.now();
      assignment = { partitions: assignments?.find((one) => one.topic === topic)?.partitions ?? [] };
      log.info({ partitions: assignment.partitions }, 'partitions assigned');
    });
    member.on('consumer:group:rebalance', () => {
      if (mine()) heard = Date.now();
    });
    member.on('consumer:heartbeat:end', () => {
      if (mine()) heard = Date.now();
    });
    member.on('error', (cause: Error) => {
      if (mine()) renew(cause.message);
    });
    return member;
  }

  function join(member: Consumer): void {
    joining = true;
    member.joinGroup({}).then(
      () => {
        joining = false;
        heard = Date.now();
      },
      (cause: unknown) => {
        joining = false;
        log.warn({ err: cause }, 'the consumer group could not be joined; it will be tried again');
        // The watch opens a new client after a pause.
        heard = Math.min(heard, Date.now() - sessionSeconds * 2000 + LOOK_MS);
      },
    );
  }

  function renew(why: string): void {
    if (left) return;
    log.warn({ why }, 'joining the consumer group anew');
    const old = consumer;
    assignment = undefined;
    heard = Date.now();
    consumer = open();
    fetcher = fetcherOf(consumer);
    join(consumer);
    void closeNow(old, log);
  }

  return {
    current: () => assignment,
    fetcher: () => fetcher,
    async leave() {
      left = true;
      clearInterval(watch);
      await closeNow(consumer, log);
    },
  };
}
