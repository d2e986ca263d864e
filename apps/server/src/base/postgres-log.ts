import type { Database } from './database.ts';
import { askReplay, listDead } from './dead-letter-store.ts';
import type { EventLog, LogWorker } from './event-log.ts';
import { append, backlogOf, logStatus, outboxWaiting } from './event-log-store.ts';
import { startLogWorker } from './log-worker.ts';
import { createPressure, MOST_OUTBOX } from './pressure.ts';

/** Entries a transaction: between two, others have their turn on the one connection of the embedded database. */
const CHUNK = 100;

/** The log as a table of the database: what a single machine uses. */
export function createPostgresLog(options: {
  database: Database;
  consumer: string;
  /** Entries that may wait before intake is refused. */
  maxLag: number;
}): EventLog {
  const { database, consumer, maxLag } = options;
  let worker: LogWorker | undefined;
  const pressure = createPressure(database, async () => {
    const [lag, outbox] = await database.transaction('system', async (tx) => [
      await backlogOf(tx, consumer),
      await outboxWaiting(tx, MOST_OUTBOX + 1),
    ]);
    return lag > maxLag || outbox > MOST_OUTBOX;
  });
  return {
    chunk: CHUNK,
    admit: pressure,
    append: (entries) => database.transaction('system', (tx) => append(tx, entries)),
    async appendWith(tx, entries) {
      await append(tx, entries);
    },
    status: (organisationId) =>
      database.transaction('system', (tx) => logStatus(tx, consumer, organisationId)),
    // Here an accepted event is a row at once, so nothing waits elsewhere.
    find: async () => [],
    dead: {
      list: () => database.transaction('system', listDead),
      async replay(which) {
        const replayed = await database.transaction('system', (tx) => askReplay(tx, which));
        worker?.wake();
        return replayed;
      },
    },
    async read(reader) {
      worker = startLogWorker({ ...reader, database, consumer });
      return worker;
    },
    close: async () => undefined,
  };
}
