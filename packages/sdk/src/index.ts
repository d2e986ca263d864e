import { closedFor, decideAway } from './away.ts';
import { listSettings } from './catalogue.ts';
import { Circuit, type CircuitOptions } from './circuit.ts';
import { type Clock, systemClock } from './clock.ts';
import type { EventData, Party } from './event-data.ts';
import { type EventOptions, EventSender } from './events.ts';
import type { components, operations, paths } from './generated/api.ts';
import { accepted, createSend, type Exchange, type Send } from './http.ts';
import { Memory } from './memory.ts';
import { SettingsDesk, type WatchOptions } from './settings.ts';
import type {
  Answer,
  Decision,
  Fallback,
  Question,
  Report,
  Screening,
  ScreenRequest,
  Storage,
} from './shapes.ts';
import { SnapshotCache, type SnapshotOptions } from './snapshot-cache.ts';
import { createSupervision } from './supervision.ts';
import { type ActionWebhook, type RequestedAction, verifyWebhook } from './webhooks.ts';

export type { SettingDefinition } from './catalogue.ts';
export type { CircuitOptions } from './circuit.ts';
export type { Clock } from './clock.ts';
export type { AgeBand, EventData, Party, Relationship } from './event-data.ts';
export { BufferFullError, type EventOptions, type RejectedEvent } from './events.ts';
export { type GuardOptions, guard, languageOf, type Passage, type Problem } from './guard.ts';
export { KebenError } from './http.ts';
export type { WatchOptions } from './settings.ts';
export type {
  ChosenSetting,
  Decision,
  Fallback,
  Question,
  Report,
  Screening,
  ScreenRequest,
  Settings,
  Storage,
} from './shapes.ts';
export type { SnapshotOptions } from './snapshot-cache.ts';
export type { Invitation, InvitationNames, Supervisor, Usage } from './supervision.ts';
export { type ActionWebhook, type RequestedAction, WebhookError } from './webhooks.ts';
export type { components, operations, paths };

export interface KebenOptions {
  /** Address of the server, such as https://keben.example. */
  url: string;
  /** `kb_…` */
  apiKey: string;
  /** Names your platform in every event, such as `/san-choi`. */
  source: string;
  /** Milliseconds before a question counts as unanswered (default 1500). */
  timeout?: number;
  /** What to do when the server is away, by whom it would protect: default closed for minors, open for others. */
  fallback?: Fallback;
  events?: EventOptions;
  /** The policies kept for when the server is away; false keeps none. */
  snapshot?: SnapshotOptions | false;
  /** When the server counts as away, and how often it is looked whether it is back. */
  circuit?: CircuitOptions;
  watch?: WatchOptions;
  /** Where last known policies and settings outlive this process; without it they live in memory. */
  storage?: Storage;
  fetch?: typeof globalThis.fetch;
  /** For tests: time and chance. */
  clock?: Clock;
}

