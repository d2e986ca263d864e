/** A seeded stream of choices: the same seed and name give the same stream on every machine. */
export interface Random {
  /** A float in [0, 1). */
  next(): number;
  /** An integer from `low` to `high`, both possible. */
  int(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** An item with probability in proportion to its weight. */
  weighted<T>(items: readonly (readonly [T, number])[]): T;
  /** `count` different items (fewer when there are not enough), in random order. */
  sample<T>(items: readonly T[], count: number): T[];
  /** An independent stream, so that a change in one part of the simulation leaves the others as they were. */
  fork(name: string): Random;
}

export function seededRandom(seed: number | string): Random {
  const next = sfc32(String(seed));
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new RangeError('Nothing to pick from.');
    return items[int(0, items.length - 1)] as T;
  };
  return {
    next,
    int,
    pick,
    chance: (probability) => next() < probability,
    weighted(items) {
      let left = next() * items.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [item, weight] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      return pick(items)[0];
    },
    sample<T>(items: readonly T[], count: number): T[] {
      // Few out of many: try again on a repeat rather than copy the whole list.
      const chosen = new Set<number>();
      const wanted = Math.min(count, items.length);
      if (wanted * 2 > items.length) {
        const rest = [...items];
        return Array.from({ length: wanted }, () => rest.splice(int(0, rest.length - 1), 1)[0] as T);
      }
      while (chosen.size < wanted) chosen.add(int(0, items.length - 1));
      return [...chosen].map((index) => items[index] as T);
    },
    fork: (name) => seededRandom(`${seed}/${name}`),
  };
}

/** sfc32 by Chris Doty-Humphrey (PractRand): 128 bits of state, here from a hash of the seed's text. */
function sfc32(seed: string): () => number {
  let [a, b, c, d] = [hash(seed, 1), hash(seed, 2), hash(seed, 3), 1];
  const next = () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 15; round++) next();
  return next;
}

/** FNV-1a with a salt. */
function hash(text: string, salt: number): number {
  let value = 0x811c9dc5 ^ Math.imul(salt, 0x9e3779b1);
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value | 0;
}
