import { backOff, type Clock, systemClock } from './clock.ts';
import type { EventData } from './event-data.ts';
import { type Exchange, KebenError, type Send } from './http.ts';

/** An event that waits, as the JSON that will be sent: its size is known and it is made once. */
interface Waiting {
  id: string;
  type: keyof EventData;
  json: string;
  bytes: number;
}

/** An event that the server refused: send it again after correcting what `pointer` names. */
export interface RejectedEvent {
  id: string;
  type: keyof EventData;
  code: string;
  detail: string;
  pointer: string;
}

export interface EventOptions {
  /** Events a request, at most 1000 (default 500). */
  batch?: number;
  /** Milliseconds that an event may wait for company (default 50). */
  delay?: number;
  /** Events kept while the server is away (default 10,000); beyond it `send` throws. Nothing is written to disk. */
  capacity?: number;
  /** Bytes kept while the server is away (default 16 MiB); beyond it `send` throws. */
  capacityBytes?: number;
  onRejected?: (rejected: RejectedEvent) => void;
  /** Told when sending stops for a reason that waiting does not mend, such as a revoked key. Events are kept. */
  onError?: (error: Error) => void;
}

export class BufferFullError extends Error {
  constructor(limit: string) {
    super(`Kề Bên has been away for long: ${limit} of events wait. Slow down, or raise the limit.`);
    this.name = 'BufferFullError';
  }
}

interface Answer {
  items: {
    index: number;
    status: 'accepted' | 'duplicate' | 'rejected';
    error?: { code: string; detail: string; pointer: string };
  }[];
}

/** Pauses between tries in milliseconds; a server that names a pause is given it, up to five minutes. */
const PAUSES = { first: 400, longest: 30_000 };
const LONGEST_ASKED = 300_000;
/** The server takes bodies of 1 MiB. */
const MOST_BYTES = 1_000_000;
const TIMEOUT = 30_000;
const encoder = new TextEncoder();
/** Timeouts, too many requests, and faults of the server: the same request may succeed later. */
const isPassing = ({ status }: Exchange) => status === 408 || status === 429 || status >= 500;

/** The events themselves are wrong: the same request never succeeds. */
const isRefusal = ({ status }: Exchange) =>
  status === 400 || status === 413 || status === 415 || status === 422;

/** Sends events in batches, in order, again and again until the server has them. Safe to repeat: ids make it idempotent. */
export class EventSender {
  readonly #send: Send;
  readonly #source: string;
  readonly #options: Required<EventOptions>;
  readonly #clock: Clock;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #timer: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #failure: Error | undefined;
  #closed = false;
  #stopped = false;
  /** Ends the pause between two tries at once. */
  #hurry: () => void = () => undefined;

