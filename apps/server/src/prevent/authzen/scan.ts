import type { Found, Place } from './decision-point.ts';

/** Candidates looked at for one page at most, so that a page costs the same however rare a result is. */
export const MOST_LOOKED_AT = 2000;
const LARGEST_READ = 500;

export interface Scan {
  /** Up to `count` candidates' ids after `after`, in order. */
  read(after: string, count: number): Promise<string[]>;
  /** For each candidate, whether it is a result. */
  judge(ids: string[]): Promise<boolean[]>;
}

/**
 * One page of a search: reads candidates in order and keeps those that pass. Stops at the limit, at the end, or when
 * enough was looked at: such a page is short, even empty, and says where to go on.
 */
export async function scan({ after, limit }: Place, { read, judge }: Scan): Promise<Found> {
  const ids: string[] = [];
  let last = after;
  let looked = 0;
  while (looked < MOST_LOOKED_AT && ids.length < limit) {
    // A small page needs few reads when most pass, and must not judge thousands.
    const count = Math.min(LARGEST_READ, Math.max(50, 2 * limit), MOST_LOOKED_AT - looked);
    const candidates = await read(last, count);
    const passed = await judge(candidates);
    for (const [index, id] of candidates.entries()) {
      if (ids.length === limit) return { ids, after: last };
      if (passed[index]) ids.push(id);
      last = id;
    }
    if (candidates.length < count) return { ids };
    looked += candidates.length;
  }
  return { ids, after: last };
}
