import { randomUUID } from 'node:crypto';
import { parseHash } from '@keben/pdq';
import type { Database } from '../../../base/database.ts';
import { type BankRow, contentsById, contentsWith, listBanks } from '../banks/index.ts';
import { asksBank, matchesOf, pictureCandidates } from '../candidates.ts';
import type { HashMatch } from '../hash-match.ts';
import type { LiveIndexes } from '../live/index.ts';
import type { HashLookup } from '../look-up-media.ts';
import { HmaError } from './hma-error.ts';
import { type SignalType, signalsOfText, signalTypes } from './signal-types.ts';
import { createTruthDesk } from './truth-desk.ts';

/** Matches of one signal; throws a 503 where nothing can be said. `seed` decides which banks with a ratio are asked. */
export type SignalLookup = (
  organisationId: string,
  type: SignalType,
  signal: string,
  seed?: string,
) => Promise<HashMatch[]>;

export interface SignalLookupParts {
  database: Database;
  live: LiveIndexes;
  lookUp: HashLookup;
  now: () => Date;
}

const LOADING_MS = 1000;

/**
 * One signal at a time, as fast as memory is: the database is asked only when something is near, when banks have changed,
 * and for hashes that are compared to the bit.
 */
export function createSignalLookup({ database, live, lookUp, now }: SignalLookupParts): SignalLookup {
  const truth = createTruthDesk(database);
  const banks = new Map<string, { version: number; all: BankRow[] }>();

  async function banksAt(organisationId: string, version: number): Promise<BankRow[]> {
    const known = banks.get(organisationId);
    if (known?.version === version) return known.all;
    const all = await database.read({ organisation: organisationId }, (tx) => listBanks(tx, organisationId));
    banks.set(organisationId, { version, all });
    return all;
  }

  async function nearPicture(organisationId: string, value: string, seed: string): Promise<HashMatch[]> {
    const hash = parseHash(value);
    if (!hash) throw new Error('a hash that was checked at the door is none');
    const version = await versionOf(live, organisationId);
    const asked = (await banksAt(organisationId, version)).filter((bank) => asksBank(bank, seed));
    const thresholds = new Map(asked.map(({ number, threshold }) => [number, threshold]));
    if (thresholds.size === 0) return [];
    const answer = live.near(organisationId, 'pdq', [hash], Math.max(...thresholds.values()));
    if (answer.status === 'unavailable') throw notReady(answer.why);
    const found = (answer.found[0] ?? []).filter(
      ({ bank, distance }) => distance <= (thresholds.get(bank) ?? -1),
    );
    if (found.length === 0) return [];
    const contents = await truth(organisationId, [...new Set(found.map(({ content }) => content))]);
    return matchesOf(pictureCandidates(found), {
      contents,
      frames: new Map(),
      asked: new Set(asked.map(({ id }) => id)),
      now: now(),
    });
  }

  return async (organisationId, type, text, seed = randomUUID()) => {
    const signals = signalsOfText(type, text);
    const [first] = signals;
    if (!first) return [];
    if (first.kind === 'pdq') return nearPicture(organisationId, first.value, seed);
    return database.transaction(
      { organisation: organisationId },
      async (tx) => {
        if (first.kind === 'vpdq') {
          const frames = signals.map(({ value, quality = 100 }) => ({ hash: value, quality }));
          const { items } = await lookUp(tx, organisationId, [{ frames, seed }], { now: now() });
          const [item] = items;
          if (item?.status === 'unavailable' && item.why !== 'not-comparable') throw notReady(item.why);
          return item?.status === 'match' ? item.matches : [];
        }
        const same = await contentsWith(tx, organisationId, [first]);
        const all = await listBanks(tx, organisationId);
        const contents = await contentsById(
          tx,
          organisationId,
          same.map(({ content }) => content),
        );
        return matchesOf(
          same.map(({ content }) => ({ content, kind: signalTypes[type], distance: 0 })),
          {
            contents,
            frames: new Map(),
            asked: new Set(all.filter((bank) => asksBank(bank, seed)).map(({ id }) => id)),
            now: now(),
          },
        );
      },
      { urgent: true },
    );
  };
}

/** The version that memory is at; waits a moment for what is loading. */
async function versionOf(live: LiveIndexes, organisationId: string): Promise<number> {
  const [state] = live.state(organisationId);
  if (state?.asOf) return state.version;
  await Promise.race([
    live.ready(organisationId),
    new Promise((resolve) => setTimeout(resolve, LOADING_MS).unref()),
  ]);
  const [loaded] = live.state(organisationId);
  if (!loaded?.asOf) throw notReady('loading');
  return loaded.version;
}

function notReady(why: string): HmaError {
  return new HmaError(503, 'index not yet ready', `Nothing can be said of this signal now (${why}).`);
}
