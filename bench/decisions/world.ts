import type { NewEntry } from '../../apps/server/src/base/event-log.ts';
import type { AgeBand } from '../../apps/server/src/base/vocabulary.ts';
import { actorOf, NEWEST_SCHEMA } from '../../apps/server/src/detect/index.ts';
import { simulate, simulationLabels } from '../../apps/server/src/detect/simulate/index.ts';

export const ACCOUNTS = 100_000;
/** Of them, accounts of a simulated platform whose messages go through detection: that is where risk comes from. */
const SIMULATED = 2000;
const CONTACTS_EACH = 2;
/** Accounts with a choice of their own about a setting. */
const CHOOSING = 2000;

/** Shares of age bands among accounts, in hundredths. */
const bands: [AgeBand, number][] = [
  ['under-13', 8],
  ['13-15', 17],
  ['16-17', 15],
  ['18-24', 20],
  ['adult', 35],
  ['unknown', 5],
];

export type Choices = Record<string, string | number | boolean>;

/** A platform before anything is asked: who there is, who knows whom, and what harmful accounts wrote. */
export interface World {
  accounts: { id: string; band: AgeBand }[];
  /** Accepted contacts, each once, as `low high`, and since when. */
  contacts: Map<string, Date>;
  /** Pairs of which one has blocked the other. */
  blocks: Set<string>;
  /** Settings that were chosen for an account and differ from the default of its age. */
  choices: Map<string, Choices>;
  /** How many of the first accounts are the simulated part: only they can be at risk. */
  simulated: number;
  /** Indices of accounts that do harm in it. */
  harmful: number[];
  /** Registrations and contacts of all. */
  entries: (organisationId: string) => Generator<NewEntry>;
  /** Messages and other deeds of the simulated part, texts sealed with `seal`. */
  deeds: (organisationId: string, seal: (text: string) => Uint8Array) => Generator<NewEntry>;
}

/** Even numbers from 0 up to 1, the same for the same seed (mulberry32, T. Ettinger, public domain). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pairOf = (one: string, other: string) => (one < other ? `${one} ${other}` : `${other} ${one}`);

export function makeWorld(seed: number, now: Date): World {
  const start = new Date(now.getTime() - 3 * 86_400_000);
  const options = { seed, accounts: SIMULATED, events: 12_000, harmfulPerThousand: 100, days: 2, start };
  const simulated = [...simulate(options)];
  const labelled = new Set(simulationLabels(options).map(({ account }) => account));
  const accounts: World['accounts'] = [];
  for (const { type, data } of simulated) {
    if (type !== 'account.registered') continue;
    accounts.push({ id: data.account.id, band: data.account.ageBand ?? 'unknown' });
  }
  const random = seeded(seed);
  while (accounts.length < ACCOUNTS) {
    accounts.push({ id: `p-${String(accounts.length).padStart(6, '0')}`, band: bandAt(random() * 100) });
  }
  const contacts = new Map<string, Date>();
  const others = ACCOUNTS * CONTACTS_EACH;
  while (contacts.size < others) {
    const one = Math.floor(random() * ACCOUNTS);
    // Friends are near: half of them within a school, so to speak.
    const other =
      random() < 0.5 ? Math.floor(random() * ACCOUNTS) : (one + 1 + Math.floor(random() * 50)) % ACCOUNTS;
    if (one === other) continue;
    // Half of them in the last three months, some of these in the last week.
    const days = random() < 0.5 ? random() * 90 : 90 + random() * 900;
    const pair = pairOf(accounts[one]?.id ?? '', accounts[other]?.id ?? '');
    if (!contacts.has(pair)) contacts.set(pair, new Date(now.getTime() - days * 86_400_000));
  }
  const chosen = [...contacts];
  const blocks = new Set<string>();
  // What simulated people did to their contacts counts for the questions as well; whoever accepts ends a block.
  for (const { type, data, time } of simulated) {
    if (type === 'contact.accepted') {
      const pair = pairOf(data.from.id, data.to.id);
      if (!contacts.has(pair)) contacts.set(pair, new Date(time));
      blocks.delete(pairOf(data.from.id, data.to.id));
    }
    if (type === 'contact.removed') contacts.delete(pairOf(data.from.id, data.to.id));
    if (type !== 'user.blocked') continue;
    contacts.delete(pairOf(data.by.id, data.target.id));
    blocks.add(pairOf(data.by.id, data.target.id));
  }
  return {
    accounts,
    contacts,
    blocks,
    choices: choicesOf(accounts, random),
    simulated: SIMULATED,
    harmful: accounts.flatMap(({ id }, n) => (labelled.has(id) ? [n] : [])),
    *entries(organisationId) {
      for (const { id, band } of accounts) {
        yield entry(organisationId, 'account.registered', start, { account: { id, ageBand: band } });
      }
      for (const [pair, since] of chosen) {
        const [one = '', other = ''] = pair.split(' ');
        const parties = { from: { id: one, ageBand: 'unknown' }, to: { id: other, ageBand: 'unknown' } };
        yield entry(organisationId, 'contact.accepted', since, parties);
      }
    },
    *deeds(organisationId, seal) {
      for (const { type, time, data: whole } of simulated) {
        if (type === 'account.registered') continue;
        const { text, ...data } = whole as { text?: string };
        yield { ...entry(organisationId, type, new Date(time), data), sealed: text ? seal(text) : null };
      }
    },
  };
}

/** Some accounts chose something stricter than the default of their age: that holds at once, without anybody's leave. */
function choicesOf(accounts: World['accounts'], random: () => number): World['choices'] {
  const choices = new Map<string, Choices>();
  while (choices.size < CHOOSING) {
    const { id, band } = accounts[Math.floor(random() * accounts.length)] as World['accounts'][number];
    const isGrown = band === '18-24' || band === 'adult';
    const own: Choices = isGrown
      ? pick([{ messagesFrom: 'contacts' }, { privateAccount: true }, { callsFrom: 'nobody' }], random)
      : pick([{ messagesFrom: 'nobody' }, { callsFrom: 'nobody' }], random);
    choices.set(id, own);
  }
  return choices;
}

function pick<T>(all: readonly T[], random: () => number): T {
  return all[Math.floor(random() * all.length)] as T;
}

let told = 0;
function entry(organisationId: string, type: string, time: Date, data: object): NewEntry {
  return {
    organisationId,
    source: '/bench',
    eventId: `bench-${told++}`,
    type,
    schema: NEWEST_SCHEMA,
    time,
    receivedAt: time,
    key: actorOf({ type, data } as Parameters<typeof actorOf>[0]),
    data,
    sealed: null,
  };
}

function bandAt(place: number): AgeBand {
  let rest = place;
  for (const [band, share] of bands) {
    rest -= share;
    if (rest < 0) return band;
  }
  return 'unknown';
}
