import type { Tx } from '../../base/database.ts';
import type { Media } from '../event.ts';
import { type HashKind, type HashMatch, hashKinds } from './hash-lists.ts';
import { holdingsOf, matchesOf, pdqHashes } from './hash-store.ts';
import { linearPdqIndex, PDQ_RADIUS, type PdqIndex } from './pdq-index.ts';

/**
 * The answer for one item. `unavailable` is not `no-match`: nothing could be compared. `no-hash`: the item carries none;
 * `not-comparable`: the organisation's lists hold no hash of these kinds (or there is no list); `too-many`: more PDQ
 * hashes than the scan takes, and no exact hash matched.
 */
export type Lookup =
  | { status: 'match'; matches: HashMatch[] }
  | { status: 'no-match' }
  | { status: 'unavailable'; why: 'no-hash' | 'not-comparable' | 'too-many' };

/** Most PDQ hashes of one organisation that are scanned (32 MB in memory). */
export const MAX_SCANNED = 1_000_000;

/** Keeps each organisation's PDQ index until one of its lists changes. */
export type HashLookup = (tx: Tx, organisationId: string, items: Media[]) => Promise<Lookup[]>;

export function createHashLookup(maxScanned = MAX_SCANNED): HashLookup {
  const kept = new Map<string, { signature: string; index: PdqIndex }>();

  async function indexOf(tx: Tx, organisationId: string, signature: string): Promise<PdqIndex> {
    const known = kept.get(organisationId);
    if (known?.signature === signature) return known.index;
    const index = linearPdqIndex(await pdqHashes(tx, organisationId));
    kept.set(organisationId, { signature, index });
    return index;
  }

  return async (tx, organisationId, items) => {
    const holdings = await holdingsOf(tx, organisationId);
    const scan = holdings.pdqCount <= maxScanned;
    const index =
      holdings.kinds.has('pdq') && scan && items.some(({ pdq }) => pdq !== undefined)
        ? await indexOf(tx, organisationId, holdings.signature)
        : undefined;
    // For each item the hashes to ask the database for: its own, and the known ones near its PDQ hash.
    const wanted = items.map((item) => wantedOf(item, holdings.kinds, index));
    const lists = await matchesOf(tx, organisationId, wanted.flat());
    return items.map((item, at): Lookup => {
      const carried = hashKinds.filter((kind) => item[kind] !== undefined);
      if (carried.length === 0) return { status: 'unavailable', why: 'no-hash' };
      if (!carried.some((kind) => holdings.kinds.has(kind))) {
        return { status: 'unavailable', why: 'not-comparable' };
      }
      const matches = (wanted[at] ?? []).flatMap(({ kind, value, distance }) =>
        (lists.get(`${kind} ${value}`) ?? []).map((match) => ({ ...match, distance })),
      );
      if (matches.length > 0) return { status: 'match', matches };
      const unscanned = item.pdq !== undefined && holdings.kinds.has('pdq') && !scan;
      return unscanned ? { status: 'unavailable', why: 'too-many' } : { status: 'no-match' };
    });
  };
}

function wantedOf(
  item: Media,
  kinds: Set<HashKind>,
  index: PdqIndex | undefined,
): { kind: HashKind; value: string; distance: number }[] {
  const exact = hashKinds.flatMap((kind) => {
    const value = item[kind];
    return value !== undefined && kinds.has(kind) && !(kind === 'pdq' && index)
      ? [{ kind, value, distance: 0 }]
      : [];
  });
  const near =
    item.pdq === undefined || !index
      ? []
      : index
          .near(item.pdq, PDQ_RADIUS)
          .map(({ hash, distance }) => ({ kind: 'pdq' as const, value: hash, distance }));
  return [...exact, ...near];
}
