import type { AgeBand, EventOptions, Party } from './events.ts';
import { EventSender } from './events.ts';
import type { operations, paths } from './generated/api.ts';
import { createSend, type Exchange, KebenError } from './http.ts';
import { type ActionWebhook, type RequestedAction, verifyWebhook } from './webhooks.ts';

export {
  type AgeBand,
  BufferFullError,
  type EventData,
  type Party,
  type RejectedEvent,
  type Relationship,
} from './events.ts';
export { KebenError } from './http.ts';
export { type ActionWebhook, type RequestedAction, WebhookError } from './webhooks.ts';
export type { operations };

type Body<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { 'application/json': infer B } } };
}
  ? B
  : never;
type Answer<P extends keyof paths, M extends 'get' | 'post', S extends number> = paths[P] extends {
  [K in M]: { responses: { [K2 in S]: { content: { 'application/json': infer B } } } };
}
  ? B
  : never;

export type ScreenRequest = Body<'/v1/screen'>;
export type Question = Body<'/v1/decisions'>;
export type Report = Body<'/v1/reports'>;
/** `unavailable` is true when the server could not be asked and the fallback decided. */
export type Screening = Answer<'/v1/screen', 'post', 200> & { unavailable: boolean };
export type Decision = Answer<'/v1/decisions', 'post', 200> & { unavailable: boolean };
export type Settings = Answer<'/v1/accounts/{id}/settings', 'get', 200> & { unavailable: boolean };

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
  fallback?: { minors?: 'closed' | 'open'; others?: 'closed' | 'open' };
  events?: EventOptions;
  fetch?: typeof globalThis.fetch;
}

/** A platform's connection to Kề Bên: everything it needs, typed from the server's OpenAPI description. */
export function createKeben(options: KebenOptions) {
  const send = createSend({
    url: options.url,
    apiKey: options.apiKey,
    timeout: options.timeout ?? 1500,
    fetch: options.fetch ?? globalThis.fetch,
  });
  const closedFor = (bands: (AgeBand | undefined)[]) =>
    bands.some((band) => band === undefined || mayBeMinor(band))
      ? (options.fallback?.minors ?? 'closed') === 'closed'
      : (options.fallback?.others ?? 'open') === 'closed';
  const settingsCache = new Map<string, Settings>();
  const events = new EventSender(send, options.source, options.events);

  return {
    events: {
      send: events.send.bind(events),
      flush: () => events.flush(),
      waiting: () => events.waiting,
    },

    /** Judges a message before it is delivered. Never throws for a server that is away: the fallback answers. */
    async screen(request: ScreenRequest): Promise<Screening> {
      const exchange = await ask(() => send('POST', '/v1/screen', request));
      if (exchange) return { ...(exchange.body as Answer<'/v1/screen', 'post', 200>), unavailable: false };
      const hold = closedFor(request.to.map(({ ageBand }: Party) => ageBand));
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
        media: (request.media ?? []).map(() => ({ status: 'unavailable' as const })),
        unavailable: true,
      };
    },

    /** May this happen? `limit` means: yes, in the way that `obligations` say. */
    async may(question: Question): Promise<Decision> {
      const exchange = await ask(() => send('POST', '/v1/decisions', question));
      if (exchange) return { ...(exchange.body as Answer<'/v1/decisions', 'post', 200>), unavailable: false };
      const closed = closedFor([question.subject.ageBand, question.resource.ageBand]);
      return {
        decision: closed ? 'deny' : 'allow',
        policies: [],
        reasons: [],
        obligations: [],
        unavailable: true,
      };
    },

    settings: {
      /** Settings that protect an account; the last known ones when the server is away. */
      async get(account: string, known: { ageBand?: AgeBand } = {}): Promise<Settings> {
        const query = known.ageBand === undefined ? '' : `?ageBand=${known.ageBand}`;
        const path = `/v1/accounts/${encodeURIComponent(account)}/settings${query}`;
        const exchange = await ask(() => send('GET', path));
        if (exchange) {
          const settings = {
            ...(exchange.body as Answer<'/v1/accounts/{id}/settings', 'get', 200>),
            unavailable: false,
          };
          if (settingsCache.size >= MOST_SETTINGS) settingsCache.clear();
          settingsCache.set(account, settings);
          return settings;
        }
        const cached = settingsCache.get(account);
        if (cached) return { ...cached, unavailable: true };
        const ageBand = known.ageBand ?? 'unknown';
        return { account, ageBand, settings: mayBeMinor(ageBand) ? closedSettings() : {}, unavailable: true };
      },
    },

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
  };
}

export type Keben = ReturnType<typeof createKeben>;

const MOST_SETTINGS = 10_000;

/** What protects somebody who may be a minor while the server is away and nothing is known of them. */
function closedSettings(): Settings['settings'] {
  const reason = {
    vi: 'Kề Bên chưa trả lời nên chọn cách an toàn nhất.',
    en: 'Kề Bên did not answer, so the safest way is taken.',
  };
  const closed = (value: boolean | string) => ({
    value,
    lockedBy: 'nobody' as const,
    from: 'default' as const,
    name: { vi: 'Cài đặt an toàn', en: 'Safe setting' },
    reason,
  });
  return {
    privateAccount: closed(true),
    messagesFrom: closed('contacts'),
    callsFrom: closed('contacts'),
    location: closed('off'),
    sensitiveContent: closed('covered'),
  };
}

function mayBeMinor(band: AgeBand): boolean {
  return band === 'under-13' || band === '13-15' || band === '16-17' || band === 'unknown';
}

/** The exchange, or undefined when the server is away or busy; throws on a mistake of ours (4xx). */
async function ask(question: () => Promise<Exchange>): Promise<Exchange | undefined> {
  let exchange: Exchange;
  try {
    exchange = await question();
  } catch {
    // Not reached, not answered in time, or not JSON: all mean that nobody said yes.
    return undefined;
  }
  if (exchange.status === 429 || exchange.status >= 500) return undefined;
  accepted(exchange);
  return exchange;
}

function accepted(exchange: Exchange): unknown {
  if (exchange.status >= 200 && exchange.status < 300) return exchange.body;
  throw new KebenError(exchange.status, exchange.body as { code?: string; detail?: string });
}
