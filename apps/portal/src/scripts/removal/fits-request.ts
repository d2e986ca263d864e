import type { Item } from './hash-file.ts';

/** Hashes that the server takes in one request. */
const MOST_HASHES = 2000;

/**
 * Why a file cannot be sent with the others, or null: the same file (`twice`), another with the same fingerprint
 * (`alike`), or no more room in one request (`full`).
 */
export function whyNotWith(item: Item, others: Item[]): 'twice' | 'alike' | 'full' | null {
  if (others.some(({ sha256 }) => sha256 === item.sha256)) return 'twice';
  const own = looksOf(item);
  if (own !== '' && others.some((other) => looksOf(other) === own)) return 'alike';
  const hashes = [item, ...others].reduce((sum, one) => sum + countHashes(one), 0);
  return hashes > MOST_HASHES ? 'full' : null;
}

function looksOf(item: Item): string {
  if (item.type === 'image') return item.pdq?.hash ?? '';
  return (item.frames ?? []).map(({ hash }) => `${hash} `).join('');
}

function countHashes(item: Item): number {
  const digests = 2;
  if (item.type === 'video') return digests + (item.frames?.length ?? 0);
  return digests + (item.pdq ? 1 + item.pdq.turned.length : 0);
}
