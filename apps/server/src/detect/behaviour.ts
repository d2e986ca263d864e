import { type AgeBand, isMinor, type Level } from '../base/vocabulary.ts';
import type { EventBody } from './event.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** How long an age that moved without proof counts. */
const AGE_SPAN = 90 * DAY;
/** Bounds of what is remembered: an account that is beyond them is suspicious enough. */
const MOST_PEOPLE = 60;
const MOST_TEXTS = 12;
/** Viet Nam has one time zone and no summer time (Asia/Ho_Chi_Minh, UTC+7). */
const VIET_NAM = 7 * HOUR;

/** Times in milliseconds by account id. */
type Times = Record<string, number>;
/** A count that halves in a week: [count, time it was right]. */
type Tally = [count: number, at: number];

/** What is remembered of an account's behaviour. JSON-serialisable; what never happened is absent. */
export interface AccountState {
  band: AgeBand;
  level: Level;
  /** Time the account was made, as the platform says. */
  born?: number;
  /** The band before it became unknown. */
  known?: AgeBand;
  /** When it said without proof that it is a minor after all, or grew up by more than one birthday at once. */
  fell?: number;
  rose?: number;
  /** Minors and others first approached as a stranger within a week. */
  minors?: Times;
  others?: Times;
  /** Minors who got a message with a cue (severity 2 or more) from it as somebody not known. */
  cued?: Times;
  /** Contact requests to minors that wait for an answer, and how many were declined. */
  waiting?: Times;
  declined?: Tally;
  blocked?: Times;
  reported?: Times;
  /** Messages to minors not known: at night (22:00–06:00 in Viet Nam), in all, and with a link. */
  night?: Tally;
  messages?: Tally;
  links?: Tally;
  /** Hash of a text → times it was sent to strangers, and when last. */
  texts?: Record<string, Tally>;
  /** The last short message to somebody not known (pieces.ts); last, so that retention can cut it off. */
  tail?: { conversation: string; at: number; text: string };
}

export function newAccount(band: AgeBand): AccountState {
  return { band, level: 'none' };
}

/**
 * Takes one event that the account is the actor of into its state, in place; true when something was learned.
 * `severity` is that of the gravest cue in the text, 0 without.
 */
export function observeBehaviour(
  state: AccountState,
  body: EventBody,
  text: string | null,
  severity: number,
  time: number,
): boolean {
  switch (body.type) {
    case 'account.registered':
    case 'account.updated': {
      const { createdAt, ageBand, assurance } = body.data.account;
      const born = createdAt === undefined ? undefined : Date.parse(createdAt);
      const isProven = assurance === 'verified' || assurance === 'school';
      const learned = isProven ? proveBand(state, ageBand) : setBand(state, ageBand, time);
      if (born === undefined || state.born === born) return learned;
      state.born = born;
      return true;
    }
    case 'contact.requested': {
      const { from, to } = body.data;
      const learned = setBand(state, from.ageBand, time);
      if (!isMinor(to.ageBand)) return meet(state, 'others', to.id, time) || learned;
      meet(state, 'minors', to.id, time);
      note(state, 'waiting', to.id, time);
      return true;
    }
    case 'contact.accepted':
    case 'contact.removed': {
      if (state.waiting?.[body.data.to.id] === undefined) return false;
      delete state.waiting[body.data.to.id];
      if (body.type === 'contact.removed') state.declined = counted(state.declined, time);
      return true;
    }
    case 'message.sent':
      return observeMessage(state, body.data, text, severity, time);
    case 'media.shared': {
      const { from, to, relationship = 'stranger' } = body.data;
      if (relationship !== 'stranger') return false;
      let learned = setBand(state, from.ageBand, time);
      for (const party of to.slice(0, MOST_PEOPLE))
        learned = meet(state, isMinor(party.ageBand) ? 'minors' : 'others', party.id, time) || learned;
      return learned;
    }
    case 'user.blocked':
    case 'user.reported':
      if (!isMinor(body.data.by.ageBand)) return false;
      note(state, body.type === 'user.blocked' ? 'blocked' : 'reported', body.data.by.id, time);
      return true;
    case 'account.deleted':
    case 'content.published':
    case 'stream.started':
    case 'gift.sent':
    case 'payment.requested':
    case 'user.unblocked':
      return false;
  }
}

function observeMessage(
  state: AccountState,
  data: Extract<EventBody, { type: 'message.sent' }>['data'],
  text: string | null,
  severity: number,
  time: number,
): boolean {
  const { from, to, relationship = 'stranger', links } = data;
  if (relationship !== 'stranger' && relationship !== 'contact') return false;
  let learned = setBand(state, from.ageBand, time);
  let young = false;
  // Work per message is bounded: of a crowd the first are taken.
  for (const party of to.slice(0, MOST_PEOPLE)) {
    const minor = isMinor(party.ageBand);
    young ||= minor;
    if (relationship === 'stranger' && to.length === 1)
      learned = meet(state, minor ? 'minors' : 'others', party.id, time) || learned;
    if (minor && severity >= 2 && to.length <= 2) {
      note(state, 'cued', party.id, time);
      learned = true;
    }
  }
  if (young && !isMinor(from.ageBand)) {
    const hour = Math.floor(((time + VIET_NAM) % DAY) / HOUR);
    state.messages = counted(state.messages, time);
    if (hour >= 22 || hour < 6) state.night = counted(state.night, time);
    learned = true;
  }
  if (relationship !== 'stranger') return learned;
  if ((links && links.length > 0) || (text !== null && /https?:\/\/|www\./i.test(text))) {
    state.links = counted(state.links, time);
    learned = true;
  }
  if (text !== null && text.length >= 20) {
    copy(state, text, time);
    learned = true;
  }
  return learned;
}

