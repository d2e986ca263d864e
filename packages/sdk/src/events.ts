import { type Exchange, KebenError, type Send } from './http.ts';

export type AgeBand = 'under-13' | '13-15' | '16-17' | '18-24' | 'adult' | 'unknown';
export interface Party {
  id: string;
  ageBand: AgeBand;
}
export type Relationship = 'stranger' | 'contact' | 'friend' | 'family' | 'teacher';
type Harm = 'grooming' | 'manipulation' | 'sextortion' | 'trafficking' | 'scam' | 'image-abuse' | 'bullying';
interface Media {
  type: 'image' | 'video' | 'audio' | 'file';
  pdq?: string;
  md5?: string;
  sha256?: string;
  digitalSourceType?: string;
  c2pa?: { integrity: 'valid' | 'invalid' | 'not-checked'; generator?: string; actions?: string[] };
}
interface Account {
  account: {
    id: string;
    ageBand: AgeBand;
    assurance?: 'declared' | 'parent' | 'school' | 'verified' | 'estimated';
    createdAt?: string;
    deviceHash?: string;
  };
}
interface Pair {
  from: Party;
  to: Party;
}

/** Data of each event type that Kề Bên accepts. */
export interface EventData {
  'account.registered': Account;
  'account.updated': Account;
  'account.deleted': { account: { id: string } };
  'contact.requested': Pair;
  'contact.accepted': Pair;
  'contact.removed': Pair;
  'message.sent': {
    conversation: string;
    from: Party;
    to: Party[];
    text?: string;
    lang?: 'vi' | 'en';
    links?: string[];
    media?: Media[];
    relationship?: Relationship;
    delivery?: 'delivered' | 'warned' | 'held' | 'blocked';
  };
  'content.published': {
    from: Party;
    audience: 'public' | 'followers' | 'private';
    text?: string;
    links?: string[];
    media?: Media[];
  };
  'media.shared': {
    conversation: string;
    from: Party;
    to: Party[];
    media: Media[];
    relationship?: Relationship;
  };
  'stream.started': { from: Party; audience: 'public' | 'followers' | 'private' };
  'gift.sent': { from: Party; to: Party; amount: number; currency: string };
  'payment.requested': { from: Party; to: Party; amount: number; currency: string; method?: string };
  'user.blocked': { by: Party; target: Party };
  'user.reported': { by: Party; target: Party; harm?: Harm; conversation?: string; comment?: string };
}

interface CloudEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: keyof EventData;
  time: string;
  data: unknown;
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
  /** Events a request, at most 1000. */
  batch?: number;
  /** Milliseconds that an event may wait for company. */
  delay?: number;
  /** Events kept while the server is away; beyond it `send` throws. Nothing is written to disk. */
  capacity?: number;
  onRejected?: (rejected: RejectedEvent) => void;
  /** Told when sending stops for a reason that waiting does not mend, such as a revoked key. Events are kept. */
  onError?: (error: Error) => void;
}

export class BufferFullError extends Error {
  constructor(capacity: number) {
    super(`Kề Bên has been away for long: ${capacity} events wait. Slow down, or raise events.capacity.`);
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

const LONGEST_PAUSE = 30_000;
/** Timeouts, too many requests, and faults of the server: the same request may succeed later. */
const isPassing = ({ status }: Exchange) => status === 408 || status === 429 || status >= 500;

/** Sends events in batches, in order, again and again until the server has them. Safe to repeat: ids make it idempotent. */
export class EventSender {
  readonly #send: Send;
  readonly #source: string;
  readonly #options: Required<EventOptions>;
  #waiting: CloudEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(send: Send, source: string, options: EventOptions = {}) {
    this.#send = send;
    this.#source = source;
    this.#options = {
      batch: 500,
      delay: 50,
      capacity: 10_000,
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
    if (this.#waiting.length >= this.#options.capacity) throw new BufferFullError(this.#options.capacity);
    const id = more.id ?? crypto.randomUUID();
    const time = (more.time ?? new Date()).toISOString();
    this.#waiting.push({ specversion: '1.0', id, source: this.#source, type, time, data });
    if (this.#waiting.length >= this.#options.batch) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), this.#options.delay);
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
    }
  }

  /** Events that wait now. */
  get waiting(): number {
    return this.#waiting.length;
  }

  #start(): void {
    clearTimeout(this.#timer);
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
    for (let failures = 0; this.#waiting.length > 0; ) {
      const batch = this.#waiting.slice(0, this.#options.batch);
      const answer = await this.#send('POST', '/v1/events', batch).catch(() => undefined);
      if (answer === undefined || isPassing(answer)) {
        failures++;
        const pause = Math.min(LONGEST_PAUSE, answer?.retryAfter ?? 200 * 2 ** failures);
        await new Promise((done) => setTimeout(done, pause));
        continue;
      }
      // A key that is refused is mended by a person: the events wait for that.
      if (answer.status === 401 || answer.status === 403) {
        throw new KebenError(answer.status, answer.body as { detail?: string });
      }
      failures = 0;
      this.#waiting = this.#waiting.slice(batch.length);
      this.#tellRejected(batch, answer.status, answer.body);
    }
  }

  #tellRejected(batch: CloudEvent[], status: number, body: unknown): void {
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
