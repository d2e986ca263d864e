import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_LOOKED_AT, scan } from './scan.ts';

/** Candidates `0000`, `0001`, … of which `passes` says which are results; counts what is looked at. */
function candidates(count: number, passes: (index: number) => boolean) {
  const all = Array.from({ length: count }, (_, index) => String(index).padStart(5, '0'));
  const looked = { now: 0 };
  return {
    results: all.filter((_, index) => passes(index)),
    looked,
    source: {
      read: async (after: string, most: number) => all.filter((id) => id > after).slice(0, most),
      judge: async (ids: string[]) => {
        looked.now += ids.length;
        return ids.map((id) => passes(Number(id)));
      },
    },
  };
}

async function pages(limit: number, source: Parameters<typeof scan>[1], looked: { now: number }) {
  const found: string[][] = [];
  for (let after: string | undefined = ''; after !== undefined; ) {
    looked.now = 0;
    const page = await scan({ after, limit }, source);
    expect(looked.now).toBeLessThanOrEqual(MOST_LOOKED_AT);
    expect(page.ids.length).toBeLessThanOrEqual(limit);
    found.push(page.ids);
    after = page.after;
  }
  return found;
}

describe('a search, page by page', () => {
  it('finds each result once and in order, whatever the page and however rare', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 700 }),
        async (count, limit, every) => {
          const { source, results, looked } = candidates(count, (index) => index % every === 0);
          expect((await pages(limit, source, looked)).flat()).toEqual(results);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives a short page with a place to go on when nothing is found for long', async () => {
    const { source, looked } = candidates(5000, (index) => index === 4999);
    expect((await pages(10, source, looked)).map(({ length }) => length)).toEqual([0, 0, 1]);
  });

  it('a page of none looks at nobody and stays where it is', async () => {
    const { source, looked } = candidates(10, () => true);
    expect(await scan({ after: '00003', limit: 0 }, source)).toEqual({ ids: [], after: '00003' });
    expect(looked.now).toBe(0);
  });

  it('a small page does not judge thousands', async () => {
    const { source, looked } = candidates(5000, () => true);
    await scan({ after: '', limit: 5 }, source);
    expect(looked.now).toBeLessThanOrEqual(50);
  });
});
