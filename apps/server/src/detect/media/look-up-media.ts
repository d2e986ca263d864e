import { randomUUID } from 'node:crypto';
import { LEAST_FRAME_QUALITY, parseHash } from '@keben/pdq';
import type { Tx } from '../../base/database.ts';
import {
  type BankRow,
  contentsById,
  contentsWith,
  framesOf,
  kindsByBank,
  listBanks,
  PDQ_QUALITY,
  type Signal,
  type SignalKind,
} from './banks/index.ts';
import {
  asksBank,
  type Candidate,
  filmCandidates,
  matchesOf,
  nearest,
  pictureCandidates,
} from './candidates.ts';
import type { HashMatch } from './hash-match.ts';
import type { LiveIndexes, NearHash } from './live/index.ts';

/** The hashes of one item: what can be compared with banks. Lower-case hexadecimal. */
export interface LookedUp {
  pdq?: string | undefined;
  /** 0–100; unknown counts as good enough. */
  pdqQuality?: number | undefined;
  /** PDQ hashes of the item turned and mirrored. */
  dihedral?: { orientation: string; pdq: string }[] | undefined;
  /** Frames of a film. */
  frames?: { hash: string; quality: number }[] | undefined;
  md5?: string | undefined;
  sha1?: string | undefined;
  sha256?: string | undefined;
  /** With the same seed the same banks are asked, where a bank takes part in some look-ups only; by chance without it. */
  seed?: string | undefined;
  /** Asks every bank, also those that take part in some look-ups or in none. */
  everyBank?: boolean | undefined;
}

export const unavailableReasons = [
  'no-hash',
  'low-quality',
  'not-comparable',
  'loading',
  'stale',
  'too-many',
] as const;
export type UnavailableReason = (typeof unavailableReasons)[number];

/**
 * The answer for one item. `unavailable` is not `no-match`: something could not be compared. `no-hash`: the item carries
 * none; `low-quality`: its PDQ hash has too little shape; `not-comparable`: no bank that was asked holds a hash of these
 * kinds; `loading`, `stale`, `too-many`: the index in memory is not there yet, not fresh, or would be too large.
 */
export type Lookup =
  | { status: 'match'; matches: HashMatch[] }
  | { status: 'no-match' }
  | { status: 'unavailable'; why: UnavailableReason };

export function matchesIn(lookup: Lookup): HashMatch[] {
  return lookup.status === 'match' ? lookup.matches : [];
}

/** A bank that took part in a look-up. */
export type AskedBank = Pick<BankRow, 'number' | 'name'>;

/** The answer for one item, with what it was compared with and by. */
export type ItemLookup = Lookup & {
  /** True when there was something to compare with, whether that worked or not. */
  wanted: boolean;
  /** The banks that were asked and hold hashes of these kinds; none when the answer is `unavailable`. */
  banks: AskedBank[];
  /** The hashes by which it was compared; none when the answer is `unavailable`. */
  kinds: SignalKind[];
};

export interface Lookups {
  /** Names of the banks that take part. */
  banks: string[];
  /** What was known at this moment was compared. */
  asOf: Date;
  items: ItemLookup[];
}

export interface LookupOptions {
  now: Date;
  /** Waits for an index that is still loading. */
  wait?: boolean;
}

/** Looks items up in an organisation's banks; in a transaction of that organisation or the system. */
export type HashLookup = (
  tx: Tx,
  organisationId: string,
  items: LookedUp[],
  options: LookupOptions,
) => Promise<Lookups>;

/** What one item is compared by, and what memory says. */
interface Asking {
  carried: SignalKind[];
  compared: SignalKind[];
  /** Kinds that could have been compared, had they enough shape. */
  flat: SignalKind[];
  /** Whether a bank that is asked holds anything. */
  wanted: boolean;
  candidates: Candidate[];
  /** Asked of the database to the bit. */
  exact: Signal[];
  unanswered: UnavailableReason | undefined;
  /** The banks that are asked for this item. */
  asked: BankRow[];
}

const BREATHE_MS = 20;

