/** Hashes to search in, 32 bytes each, and queries of which some were made from a hash of the set. */
export interface MatchSet {
  hashes: Uint8Array;
  queries: Uint8Array;
  /** For each query the number of the hash that it was made from, −1 for none. */
  planted: Int32Array;
}

/** Whole numbers below 2³² from a seed (xorshift128), quick enough for 80 million of them. */
export function numbers(seed: number): () => number {
  let [a, b, c, d] = [seed | 1, 362436069, 521288629, 88675123];
  return () => {
    const t = a ^ (a << 11);
    a = b;
    b = c;
    c = d;
    d = d ^ (d >>> 19) ^ t ^ (t >>> 8);
    return d >>> 0;
  };
}

export function flip(hashes: Uint8Array, at: number, bits: number, next: () => number): void {
  const done = new Set<number>();
  while (done.size < bits) {
    const bit = next() % 256;
    if (done.has(bit)) continue;
    done.add(bit);
    hashes[32 * at + (bit >> 3)]! ^= 1 << (bit & 7);
  }
}

function fill(bytes: Uint8Array<ArrayBuffer>, next: () => number): void {
  const words = new Uint32Array(bytes.buffer);
  for (let at = 0; at < words.length; at++) words[at] = next();
}

/** Random hashes; every second query is one of them with 20–31 bits flipped, the others are random. */
export function randomSet(size: number, queries: number): MatchSet {
  const next = numbers(20_261_125);
  const hashes = new Uint8Array(32 * size);
  fill(hashes, next);
  const asked = new Uint8Array(32 * queries);
  fill(asked, next);
  const planted = new Int32Array(queries).fill(-1);
  for (let at = 0; at < queries; at += 2) {
    const from = next() % size;
    planted[at] = from;
    asked.set(hashes.subarray(32 * from, 32 * from + 32), 32 * at);
    flip(asked, at, 20 + (next() % 12), next);
  }
  return { hashes, queries: asked, planted };
}

/** Near-duplicates: `copies` of each of size / copies random pictures, 0–24 bits from it; each query one more of them. */
export function crowdedSet(size: number, copies: number, queries: number): MatchSet {
  const next = numbers(7);
  const pictures = new Uint8Array(32 * Math.ceil(size / copies));
  fill(pictures, next);
  const hashes = new Uint8Array(32 * size);
  for (let at = 0; at < size; at++) {
    const from = Math.floor(at / copies);
    hashes.set(pictures.subarray(32 * from, 32 * from + 32), 32 * at);
    flip(hashes, at, next() % 25, next);
  }
  const asked = new Uint8Array(32 * queries);
  const planted = new Int32Array(queries).fill(-1);
  for (let at = 0; at < queries; at++) {
    const from = next() % size;
    planted[at] = from;
    asked.set(hashes.subarray(32 * from, 32 * from + 32), 32 * at);
    flip(asked, at, next() % 9, next);
  }
  return { hashes, queries: asked, planted };
}
