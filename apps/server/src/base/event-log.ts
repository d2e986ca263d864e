import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Tx } from './database.ts';
import type { Handlers } from './outbox.ts';
import type { EntryProcessor } from './services.ts';

/** Number of partitions of the log in Postgres; fixed, since a key's partition may never change. */
export const PARTITIONS = 8;

/** An event as it is stored: `data` without text, the text sealed beside it. */
export interface NewEntry {
  organisationId: string;
  source: string;
  eventId: string;
  type: string;
  /** Version of the schema that `data` follows (detect/schema-versions.ts). */
  schema: number;
  time: Date;
  receivedAt: Date;
  /** The account whose behaviour the event describes: decides the partition. */
  key: string;
  /** An account that must hear of the event too: a second reader, in its own partition ({@link Entry.role} `mirror`). */
  mirrorKey?: string;
  data: unknown;
  sealed: Uint8Array | null;
}

/** `own`: effects of the event itself, once. `mirror`: only what it means for the account of the mirror key, once. */
export type EntryRole = 'own' | 'mirror';

export interface Entry extends Omit<NewEntry, 'key' | 'mirrorKey'> {
  /** Of the event; 0 for a mirror that Kafka brought, whose event may not be stored yet. */
  position: number;
  /** The partition it is read in: that of its key, or for a mirror that of its mirror key. */
  partition: number;
  role: EntryRole;
}

/** The partition of an account's events: they stay in order because it never changes. */
export function partitionOf(organisationId: string, key: string, partitions: number = PARTITIONS): number {
  return createHash('sha1').update(`${organisationId}\n${key}`).digest().readUInt32BE(0) % partitions;
}

/** An entry that no reader could use, set aside so that the rest of its partition goes on. */
export interface DeadLetter {
  id: string;
  reason: 'undecodable' | 'unknown-schema' | 'failed';
  error: string;
  at: Date;
  partition: number;
  /** Offset in the partition (Kafka), or log position (Postgres). */
  offset: number;
  organisationId: string | null;
  eventId: string | null;
}

export interface DeadLetters {
  list(): Promise<DeadLetter[]>;
  /** Puts letters back at the end of the log; returns those that were put back. */
  replay(which: 'all' | string[]): Promise<DeadLetter[]>;
}

/** An accepted event that no reader has come to. */
export interface Waiting {
  organisationId: string;
  source: string;
  eventId: string;
  type: string;
  time: Date;
  receivedAt: Date;
  partition: number;
  offset: number;
}

export interface LogStatus {
  accepted: number;
  processed: number;
}

export interface LogWorker {
  /** Look for work now rather than at the next tick. */
  wake(): void;
  /** Finishes the batch at hand, then stops. */
  stop(): Promise<void>;
  /** Time of the last completed pass, for readiness. */
  lastPass(): number;
  processed(): number;
}

export interface ReaderOptions {
  processors: EntryProcessor[];
  handlers: Handlers;
  log: Logger;
  now: () => Date;
}

/**
 * Where accepted events wait for detection: a table in Postgres (embedded or server) or a topic in Kafka. Chosen once,
 * in the composition root. Both give each entry to every processor once, in order per account.
 */
export interface EventLog {
  /** Entries that one call of `append` should carry at most. */
  readonly chunk: number;
  /** Refuses with `backlog` (429) when so much waits that taking more would only delay all. */
  admit(): Promise<void>;
  /**
   * Resolves when the entries are durable. Tells for each whether it was new, as far as the log knows: Kafka sees
   * repeats inside one call only, and the reader passes by the others.
   * @throws AppError `backlog` when the broker does not acknowledge in time; sending again is safe.
   */
  append(entries: NewEntry[]): Promise<boolean[]>;
  /** Appends if, and only if, the caller's transaction commits. */
  appendWith(tx: Tx, entries: NewEntry[]): Promise<void>;
  /** Counts of one organisation or of all. What waits in Kafka is counted for all organisations together. */
  status(organisationId?: string): Promise<LogStatus>;
  /** Events with this id that wait in the log and are not in Postgres yet. */
  find(eventId: string): Promise<Waiting[]>;
  readonly dead: DeadLetters;
  /** Starts reading in this process. */
  read(options: ReaderOptions): Promise<LogWorker>;
  close(): Promise<void>;
}