/** Features by name (policy/risk.yaml gives each its weight); counts, or shares from 0 to 1. */
export function featuresOf(state: AccountState | undefined, time: number): Record<string, number> {
  if (!state) return {};
  const week = within(state.minors, time, WEEK);
  const messages = standing(state.messages, time);
  return {
    'new-minors-1h': within(state.minors, time, HOUR),
    'new-minors-24h': within(state.minors, time, DAY),
    'new-minors-7d': week,
    // Below three it says nothing.
    'share-of-minors':
      week >= 3 && !isMinor(state.band) ? week / (week + within(state.others, time, WEEK)) : 0,
    'minors-with-cues-7d': within(state.cued, time, WEEK),
    'unanswered-requests': stale(state.waiting, time),
    'declined-requests': standing(state.declined, time),
    'blocked-by-minors': within(state.blocked, time, WEEK),
    'reported-by-minors': within(state.reported, time, WEEK),
    'night-share': messages >= 3 ? standing(state.night, time) / messages : 0,
    'links-to-strangers': standing(state.links, time),
    'repeated-text': repeated(state.texts, time),
    'age-fell': recent(state.fell, time, AGE_SPAN),
    'age-rose': recent(state.rose, time, AGE_SPAN),
    'new-account': state.born === undefined ? 0 : Math.max(0, 1 - (time - state.born) / (30 * DAY)),
  };
}

// What is changed must be written, or the next batch would know less than this one: hence the answer.
function setBand(state: AccountState, band: AgeBand, time: number): boolean {
  const { band: before } = state;
  if (before === band) return false;
  if (band === 'unknown') state.known = before;
  else noteMove(state, before === 'unknown' ? state.known : before, band, time);
  state.band = band;
  return true;
}

/** A band that somebody vouches for ends what was said of it. */
function proveBand(state: AccountState, band: AgeBand): boolean {
  const learned = state.band !== band || state.fell !== undefined || state.rose !== undefined;
  state.band = band;
  delete state.known;
  delete state.fell;
  delete state.rose;
  return learned;
}

const byAge: readonly AgeBand[] = ['under-13', '13-15', '16-17', '18-24', 'adult'];

/** A birthday moves an account up by one band; a grown account becomes a minor by none. */
function noteMove(state: AccountState, before: AgeBand | undefined, band: AgeBand, time: number): void {
  if (before === undefined || before === 'unknown') return;
  if (!isMinor(before) && isMinor(band)) state.fell = time;
  if (isMinor(before) && !isMinor(band) && byAge.indexOf(band) - byAge.indexOf(before) > 1) state.rose = time;
}

const recent = (at: number | undefined, now: number, span: number) =>
  at !== undefined && now - at <= span ? 1 : 0;

function within(times: Times | undefined, now: number, span: number): number {
  let found = 0;
  for (const id in times) if (now - (times[id] ?? 0) <= span) found++;
  return found;
}

/** A request unanswered for a day counts, for a week. */
function stale(times: Times | undefined, now: number): number {
  let found = 0;
  for (const id in times) {
    const waited = now - (times[id] ?? 0);
    if (waited > DAY && waited <= WEEK) found++;
  }
  return found;
}

function repeated(texts: AccountState['texts'], now: number): number {
  let most = 0;
  for (const hash in texts) {
    const [count, at] = texts[hash] ?? [0, 0];
    if (now - at <= DAY && count > most) most = count;
  }
  return most;
}

function meet(state: AccountState, whom: 'minors' | 'others', id: string, time: number): boolean {
  const before = state[whom]?.[id];
  if (before !== undefined && time - before <= WEEK) return false;
  note(state, whom, id, time);
  return true;
}

/** Writes a time down; when there are too many, the oldest go (ids break ties, so that it is always the same). */
function note(
  state: AccountState,
  list: 'minors' | 'others' | 'cued' | 'waiting' | 'blocked' | 'reported',
  id: string,
  time: number,
): void {
  const times = state[list];
  if (!times) {
    state[list] = { [id]: time };
    return;
  }
  times[id] = time;
  const ids = Object.keys(times);
  if (ids.length <= MOST_PEOPLE) return;
  const order = Object.entries(times)
    .filter(([, at]) => time - at <= WEEK)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  state[list] = Object.fromEntries(order.slice(0, MOST_PEOPLE - 10));
}

function copy(state: AccountState, text: string, time: number): void {
  state.texts ??= {};
  const hash = hashOf(text);
  state.texts[hash] = [(state.texts[hash]?.[0] ?? 0) + 1, time];
  const entries = Object.entries(state.texts);
  if (entries.length <= MOST_TEXTS) return;
  // Texts said more than once are kept before others of the same day.
  entries.sort((a, b) => b[1][1] + b[1][0] * DAY - (a[1][1] + a[1][0] * DAY) || (a[0] < b[0] ? -1 : 1));
  state.texts = Object.fromEntries(entries.slice(0, MOST_TEXTS));
}

/** FNV-1a over the text without digits and case, so that a changing price or code does not hide a copy. */
function hashOf(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 48 && unit <= 57) continue;
    value = Math.imul(value ^ (unit >= 65 && unit <= 90 ? unit + 32 : unit), 0x01000193);
  }
  return (value >>> 0).toString(36);
}

function standing(tally: Tally | undefined, time: number): number {
  if (!tally) return 0;
  const elapsed = Math.max(0, time - tally[1]);
  return Math.round(tally[0] * 2 ** (-elapsed / WEEK) * 1e4) / 1e4;
}

function counted(tally: Tally | undefined, time: number): Tally {
  return [standing(tally, time) + 1, Math.max(time, tally?.[1] ?? 0)];
}
