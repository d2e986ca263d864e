import { createHash } from 'node:crypto';
import {
  actionFor,
  type BankRow,
  type Known,
  type KnownContent,
  MOST_FOUND,
  type SignalKind,
} from './banks/index.ts';
import type { HashMatch } from './hash-match.ts';
import type { NearHash } from './live/index.ts';

/** A content that may match an item: what the hashes say, before it is asked whether the content counts. */
export interface Candidate {
  content: number;
  kind: SignalKind;
  distance: number;
  orientation?: string;
  /** For films: percent of the item's frames that match, and how many of the content's. */
  film?: { queryPercent: number; contentFrames: number };
}

/** Films match when so much of either is found in the other: a known film in a longer one, or a piece of it. */
export const FILM_PERCENT = 80;

/** Whether a look-up asks a bank: all do, but for banks that take part in some only. The same for the same seed. Pure. */
export function asksBank({ id, enabledRatio }: Pick<BankRow, 'id' | 'enabledRatio'>, seed: string): boolean {
  if (enabledRatio >= 1 || enabledRatio <= 0) return enabledRatio >= 1;
  const [a = 0, b = 0, c = 0] = createHash('sha256').update(`${id} ${seed}`).digest();
  return (a * 65_536 + b * 256 + c) / 16_777_216 < enabledRatio;
}

/**
 * The nearest contents of each bank: thousands may hold the same picture, and none of one bank hides what another knows.
 * Pure.
 */
export function nearest(found: NearHash[]): NearHash[] {
  if (found.length <= MOST_FOUND) return found;
  const kept = new Map<number, Set<number>>();
  return [...found]
    .sort((a, b) => a.distance - b.distance)
    .filter(({ bank, content }) => {
      const contents = kept.get(bank) ?? new Set();
      if (!contents.has(content) && contents.size >= MOST_FOUND) return false;
      kept.set(bank, contents.add(content));
      return true;
    });
}

/** Contents near a picture in one orientation. Pure. */
export function pictureCandidates(found: NearHash[], orientation?: string): Candidate[] {
  return found.map(({ content, distance }) => ({
    content,
    kind: 'pdq' as const,
    distance,
    ...(orientation === undefined ? {} : { orientation }),
  }));
}

/** Contents that share frames with a film; one list of near hashes for each of its frames. Pure. */
export function filmCandidates(found: NearHash[][]): Candidate[] {
  const by = new Map<number, { frames: Set<number>; ordinals: Set<number>; distances: number[] }>();
  for (const [frame, near] of found.entries()) {
    for (const { content, ordinal, distance } of near) {
      const shared = by.get(content) ?? { frames: new Set(), ordinals: new Set(), distances: [] };
      shared.frames.add(frame);
      shared.ordinals.add(ordinal);
      shared.distances.push(distance);
      by.set(content, shared);
    }
  }
  return [...by].map(([content, { frames, ordinals, distances }]) => ({
    content,
    kind: 'vpdq' as const,
    distance: Math.round(distances.reduce((sum, one) => sum + one, 0) / distances.length),
    film: { queryPercent: (100 * frames.size) / found.length, contentFrames: ordinals.size },
  }));
}

/** What is known of the contents that were found. */
export interface KnownContents {
  contents: Known;
  /** Frames of each film. */
  frames: Map<number, number>;
  /** Ids of the banks that were asked. */
  asked: Set<string>;
  now: Date;
}

/**
 * The matches among an item's candidates: one for each content, the closest, best first. Contents that were retired,
 * removed, are disabled or past their time do not count. Pure.
 */
export function matchesOf(candidates: Candidate[], known: KnownContents): HashMatch[] {
  const best = new Map<number, HashMatch>();
  for (const candidate of candidates) {
    const match = matchOf(candidate, known);
    const before = best.get(candidate.content);
    if (match && (!before || isCloser(match, before))) best.set(candidate.content, match);
  }
  return [...best.values()].sort((a, b) => a.distance - b.distance || (a.content ?? 0) - (b.content ?? 0));
}

/** Of two ways to the same content at the same distance the file's own digest says most: it alone is the same file. */
function isCloser(one: HashMatch, other: HashMatch): boolean {
  return one.distance === other.distance ? rank(one) < rank(other) : one.distance < other.distance;
}

function rank({ kind, orientation }: HashMatch): number {
  if (kind === 'vpdq') return 2;
  return kind === 'pdq' ? (orientation === undefined ? 1 : 2) : 0;
}

function matchOf(candidate: Candidate, known: KnownContents): HashMatch | undefined {
  const row = known.contents.get(candidate.content);
  if (!row || !known.asked.has(row.bank.id) || !counts(row.content, known.now)) return undefined;
  const { content, bank } = row;
  const { kind, distance, orientation } = candidate;
  const film = candidate.film && filmOf(candidate.film, known.frames.get(content.id) ?? 0);
  if (film && Math.max(film.queryPercent, film.contentPercent) < FILM_PERCENT) return undefined;
  // To the bit is said of files only, and of a picture as it stands: films and turned pictures are near at most.
  const apart = kind === 'vpdq' || orientation !== undefined ? Math.max(1, distance) : distance;
  return {
    bank: bank.name,
    content: content.id,
    kind,
    distance,
    source: content.source ?? bank.source,
    reason: content.reason ?? bank.reason,
    generativeAi: bank.generativeAi,
    status: content.status,
    action: actionFor(content.status, bank.action, apart),
    ...(orientation === undefined ? {} : { orientation }),
    ...(film ? { film } : {}),
  };
}

/** Whether a content is compared at all: not retired, disabled or past its time. */
export function counts(
  { status, disabledUntil, expiresAt }: Pick<KnownContent, 'status' | 'disabledUntil' | 'expiresAt'>,
  now: Date,
): boolean {
  return status !== 'retired' && (!disabledUntil || disabledUntil <= now) && (!expiresAt || expiresAt > now);
}

function filmOf({ queryPercent, contentFrames }: NonNullable<Candidate['film']>, frames: number) {
  const round = (percent: number) => Math.round(10 * percent) / 10;
  return {
    queryPercent: round(queryPercent),
    contentPercent: frames === 0 ? 0 : round((100 * contentFrames) / frames),
  };
}
