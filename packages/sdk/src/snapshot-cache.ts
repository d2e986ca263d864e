import type { Clock } from './clock.ts';
import type { Send } from './http.ts';
import { read, write } from './memory.ts';
import type { Storage } from './shapes.ts';
import type { Snapshot } from './snapshot.ts';

export interface SnapshotOptions {
  /** Milliseconds after which the snapshot is asked for again, when it is in use (default five minutes). */
  refresh?: number;
  /** Milliseconds after which a snapshot that could not be confirmed counts for nothing (default seven days). */
  lasts?: number;
}

interface Kept {
  snapshot: Snapshot;
  etag: string | undefined;
  /** When the server last said that it is in force. */
  at: number;
}

/** Pause after a try that failed. */
const RETRY = 10_000;

/** Keeps the policies in force: fetched in the background once they are needed, renewed while they are in use. */
export class SnapshotCache {
  readonly #send: Send;
  readonly #clock: Clock;
  readonly #storage: Storage | undefined;
  readonly #options: Required<SnapshotOptions>;
  #kept: Kept | undefined;
  #next = 0;
  #running: Promise<boolean> | undefined;
  #stored: Promise<void> | undefined;

  constructor(send: Send, clock: Clock, storage: Storage | undefined, options: SnapshotOptions = {}) {
    this.#send = send;
    this.#clock = clock;
    this.#storage = storage;
    this.#options = { refresh: 5 * 60_000, lasts: 7 * 24 * 60 * 60_000, ...options };
  }

  /** The snapshot, unless there is none or it is too old. */
  get current(): Snapshot | undefined {
    return this.#kept && this.#clock.now() - this.#kept.at < this.#options.lasts
      ? this.#kept.snapshot
      : undefined;
  }

  /** Notes that it is in use: asks for it in the background when it is time. */
  touch(): void {
    if (this.#clock.now() >= this.#next) void this.refresh();
  }

  /** The snapshot, from storage if this process has not had one yet. */
  async load(): Promise<Snapshot | undefined> {
    if (!this.#kept && this.#storage) {
      this.#stored ??= read(this.#storage, 'safeguards').then((value) => {
        const kept = value as Kept | undefined;
        if (kept?.snapshot?.format === 1 && !this.#kept) this.#kept = kept;
      });
      await this.#stored;
    }
    return this.current;
  }

  /** Asks the server now; true when it answered. */
  refresh(): Promise<boolean> {
    this.#running ??= this.#fetch().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #fetch(): Promise<boolean> {
    await this.load();
    const etag = this.#kept?.etag;
    // Set before the answer: questions that come meanwhile do not ask again.
    this.#next = this.#clock.now() + RETRY;
    const answer = await this.#send('GET', '/v1/safeguards/snapshot', undefined, {
      ...(etag === undefined ? {} : { headers: { 'if-none-match': etag } }),
    }).catch(() => undefined);
    if (!answer || answer.status === 429 || answer.status >= 500) return false;
    const at = this.#clock.now();
    if (answer.status === 200) this.#kept = { snapshot: answer.body as Snapshot, etag: answer.etag, at };
    else if (answer.status === 304 && this.#kept) this.#kept = { ...this.#kept, at };
    // An older server has no snapshot: it answers all the same.
    else return true;
    this.#next = at + this.#options.refresh;
    void write(this.#storage, 'safeguards', this.#kept);
    return true;
  }
}
