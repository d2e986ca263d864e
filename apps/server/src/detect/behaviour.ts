import { createHash } from 'node:crypto';
import { type AgeBand, isMinor } from '../base/vocabulary.ts';
import type { EventBody } from './event.ts';

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
/** Bounds of what is remembered: an account that is beyond them is suspicious enough. */
const MOST_MINORS = 100;
const MOST_TEXTS = 24;

/** What is remembered of an account's behaviour. JSON-serialisable; times in milliseconds. */
export interface AccountState {
  band: AgeBand;
  /** Minors contacted as a stranger, with the first time in the last week. */
  minors: Record<string, number>;
  /** Contact requests to minors that wait for an answer. */
  waiting: Record<string, number>;
  /** Minors who blocked or reported this account, with the time. */
  blocked: Record<string, number>;
  reported: Record<string, number>;
  /** Hash of a text → strangers it was sent to (bounded), for copy-paste approaches. */
  texts: Record<string, { n: number; at: number }>;
  level: string;
}

export function newAccount(band: AgeBand): AccountState {
  return { band, minors: {}, waiting: {}, blocked: {}, reported: {}, texts: {}, level: 'none' };
}

/** The account after one event that it is the actor of. Returns the same object when nothing was learned. */
export function observeBehaviour(
  state: AccountState,
  body: EventBody,
  text: string | null,
  time: number,
): AccountState {
  switch (body.type) {
    case 'contact.requested':
      return isMinor(body.data.to.ageBand)
        ? {
            ...meet(state, body.data.from.ageBand, [body.data.to.id], time),
            waiting: bounded({ ...state.waiting, [body.data.to.id]: time }, time),
          }
        : state;
    case 'contact.accepted':
    case 'contact.removed': {
      if (state.waiting[body.data.to.id] === undefined) return state;
      const { [body.data.to.id]: _, ...waiting } = state.waiting;
      return { ...state, waiting };
    }
    case 'message.sent':
    case 'media.shared': {
      const relationship = body.data.relationship ?? 'stranger';
      if (relationship !== 'stranger' && relationship !== 'contact') return state;
      const minors = body.data.to.filter((party) => isMinor(party.ageBand)).map((party) => party.id);
      const met =
        relationship === 'stranger' && minors.length > 0
          ? meet(state, body.data.from.ageBand, minors, time)
          : state;
      return text && text.length >= 20 && relationship === 'stranger' ? copy(met, text, time) : met;
    }
    case 'user.blocked':
      return isMinor(body.data.by.ageBand)
        ? { ...state, blocked: bounded({ ...state.blocked, [body.data.by.id]: time }, time) }
        : state;
    case 'user.reported':
      return isMinor(body.data.by.ageBand)
        ? { ...state, reported: bounded({ ...state.reported, [body.data.by.id]: time }, time) }
        : state;
    case 'account.registered':
    case 'account.updated':
    case 'account.deleted':
    case 'content.published':
    case 'stream.started':
    case 'gift.sent':
    case 'payment.requested':
      return state;
  }
}

/** Features by name (policy/risk.yaml gives each its weight). */
export function featuresOf(state: AccountState | undefined, time: number): Record<string, number> {
  if (!state) return {};
  const within = (times: Record<string, number>, span: number) =>
    Object.values(times).filter((at) => time - at <= span).length;
  return {
    'new-minors-1h': within(state.minors, HOUR),
    'new-minors-24h': within(state.minors, 24 * HOUR),
    // A request unanswered for a day counts as declined.
    'declined-requests': Object.values(state.waiting).filter(
      (at) => time - at > 24 * HOUR && time - at <= WEEK,
    ).length,
    'blocked-by-minors': within(state.blocked, WEEK),
    'reported-by-minors': within(state.reported, WEEK),
    'repeated-text': Math.max(
      0,
      ...Object.values(state.texts)
        .filter(({ at }) => time - at <= 24 * HOUR)
        .map(({ n }) => n),
    ),
  };
}

function meet(state: AccountState, band: AgeBand, ids: string[], time: number): AccountState {
  const fresh = ids.filter((id) => state.minors[id] === undefined || time - (state.minors[id] ?? 0) > WEEK);
  if (fresh.length === 0) return state;
  return {
    ...state,
    band,
    minors: bounded({ ...state.minors, ...Object.fromEntries(fresh.map((id) => [id, time])) }, time),
  };
}

function copy(state: AccountState, text: string, time: number): AccountState {
  const hash = createHash('sha1').update(text).digest('base64url').slice(0, 8);
  const texts = { ...state.texts, [hash]: { n: (state.texts[hash]?.n ?? 0) + 1, at: time } };
  const newest = Object.entries(texts)
    .sort((a, b) => b[1].at - a[1].at)
    .slice(0, MOST_TEXTS);
  return { ...state, texts: Object.fromEntries(newest) };
}

function bounded(times: Record<string, number>, now: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(times)
      .filter(([, at]) => now - at <= WEEK)
      .sort((a, b) => b[1] - a[1])
      .slice(0, MOST_MINORS),
  );
}
