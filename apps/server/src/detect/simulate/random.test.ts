import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.ts';

describe('seededRandom', () => {
  it('gives the same stream for the same seed, and another for another', () => {
    const draw = (seed: number) => Array.from({ length: 20 }, seededRandom(seed).next);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('forks into streams that do not depend on how far the parent has come', () => {
    const fresh = seededRandom(5);
    const used = seededRandom(5);
    used.next();
    expect(used.fork('a').next()).toBe(fresh.fork('a').next());
    expect(fresh.fork('a').next()).not.toBe(fresh.fork('b').next());
  });

  it('stays within bounds and samples without repeats', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 0, max: 60 }),
        (seed, size, count) => {
          const random = seededRandom(seed);
          const items = Array.from({ length: size }, (_, n) => n);
          const chosen = random.sample(items, count);
          expect(new Set(chosen).size).toBe(Math.min(size, count));
          const value = random.int(3, 9);
          expect(value).toBeGreaterThanOrEqual(3);
          expect(value).toBeLessThanOrEqual(9);
        },
      ),
    );
  });

  it('follows the weights', () => {
    const random = seededRandom(3);
    const drawn = Array.from({ length: 2000 }, () =>
      random.weighted([
        ['often', 9],
        ['seldom', 1],
      ] as const),
    );
    const seldom = drawn.filter((item) => item === 'seldom').length;
    expect(seldom).toBeGreaterThan(140);
    expect(seldom).toBeLessThan(260);
  });
});