export function createHashLookup(live: Pick<LiveIndexes, 'near' | 'refreshIn'>): HashLookup {
  return async (tx, organisationId, items, { now, wait = false }) => {
    const banks = await listBanks(tx, organisationId);
    const heldBy = await kindsByBank(tx, organisationId);
    await live.refreshIn(tx, organisationId, { wait });
    let asOf = now;

    function asking(item: LookedUp): Asking {
      const { seed = randomUUID(), everyBank = false } = item;
      const mine = banks.filter((bank) => everyBank || asksBank(bank, seed));
      const thresholds = new Map(mine.map(({ number, threshold }) => [number, threshold]));
      const radius = Math.max(0, ...thresholds.values());
      // What other banks hold is nothing that this item is compared with.
      const held = new Set(mine.flatMap(({ number }) => [...(heldBy.get(number) ?? [])]));
      const carried = carriedKinds(item);
      const flat = flatKinds(item).filter((kind) => held.has(kind));
      const compared = carried.filter((kind) => held.has(kind) && !flat.includes(kind));
      const exact = compared.flatMap((kind): Signal[] => {
        const value = kind === 'vpdq' || kind === 'pdq' ? undefined : item[kind];
        return value === undefined ? [] : [{ kind, value }];
      });
      let unanswered: UnavailableReason | undefined;
      const near = (kind: 'pdq' | 'vpdq', hashes: string[]): NearHash[][] => {
        const answer = live.near(organisationId, kind, hashes.map(bytesOf), radius);
        if (answer.status === 'unavailable') {
          unanswered = answer.why;
          return [];
        }
        if (answer.asOf < asOf) asOf = answer.asOf;
        return answer.found.map((found) =>
          found.filter(({ bank, distance }) => distance <= (thresholds.get(bank) ?? -1)),
        );
      };
      const candidates: Candidate[] = [];
      if (compared.includes('pdq') && item.pdq !== undefined) {
        const turned = item.dihedral ?? [];
        const found = near('pdq', [item.pdq, ...turned.map(({ pdq }) => pdq)]);
        for (const [at, one] of found.entries()) {
          candidates.push(
            ...pictureCandidates(nearest(one), at === 0 ? undefined : turned[at - 1]?.orientation),
          );
        }
        // Where memory has no answer the database still knows what is the same to the bit.
        if (unanswered) exact.push({ kind: 'pdq', value: item.pdq });
      }
      if (compared.includes('vpdq')) {
        candidates.push(...filmCandidates(near('vpdq', framesShown(item))));
      }
      return { carried, compared, flat, wanted: held.size > 0, candidates, exact, unanswered, asked: mine };
    }

    const asked: Asking[] = [];
    let since = performance.now();
    for (const item of items) {
      asked.push(asking(item));
      // Films of hundreds of frames take a while in memory: others get their turn between items.
      if (performance.now() - since > BREATHE_MS) {
        await new Promise<void>((done) => setImmediate(done));
        since = performance.now();
      }
    }
    const exact = await contentsWith(
      tx,
      organisationId,
      asked.flatMap((one) => one.exact),
    );
    for (const one of asked) {
      for (const { kind, value } of one.exact) {
        const same = exact.filter((hit) => hit.kind === kind && hit.value === value);
        one.candidates.push(...same.map(({ content }) => ({ content, kind, distance: 0 })));
      }
    }
    const found = asked.flatMap(({ candidates }) => candidates);
    const contents = await contentsById(tx, organisationId, [
      ...new Set(found.map(({ content }) => content)),
    ]);
    const films = found.filter(({ film }) => film).map(({ content }) => content);
    const frames = await framesOf(tx, organisationId, [...new Set(films)]);
    const known = { contents, frames, now };
    return {
      banks: banks.filter(({ enabledRatio }) => enabledRatio > 0).map(({ name }) => name),
      asOf,
      items: asked.map((one): ItemLookup => {
        const lookup = answerOf(one);
        const compared = lookup.status !== 'unavailable';
        return {
          ...lookup,
          wanted: one.wanted,
          banks: compared ? banksHolding(one) : [],
          kinds: compared ? one.compared : [],
        };
      }),
    };

    /** The banks that were asked and hold a hash of a kind that was compared. */
    function banksHolding({ asked, compared }: Asking): AskedBank[] {
      return asked
        .filter(({ number }) => compared.some((kind) => heldBy.get(number)?.has(kind)))
        .map(({ number, name }) => ({ number, name }));
    }

    function answerOf({ carried, compared, flat, candidates, unanswered, asked }: Asking): Lookup {
      const matches = matchesOf(candidates, { ...known, asked: new Set(asked.map(({ id }) => id)) });
      if (matches.length > 0) return { status: 'match', matches };
      if (unanswered) return { status: 'unavailable', why: unanswered };
      // A copy of a known picture is found by its looks: other bytes alone say nothing of it.
      if (flat.length > 0) return { status: 'unavailable', why: 'low-quality' };
      if (compared.length > 0) return { status: 'no-match' };
      return { status: 'unavailable', why: carried.length === 0 ? 'no-hash' : 'not-comparable' };
    }
  };
}

function carriedKinds(item: LookedUp): SignalKind[] {
  return [
    ...(item.pdq === undefined ? [] : (['pdq'] as const)),
    ...(item.frames?.length ? (['vpdq'] as const) : []),
    ...(['md5', 'sha1', 'sha256'] as const).filter((kind) => item[kind] !== undefined),
  ];
}

/** Kinds that the item carries with too little shape to be compared. */
function flatKinds(item: LookedUp): SignalKind[] {
  const { pdq, pdqQuality = PDQ_QUALITY, frames = [] } = item;
  return [
    ...(pdq !== undefined && pdqQuality < PDQ_QUALITY ? (['pdq'] as const) : []),
    ...(frames.length > 0 && framesShown(item).length === 0 ? (['vpdq'] as const) : []),
  ];
}

/** Hashes of a film's frames with enough shape, each once: a still that stays on for a minute is one frame. */
function framesShown({ frames = [] }: LookedUp): string[] {
  return [...new Set(frames.filter(({ quality }) => quality >= LEAST_FRAME_QUALITY).map(({ hash }) => hash))];
}

function bytesOf(hash: string): Uint8Array {
  const bytes = parseHash(hash);
  if (!bytes) throw new Error('a hash that was checked at the door is none');
  return bytes;
}