  constructor(send: Send, source: string, options: EventOptions = {}, clock: Clock = systemClock) {
    this.#send = send;
    this.#source = source;
    this.#clock = clock;
    this.#options = {
      batch: 500,
      delay: 50,
      capacity: 10_000,
      capacityBytes: 16 * 1024 * 1024,
      onRejected: () => undefined,
      onError: () => undefined,
      ...options,
    };
  }

  /** Takes one event; it leaves with the next batch. Throws a BufferFullError when too many wait. */
  send<T extends keyof EventData>(
    type: T,
    data: EventData[T],
    more: { id?: string; time?: Date } = {},
  ): string {
    if (this.#closed) throw new Error('The connection to Kề Bên was closed: no more events are taken.');
    const { capacity, capacityBytes, batch, delay } = this.#options;
    if (this.#waiting.length >= capacity) throw new BufferFullError(`${capacity} events (events.capacity)`);
    const id = more.id ?? crypto.randomUUID();
    const time = (more.time ?? new Date(this.#clock.now())).toISOString();
    const json = JSON.stringify({ specversion: '1.0', id, source: this.#source, type, time, data });
    const bytes = encoder.encode(json).length;
    if (this.#bytes + bytes > capacityBytes)
      throw new BufferFullError(`${capacityBytes} bytes (events.capacityBytes)`);
    this.#waiting.push({ id, type, json, bytes });
    this.#bytes += bytes;
    if (this.#waiting.length >= batch) this.#start();
    else this.#timer ??= this.#clock.after(delay, () => this.#start(), { keep: true });
    return id;
  }

  /** Resolves when everything taken so far is with the server (or was refused by it); throws when the key is refused. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#running) {
      this.#start();
      await this.#running;
      const failure = this.#failure;
      this.#failure = undefined;
      if (failure) throw failure;
      if (this.#stopped) return;
    }
  }

  /**
   * Takes no more events and tries for `timeout` milliseconds to deliver those that wait.
   * Resolves to the number whose arrival was not confirmed: they are lost with the process.
   */
  async close(timeout: number): Promise<number> {
    this.#closed = true;
    let cancel: () => void = () => undefined;
    const over = new Promise<void>((done) => {
      cancel = this.#clock.after(timeout, done, { keep: true });
    });
    // A key that is refused was told to onError; here only what is left counts.
    await Promise.race([this.flush().catch(() => undefined), over]);
    cancel();
    this.#stop();
    return this.#waiting.length;
  }

  /** Events that wait now. */
  get waiting(): number {
    return this.#waiting.length;
  }

  #stop(): void {
    this.#stopped = true;
    this.#timer?.();
    this.#hurry();
  }

  #start(): void {
    this.#timer?.();
    this.#timer = undefined;
    this.#running ??= this.#drain()
      .catch((cause: unknown) => {
        this.#failure = cause instanceof Error ? cause : new Error(String(cause));
        this.#options.onError(this.#failure);
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #drain(): Promise<void> {
    let most = this.#options.batch;
    for (let failures = 0; this.#waiting.length > 0 && !this.#stopped; ) {
      const batch = this.#take(most);
      const body = `[${batch.map(({ json }) => json).join(',')}]`;
      const answer = await this.#send('POST', '/v1/events', body, { timeout: TIMEOUT }).catch(
        () => undefined,
      );
      if (answer === undefined || isPassing(answer)) {
        await this.#pause(++failures, answer?.retryAfter);
        continue;
      }
      // Something between here and the server takes less than it does: send less at a time.
      if (answer.status === 413 && batch.length > 1) {
        most = Math.ceil(batch.length / 2);
        continue;
      }
      // A refused key or a wrong address is mended by a person: the events wait for that.
      if (answer.status !== 202 && !isRefusal(answer)) {
        throw new KebenError(answer.status, answer.body as { detail?: string });
      }
      failures = 0;
      this.#waiting = this.#waiting.slice(batch.length);
      for (const { bytes } of batch) this.#bytes -= bytes;
      this.#tellRejected(batch, answer.status, answer.body);
    }
  }

  /** The oldest events that fit one request; at least one. */
  #take(most: number): Waiting[] {
    let count = 0;
    let bytes = 2;
    for (const event of this.#waiting) {
      bytes += event.bytes + 1;
      if (count > 0 && (count === most || bytes > MOST_BYTES)) break;
      count++;
    }
    return this.#waiting.slice(0, count);
  }

  /** Waits before the next try: as long as the server asks, and by chance a little more, or with growing pauses. */
  #pause(failures: number, asked: number | undefined): Promise<void> {
    const pause =
      asked === undefined
        ? backOff(failures, PAUSES, this.#clock)
        : Math.min(asked, LONGEST_ASKED) * (1 + this.#clock.random() / 10);
    return new Promise((done) => {
      const cancel = this.#clock.after(pause, done, { keep: true });
      this.#hurry = () => {
        cancel();
        done();
      };
      if (this.#stopped) this.#hurry();
    });
  }

  #tellRejected(batch: Waiting[], status: number, body: unknown): void {
    if (status === 202) {
      for (const item of (body as Answer | undefined)?.items ?? []) {
        const event = batch[item.index];
        if (item.status === 'rejected' && item.error && event) {
          this.#options.onRejected({ id: event.id, type: event.type, ...item.error });
        }
      }
      return;
    }
    const problem = body as { code?: string; detail?: string; pointer?: string } | undefined;
    for (const { id, type } of batch) {
      this.#options.onRejected({
        id,
        type,
        code: problem?.code ?? `http-${status}`,
        detail: problem?.detail ?? 'The server refused the batch.',
        pointer: problem?.pointer ?? '',
      });
    }
  }
}
