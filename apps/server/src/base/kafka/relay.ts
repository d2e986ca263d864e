import type { Database, Tx } from '../database.ts';
import type { NewEntry } from '../event-log.ts';
import { publish, type RelayedEntry } from '../outbox.ts';
import type { KafkaOptions } from './cluster.ts';
import type { Sender } from './producer.ts';
import { recordsOf } from './record.ts';
import { entriesToRelay, forgetRelayed } from './store.ts';

const AT_ONCE = 500;

/** Writes entries into the outbox, in the transaction of what they tell of. */
export async function queueForRelay(tx: Tx, entries: NewEntry[]): Promise<void> {
  await publish(
    tx,
    entries.map((entry) => ({
      organisationId: entry.organisationId,
      topic: 'event.appended' as const,
      payload: {
        ...entry,
        time: entry.time.getTime(),
        receivedAt: entry.receivedAt.getTime(),
        sealed: entry.sealed && Buffer.from(entry.sealed).toString('base64'),
      } satisfies RelayedEntry,
      at: entry.receivedAt,
    })),
  );
}

/**
 * Takes entries from the outbox into Kafka; returns how many. They are forgotten after Kafka has them: a crash between
 * the two sends them again, and readers pass by the repeat.
 */
export async function relayOutbox(database: Database, sender: Sender, kafka: KafkaOptions): Promise<number> {
  const waiting = await database.transaction('system', (tx) => entriesToRelay(tx, AT_ONCE));
  if (waiting.length === 0) return 0;
  const entries = waiting.map(({ payload }) => ({
    ...payload,
    time: new Date(payload.time),
    receivedAt: new Date(payload.receivedAt),
    sealed: payload.sealed === null ? null : Buffer.from(payload.sealed, 'base64'),
  }));
  await sender.send(
    kafka.topic,
    entries.flatMap((entry) => recordsOf(entry, kafka.partitions)),
  );
  await database.transaction('system', (tx) =>
    forgetRelayed(
      tx,
      waiting.map(({ id }) => id),
    ),
  );
  return waiting.length;
}
