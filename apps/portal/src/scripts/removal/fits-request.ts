import type { Item } from './hash-file.ts';

/** Hashes that the server takes in one request. */
const MOST_HASHES = 2000;

/** Why a file cannot be sent with the others, or null: it is there already (`twice`), or there is no more room (`full`). */
export function whyNotWith(item: Item, others: Item[]): 'twice' | 'full' | null {
  if (others.some(({ sha256 }) => sha256 === item.sha256)) return 'twice';
  const hashes = [item, ...others].reduce((sum, one) => sum + countHashes(one), 0);
  return hashes > MOST_HASHES ? 'full' : null;
}

function countHashes(item: Item): number {
  const digests = 3;
  if (item.type === 'video') return digests + (item.frames?.length ?? 0);
  return digests + (item.pdq ? 1 + item.pdq.turned.length : 0);
}