/** A platform's connection to Kề Bên: everything it needs, typed from the server's OpenAPI description. */
export function createKeben(options: KebenOptions) {
  const { clock = systemClock, fallback = {}, storage } = options;
  const send = createSend({
    url: options.url,
    apiKey: options.apiKey,
    timeout: options.timeout ?? 1500,
    fetch: options.fetch ?? globalThis.fetch,
  });
  const memory = new Memory(clock, storage);
  const events = new EventSender(send, options.source, options.events, clock);
  const snapshots =
    options.snapshot === false ? undefined : new SnapshotCache(send, clock, storage, options.snapshot);
  const circuit = new Circuit(
    () => snapshots?.refresh() ?? isThere(() => send('GET', '/healthz')),
    clock,
    options.circuit,
  );

  /** The exchange, or undefined when the server is away or busy; throws on a mistake of ours (4xx). */
  async function ask(...[method, path, body]: Parameters<Send>): Promise<Exchange | undefined> {
    if (circuit.away) return undefined;
    const exchange = await unlessAway(() => send(method, path, body));
    if (!exchange || exchange.status === 429 || exchange.status >= 500 || isForeign(exchange)) {
      circuit.failed(exchange?.retryAfter);
      return undefined;
    }
    circuit.succeeded();
    accepted(exchange);
    return exchange;
  }

  const settings = new SettingsDesk({
    send,
    ask,
    memory,
    clock,
    snapshot: async () => snapshots?.load(),
    every: options.watch?.every ?? 5000,
  });

  return {
    events: {
      /** Takes one event; it leaves with the next batch. Throws a BufferFullError when too many wait. */
      send<T extends keyof EventData>(
        type: T,
        data: EventData[T],
        more?: { id?: string; time?: Date },
      ): string {
        const id = events.send(type, data, more);
        memory.learnEvent(type, data, more?.time?.getTime() ?? clock.now());
        return id;
      },
      /** Resolves when everything taken so far is with the server, or was refused by it. */
      flush: () => events.flush(),
      /** Number of events that wait. */
      waiting: () => events.waiting,
    },

    /** Judges a message before it is delivered. Never throws for a server that is away: the fallback answers. */
    async screen(request: ScreenRequest): Promise<Screening> {
      const exchange = await ask('POST', '/v1/screen', request);
      if (isDecided(exchange))
        return { ...(exchange.body as Answer<'/v1/screen', 'post', 200>), unavailable: false };
      const hold = closedFor(
        request.to.map(({ ageBand }: Party) => ageBand),
        fallback,
      );
      return {
        decision: hold ? 'hold' : 'allow',
        level: 'none',
        score: 0,
        cues: [],
        harms: {},
        advice: [],
        rules: [],
        version: 'fallback',
        // Nobody compared them: that is not the same as no match.
        media: (request.media ?? []).map(() => ({
          status: 'unavailable' as const,
          action: hold ? ('hold' as const) : ('none' as const),
          banks: [],
          kinds: [],
          asOf: null,
          matches: [],
        })),
        unavailable: true,
      };
    },

    /**
     * May this happen? `limit` means: yes, in the way that `obligations` say. While the server is away the policies it
     * told last answer (`unavailable: true`), and where those cannot tell, the fallback.
     */
    async may(question: Question): Promise<Decision> {
      const exchange = await ask('POST', '/v1/decisions', question);
      if (!isDecided(exchange)) {
        const snapshot = await snapshots?.load();
        return decideAway(question, { snapshot, memory, fallback, clock });
      }
      snapshots?.touch();
      const decision = { ...(exchange.body as Answer<'/v1/decisions', 'post', 200>), unavailable: false };
      memory.learnDecision(question, decision, snapshots?.current);
      return decision;
    },

    settings: {
      get: settings.get.bind(settings),
      choose: settings.choose.bind(settings),
      watch: settings.watch.bind(settings),
      /** All settings there are. */
      list: () => listSettings(send),
    },

    supervision: createSupervision(send),

    reports: {
      /** Passes on a user's report. Throws when the server does not take it: tell the user to try again. */
      async create(report: Report): Promise<{ id: string; case: string }> {
        return accepted(await send('POST', '/v1/reports', report)) as { id: string; case: string };
      },
    },

    actions: {
      /** Actions asked of your platform after a cursor (start with '0'). */
      async list(after = '0'): Promise<{ actions: RequestedAction[]; next: string }> {
        return accepted(await send('GET', `/v1/actions?after=${encodeURIComponent(after)}`)) as {
          actions: RequestedAction[];
          next: string;
        };
      },
    },

    webhooks: {
      /** Checks and reads a webhook; `body` is the raw text. Throws a WebhookError. */
      verify: (
        secret: string,
        body: string,
        headers: Record<string, string | string[] | undefined>,
        now?: Date,
      ): Promise<ActionWebhook> => verifyWebhook(secret, body, headers, now),
    },

    /**
     * Ends the connection: no more events are taken, and those that wait get `timeout` milliseconds (default 5000).
     * Resolves to the number of events whose arrival was not confirmed.
     */
    async close({ timeout = 5000 }: { timeout?: number } = {}): Promise<number> {
      settings.close();
      circuit.close();
      return events.close(timeout);
    },
  };
}

export type Keben = ReturnType<typeof createKeben>;

async function unlessAway(question: () => Promise<Exchange>): Promise<Exchange | undefined> {
  try {
    return await question();
  } catch {
    // Not reached, not answered in time, or not JSON: all mean that nobody said yes.
    return undefined;
  }
}

/** Whether an answer holds a decision: `{}` from a proxy is no yes. */
function isDecided(exchange: Exchange | undefined): exchange is Exchange {
  const { decision } = (exchange?.body ?? {}) as { decision?: unknown };
  return typeof decision === 'string';
}

/** A success without the object that every answer is: something between here and the server made it. */
function isForeign({ status, body }: Exchange): boolean {
  return status >= 200 && status < 300 && (typeof body !== 'object' || body === null);
}

async function isThere(question: () => Promise<Exchange>): Promise<boolean> {
  const exchange = await unlessAway(question);
  return exchange !== undefined && exchange.status < 500 && exchange.status !== 429;
}
