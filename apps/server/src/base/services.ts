import type { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Auth } from './auth.ts';
import type { Config } from './config.ts';
import type { Database, Tx } from './database.ts';
import type { Entry, EventLog } from './event-log.ts';
import type { Guards } from './http.ts';
import type { Keys } from './keys.ts';
import type { Live } from './live.ts';
import type { StateMemory } from './state-memory.ts';

/** What the composition root hands to every room. Functions below the routes take only the parts they use. */
export interface Services {
  config: Config;
  database: Database;
  auth: Auth;
  guards: Guards;
  keys: Keys;
  live: Live;
  jobs: PgBoss;
  /** Where accepted events wait for detection. */
  eventLog: EventLog;
  log: Logger;
  /** The clock; tests inject their own. */
  now: () => Date;
  /** Call after a commit that appended events or outbox messages: the worker looks at once. */
  wake: () => void;
}

/**
 * Work that a room does on a batch of accepted events, in the transaction that moves the cursor. An error that comes
 * again for one entry alone sets that entry aside as a dead letter.
 */
export type EntryProcessor = (tx: Tx, entries: Entry[], now: Date, memory: StateMemory) => Promise<void>;
