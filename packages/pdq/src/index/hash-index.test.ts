import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIndex, HashIndex, loadIndex, type Match } from './hash-index.ts';
import { Shard } from './shard.ts';

/** A generator of whole numbers from a seed: xorshift, so that a failure can be seen again. */
function numbers(seed: number): (below: number) => number {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

function randomHash(next: (below: number) => number): Uint8Array {
  return Uint8Array.from({ length: 32 }, () => next(256));
}

function flip(hash: Uint8Array, bits: Iterable<number>): Uint8Array {
  const flipped = hash.slice();
  for (const bit of bits) flipped[bit >> 3]! ^= 1 << (bit & 7);
  return flipped;
}

/** So many different bits out of those that are allowed. */
function someBits(next: (below: number) => number, count: number, from = 0, to = 256): Set<number> {
  const bits = new Set<number>();
  while (bits.size < count) bits.add(from + next(to - from));
  return bits;
}

function sorted(matches: Match[]): Match[] {
  return matches.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function bothOf(hashes: Uint8Array[]): { index: HashIndex; plain: HashIndex } {
  const index = createIndex();
  const plain = createIndex({ plain: true });
  const ids = BigUint64Array.from(hashes, (_, at) => BigInt(at) * 0x1_0000_0001n);
  const bytes = new Uint8Array(32 * hashes.length);
  for (const [at, hash] of hashes.entries()) bytes.set(hash, 32 * at);
  index.insertMany(ids, bytes);
  plain.insertMany(ids, bytes);
  return { index, plain };
}

function expectSame(index: HashIndex, plain: HashIndex, query: Uint8Array, radius: number): number {
  const wanted = sorted(plain.query(query, radius));
  expect(sorted(index.query(query, radius))).toEqual(wanted);
  return wanted.length;
}

describe('the exact index', () => {
  it('finds what reading every row finds, at any radius, among random hashes', () => {
    const next = numbers(1);
    const hashes = Array.from({ length: 20_000 }, () => randomHash(next));
    const { index, plain } = bothOf(hashes);
    let found = 0;
    for (let radius = 0; radius <= 64; radius++) {
      for (let at = 0; at < 3; at++) {
        const near = flip(hashes[next(hashes.length)]!, someBits(next, Math.max(0, radius - next(3))));
        found += expectSame(index, plain, near, radius);
        expectSame(index, plain, randomHash(next), radius);
      }
    }
    expect(found).toBeGreaterThanOrEqual(65 * 3);
    expectSame(index, plain, hashes[0]!, 100);
    expectSame(index, plain, hashes[0]!, 256);
  });

  it('finds what reading every row finds in crowds of near-duplicates', () => {
    const next = numbers(2);
    const pictures = Array.from({ length: 30 }, () => randomHash(next));
    const hashes = pictures.flatMap((picture) =>
      Array.from({ length: 500 }, () => flip(picture, someBits(next, next(40)))),
    );
    const { index, plain } = bothOf(hashes);
    let found = 0;
    for (let round = 0; round < 60; round++) {
      const query = flip(pictures[next(30)]!, someBits(next, next(30)));
      found += expectSame(index, plain, query, next(41));
    }
    expect(found).toBeGreaterThan(1000);
  });

  it('finds hashes that differ in one word only, in all words, and just at the limit', () => {
    const next = numbers(3);
    const query = randomHash(next);
    const hashes = Array.from({ length: 9000 }, () => randomHash(next));
    for (let word = 0; word < 16; word++) {
      for (let bits = 0; bits <= 16; bits++)
        hashes.push(flip(query, someBits(next, bits, 16 * word, 16 * word + 16)));
    }
    for (let pair = 0; pair < 8; pair++)
      hashes.push(flip(query, someBits(next, 31, 32 * pair, 32 * pair + 32)));
    for (let each = 1; each <= 4; each++) {
      const bits = Array.from({ length: 16 }, (_, word) => [
        ...someBits(next, each, 16 * word, 16 * word + 16),
      ]);
      hashes.push(flip(query, bits.flat()));
      for (let less = 0; less < 16; less++) {
        hashes.push(
          flip(
            query,
            bits.flatMap((own, word) => (word === less ? own.slice(1) : own)),
          ),
        );
      }
    }
    // All share a word with the query, so that one word is crowded for it and the units must be shared out anew.
    for (let at = 0; at < 9000; at++) {
      const crowd = randomHash(next);
      crowd.set(query.subarray(0, 2));
      hashes.push(crowd);
    }
    const { index, plain } = bothOf(hashes);
    for (let radius = 0; radius <= 63; radius++) expectSame(index, plain, query, radius);
    expect(index.query(query, 31).length).toBeGreaterThan(16 * 17);
  });

  it('finds what reading every row finds where most words are skewed, so that units are shared out by samples', () => {
    const next = numbers(12);
    // Every second word is one of few, as in the hashes of gradients; the others are alike in their upper half.
    const common = Array.from({ length: 6 }, () => randomHash(next));
    const hashes = Array.from({ length: 30_000 }, () => {
      const hash = flip(common[next(6)]!, someBits(next, next(12)));
      for (let word = 0; word < 16; word += 2 + next(3)) hash[2 * word] = next(256);
      return hash;
    });
    const { index, plain } = bothOf(hashes);
    let found = 0;
    for (let round = 0; round < 40; round++) {
      const query = flip(hashes[next(hashes.length)]!, someBits(next, next(34)));
      found += expectSame(index, plain, query, round % 2 === 0 ? 31 : next(64));
    }
    expect(found).toBeGreaterThan(40);
  });

  it('tells all of many matches, more than are handed over at once', () => {
    const next = numbers(4);
    const picture = randomHash(next);
    const { index } = bothOf(Array.from({ length: 70_000 }, () => flip(picture, someBits(next, 4))));
    const matches = index.query(picture, 31);
    expect(new Set(matches.map(({ id }) => id)).size).toBe(70_000);
    expect(matches.every(({ distance }) => distance === 4)).toBe(true);
  });

  it('stays equal to the plain one through insertions, changes, removals and snapshots', async () => {
    const step = fc.record({
      what: fc.constantFrom('insert', 'insert', 'change', 'remove', 'snapshot', 'query' as const),
      count: fc.integer({ min: 1, max: 6000 }),
      seed: fc.integer({ min: 1, max: 2 ** 31 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), async (steps) => {
        let index = createIndex();
        const plain = createIndex({ plain: true });
        const ids: bigint[] = [];
        const centre = randomHash(numbers(7));
        const fresh = (next: (below: number) => number) =>
          next(2) === 0 ? randomHash(next) : flip(centre, someBits(next, next(60)));
        for (const { what, count, seed } of steps) {
          const next = numbers(seed);
          for (let at = 0; what === 'insert' && at < count; at++) {
            const id = (BigInt(next(2 ** 31)) << 33n) | BigInt(next(2 ** 31));
            const hash = fresh(next);
            index.insert(id, hash);
            plain.insert(id, hash);
            ids.push(id);
          }
          for (let at = 0; what === 'change' && ids.length > 0 && at < count / 4; at++) {
            const id = ids[next(ids.length)]!;
            const hash = fresh(next);
            index.insert(id, hash);
            plain.insert(id, hash);
          }
          for (let at = 0; what === 'remove' && ids.length > 0 && at < count / 2; at++) {
            const id = ids[next(ids.length)]!;
            expect(index.remove(id)).toBe(plain.remove(id));
            expect(index.get(id)).toBeUndefined();
          }
          if (what === 'snapshot') index = await loadIndex(index.snapshot());
          expect(index.size).toBe(plain.size);
          for (let at = 0; at < 4; at++) expectSame(index, plain, fresh(next), next(41));
          if (ids.length > 0) {
            const id = ids[next(ids.length)]!;
            expect(index.get(id)).toEqual(plain.get(id));
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  it('gives the nearest first, and no more than asked', () => {
    const next = numbers(8);
    const query = randomHash(next);
    const hashes = Array.from({ length: 60 }, (_, at) => flip(query, someBits(next, 4 * at)));
    const { index, plain } = bothOf(hashes);
    expect(index.nearest(query, 5).map(({ distance }) => distance)).toEqual([0, 4, 8, 12, 16]);
    expect(index.nearest(query, 5, 9)).toHaveLength(3);
    expect(index.nearest(query, 100)).toEqual(plain.nearest(query, 100));
    expect(index.nearest(query, 100)).toHaveLength(60);
    expect(index.nearest(query, 0)).toEqual([]);
    for (const within of [-1, 31.5, 257, Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(() => index.nearest(query, 1, within)).toThrow(RangeError);
    }
    for (const k of [-1, 1.5, Number.NaN]) expect(() => index.nearest(query, k)).toThrow(RangeError);
  });

  it('answers a batch as it answers each query', () => {
    const next = numbers(13);
    const hashes = Array.from({ length: 5000 }, () => randomHash(next));
    const { index } = bothOf(hashes);
    const queries = [...hashes.slice(0, 20).map((hash) => flip(hash, someBits(next, 30))), randomHash(next)];
    expect(index.queryBatch(Uint8Array.from(queries.flatMap((query) => [...query])), 31)).toEqual(
      queries.map((query) => index.query(query, 31)),
    );
    expect(index.queryBatch(new Uint8Array(0), 31)).toEqual([]);
    expect(() => index.queryBatch(new Uint8Array(33), 31)).toThrow(RangeError);
    expect(() => index.queryBatch(new Uint8Array(0), 300)).toThrow(RangeError);
  });

  it('is the same in several shards, one of them without tables', async () => {
    const next = numbers(14);
    const inShards = () => new HashIndex(() => new Shard(6000));
    let index = inShards();
    const plain = createIndex({ plain: true });
    const pictures = Array.from({ length: 20 }, () => randomHash(next));
    const fresh = () => flip(pictures[next(20)]!, someBits(next, next(40)));
    // Ids stand up to four times, in one shard or in two; the last counts.
    const ids = BigUint64Array.from({ length: 20_000 }, () => BigInt(next(14_000)));
    const hashes = Uint8Array.from(Array.from(ids, fresh).flatMap((hash) => [...hash]));
    index.insertMany(ids, hashes);
    plain.insertMany(ids, hashes);
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 4000; at++) {
        const id = BigInt(next(16_000));
        if (next(2) === 0) expect(index.remove(id)).toBe(plain.remove(id));
        else {
          const hash = fresh();
          index.insert(id, hash);
          plain.insert(id, hash);
        }
      }
      expect(index.size).toBe(plain.size);
      expect(index.share().shards.length).toBeGreaterThan(1);
      for (let at = 0; at < 10; at++) expectSame(index, plain, fresh(), next(41));
      const loaded = inShards();
      await loaded.load(index.snapshot());
      index = loaded;
    }
  });

  it('finds an id that was taken out and put in again under its last hash only', () => {
    const next = numbers(15);
    const { index } = bothOf(Array.from({ length: 6000 }, () => randomHash(next)));
    const [a, b] = [randomHash(next), randomHash(next)];
    const id = 1n << 63n;
    for (let round = 0; round < 300; round++) {
      const [now, before] = round % 2 === 0 ? [a, b] : [b, a];
      if (round % 3 === 0) expect(index.remove(id)).toBe(round > 0);
      index.insert(id, now);
      index.insert(id, now);
      expect(index.size).toBe(6001);
      expect(index.get(id)).toEqual(now);
      expect(index.query(now, 31)).toEqual([{ id, distance: 0 }]);
      expect(index.query(before, 31)).toEqual([]);
    }
    expect(() => index.get(-1n)).toThrow(RangeError);
  });

  it('uses memory again that changes leave behind', () => {
    const next = numbers(16);
    const count = 80_000;
    const hashes = Array.from({ length: count }, () => randomHash(next));
    const { index } = bothOf(hashes);
    const idOf = (number: number) => BigInt(number) * 0x1_0000_0001n;
    // Buckets get room to grow, 2 or 3 entries more than when built, and tables wait for each other to be tidied.
    const most = 1.5 * index.memoryBytes;
    for (let number = 0; number < count; number++) {
      index.remove(idOf(number));
      index.insert(idOf(number + count), randomHash(next));
    }
    expect(index.memoryBytes).toBeLessThan(most);
    for (let number = count; number < 2 * count; number++) {
      if (!index.remove(idOf(number))) throw new Error(`${number} is not there`);
    }
    expect(index.size).toBe(0);
    for (const [number, hash] of hashes.entries()) index.insert(idOf(number), hash);
    expect(index.memoryBytes).toBeLessThan(most);
    for (let number = 0; number < count; number += 1000) {
      const near = flip(hashes[number]!, someBits(next, 31));
      expect(index.query(near, 31)).toEqual([{ id: idOf(number), distance: 31 }]);
    }
  });

  it('keeps the last of equal ids, and takes ids of 64 bits', () => {
    const next = numbers(9);
    const [a, b] = [randomHash(next), randomHash(next)];
    const top = 2n ** 64n - 1n;
    const index = createIndex();
    index.insertMany(BigUint64Array.of(top, 0n, top), Uint8Array.from([...a, ...a, ...b]));
    expect(index.size).toBe(2);
    expect(index.query(b, 0)).toEqual([{ id: top, distance: 0 }]);
    expect(index.query(a, 0)).toEqual([{ id: 0n, distance: 0 }]);
    expect(() => index.insert(2n ** 64n, a)).toThrow(RangeError);
    expect(() => index.insert(-1n, a)).toThrow(RangeError);
    expect(() => index.insert(1n, a.subarray(1))).toThrow(RangeError);
    expect(() => index.query(a, 257)).toThrow(RangeError);
    expect(() => index.query(a, 1.5)).toThrow(RangeError);
  });
});

describe('a snapshot', () => {
  const parts = (index: HashIndex) => [...index.snapshot()].map((part) => part.slice());

  it('that is damaged or cut off anywhere is refused', async () => {
    const next = numbers(10);
    const { index } = bothOf(Array.from({ length: 300 }, () => randomHash(next)));
    const file = new Uint8Array(await new Blob(parts(index)).arrayBuffer());
    expect((await loadIndex([file])).size).toBe(300);
    for (const length of [0, 7, 8, 12, 1000, file.length - 24, file.length - 1]) {
      await expect(loadIndex([file.subarray(0, length)])).rejects.toThrow(/cut off/);
    }
    for (let round = 0; round < 50; round++) {
      const place = next(file.length - 24);
      const damaged = file.slice();
      damaged[place]! ^= 1 << next(8);
      // The spare word of a frame's head counts too.
      await expect(loadIndex([damaged])).rejects.toThrow();
    }
  });

  it('that is damaged in its end, or goes on after it, is refused', async () => {
    const next = numbers(17);
    const { index } = bothOf(Array.from({ length: 30 }, () => randomHash(next)));
    const file = new Uint8Array(await new Blob(parts(index)).arrayBuffer());
    for (let bit = 8 * (file.length - 24); bit < 8 * file.length; bit++) {
      await expect(loadIndex([flip(file, [bit])])).rejects.toThrow(/snapshot/);
    }
    await expect(loadIndex([file, new Uint8Array(0), Uint8Array.of(0)])).rejects.toThrow(/follows its end/);
    await expect(loadIndex([file, file])).rejects.toThrow(/follows its end/);
    expect((await loadIndex([file, new Uint8Array(0)])).size).toBe(30);
  });

  it('that is damaged leaves the index empty and its file closed', async () => {
    const next = numbers(18);
    const hashes = Array.from({ length: 20_000 }, () => randomHash(next));
    const file = parts(bothOf(hashes).index);
    let closed = 0;
    function* open(damaged: boolean) {
      try {
        for (const part of file) yield part;
        if (damaged) yield Uint8Array.of(1);
      } finally {
        closed++;
      }
    }
    const index = createIndex();
    await expect(index.load(open(true))).rejects.toThrow(/follows its end/);
    expect(closed).toBe(1);
    expect(index.size).toBe(0);
    expect(index.query(hashes[0]!, 31)).toEqual([]);
    await index.load(open(false));
    expect(index.size).toBe(20_000);
    await expect(index.load(open(false))).rejects.toThrow(/new index only/);
  });

  it('written while ids are removed and changed holds what was there all the time, once', async () => {
    const next = numbers(11);
    const { index } = bothOf(Array.from({ length: 40_000 }, () => randomHash(next)));
    const stay = Array.from({ length: 20_000 }, (_, at) => BigInt(2 * at) * 0x1_0000_0001n);
    const file: Uint8Array[] = [];
    for (const part of index.snapshot()) {
      file.push(part);
      for (let round = 0; round < 3000; round++) {
        const id = BigInt(2 * next(20_000) + 1) * 0x1_0000_0001n;
        if (next(3) === 0) index.insert(id, randomHash(next));
        else index.remove(id);
      }
    }
    const loaded = await loadIndex(file);
    for (const id of stay) expect(loaded.get(id)).toEqual(index.get(id));
    const { size } = loaded;
    for (let at = 0; at < 40_000; at++) loaded.remove(BigInt(at) * 0x1_0000_0001n);
    expect(loaded.size).toBe(0);
    expect(size).toBeGreaterThanOrEqual(20_000);
  });
});
