import { Producer } from '@platformatic/kafka';
import type { Logger } from 'pino';
import { backlog } from '../pressure.ts';
import { clientOptions, closeNow } from './cluster.ts';
import type { OutRecord } from './record.ts';

/** Sends records so that they are in all in-sync replicas when `send` resolves. */
export interface Sender {
  /**
   * @throws AppError `backlog` when Kafka does not acknowledge within `patience`, or too much waits for it already. The
   * records may arrive all the same: whoever reads them passes repeats by.
   */
  send(topic: string, records: OutRecord[]): Promise<void>;
  /** True when taking more would only make it wait. */
  full(): boolean;
  close(): Promise<void>;
}

interface Group {
  topic: string;
  records: OutRecord[];
  deadline: number;
  done(): void;
  fail(cause: unknown): void;
}

/** Bytes in one request: below Kafka's default limit of a batch of one partition (1 MiB). */
const REQUEST_BYTES = 700_000;
const REQUEST_RECORDS = 4000;
const PATIENCE_MS = 5000;
const PAUSE_MS = 300;

/**
 * One request at a time, in the order of the calls: what gathers meanwhile goes together in the next. So order holds
 * also across repeats, which an idempotent producer alone (one request in flight, too) would not give when it must be
 * replaced after an error.
 */
export function createSender(options: { brokers: string[]; log: Logger; mostWaiting: number }): Sender {
  const { brokers, log, mostWaiting } = options;
  const open = () =>
    new Producer({ ...clientOptions(brokers, 'keben-intake'), idempotent: true, retries: 2 });
  let producer = open();
  let queue: Group[] = [];
  let waiting = 0;
  let pumping = false;
  let pumped: Promise<void> = Promise.resolve();
  let closing = false;

  async function pump(): Promise<void> {
    pumping = true;
    while (queue.length > 0 && !closing) {
      const [first] = queue;
      if (!first) break;
      if (performance.now() > first.deadline) {
        // Its caller was told to come again.
        finish([first], backlog('Kafka did not acknowledge the events in time.', 2));
        continue;
      }
      const together = gather(queue);
      try {
        for (const part of parts(together.flatMap((group) => group.records)))
          await produce(first.topic, part);
        finish(together);
      } catch (cause) {
        log.warn({ err: cause, waiting }, 'Kafka did not take events; they will be sent again');
        await renew();
        await new Promise((done) => setTimeout(done, PAUSE_MS));
      }
    }
    // No await since the queue was found empty, so nothing that is sent can be passed by.
    pumping = false;
  }

  async function produce(topic: string, records: OutRecord[]): Promise<void> {
    const messages = records.map(({ partition, key, value, headers }) => ({
      topic,
      partition,
      ...(key === null ? {} : { key }),
      ...(value === null ? {} : { value }),
      headers: new Map([...headers].map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
    }));
    await producer.send({ messages });
  }

  /** A fresh producer id: the old one may stand at a sequence that the broker does not expect. */
  async function renew(): Promise<void> {
    const old = producer;
    producer = open();
    await closeNow(old, log);
  }

  function finish(groups: Group[], cause?: unknown): void {
    queue = queue.filter((group) => !groups.includes(group));
    for (const group of groups) {
      waiting -= group.records.length;
      if (cause === undefined) group.done();
      else group.fail(cause);
    }
  }

  return {
    full: () => waiting > mostWaiting,
    send(topic, records) {
      if (records.length === 0) return Promise.resolve();
      if (waiting > mostWaiting) return Promise.reject(backlog('Too many events wait for Kafka.', 2));
      return new Promise<void>((done, fail) => {
        const late = setTimeout(
          () => fail(backlog('Kafka did not acknowledge the events in time.', 2)),
          PATIENCE_MS,
        );
        const settle =
          <T extends unknown[]>(tell: (...words: T) => void) =>
          (...words: T) => {
            clearTimeout(late);
            tell(...words);
          };
        waiting += records.length;
        queue.push({
          topic,
          records,
          deadline: performance.now() + PATIENCE_MS,
          done: settle(done),
          fail: settle(fail),
        });
        if (!pumping) pumped = pump();
      });
    },
    async close() {
      closing = true;
      await closeNow(producer, log);
      await pumped;
      finish(queue, backlog('The server is stopping.', 5));
    },
  };
}

/** Groups at the front of the queue that fit into one request. */
function gather(queue: Group[]): Group[] {
  const [first] = queue;
  const together: Group[] = [];
  let count = 0;
  for (const group of queue) {
    count += group.records.length;
    if (together.length > 0 && (group.topic !== first?.topic || count > REQUEST_RECORDS)) break;
    together.push(group);
  }
  return together;
}

function* parts(records: OutRecord[]): Generator<OutRecord[]> {
  let part: OutRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = (record.key?.length ?? 0) + (record.value?.length ?? 0) + 64;
    if (part.length > 0 && (bytes + size > REQUEST_BYTES || part.length >= REQUEST_RECORDS)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(record);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
