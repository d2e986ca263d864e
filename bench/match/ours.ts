import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createIndex, type HashIndex } from '@keben/pdq';
import type { MatchSet } from './sets.ts';

export const RADIUS = 31;

/** What one configuration did with a set. */
export interface Measured {
  name: string;
  threads: number;
  queriesASecond: number;
  /** Microseconds of single queries: median, 99 of 100, slowest. */
  p50: number;
  p99: number;
  worst: number;
  megabytes: number;
  buildSeconds: number;
  /** Share of the planted hashes that were found. */
  recall: number;
  /** Queries asked, when the time was up before all were. */
  asked?: number;
  /** All matches of all queries, as `query hash distance`, to compare two configurations; absent when not all were asked. */
  matches?: string[];
}

/** Times of single queries in milliseconds, and how long all took. */
export interface Round {
  times: number[];
  total: number;
}

/** One query after another. */
export function askAll(ask: (hash: Uint8Array) => unknown, queries: Uint8Array): Round {
  const times: number[] = [];
  const start = performance.now();
  for (let at = 0; at < queries.length; at += 32) {
    const before = performance.now();
    ask(queries.subarray(at, at + 32));
    times.push(performance.now() - before);
  }
  return { times, total: performance.now() - start };
}

/** Median, 99 of 100 and slowest, in microseconds. */
export function quantiles(milliseconds: number[]): Pick<Measured, 'p50' | 'p99' | 'worst'> {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) =>
    1000 * (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), worst: at(1) };
}

/** Builds an index of the set; how long that took, in seconds. */
export function build(set: MatchSet): { index: HashIndex; seconds: number } {
  const ids = new BigUint64Array(set.hashes.length / 32);
  for (let at = 0; at < ids.length; at++) ids[at] = BigInt(at);
  const index = createIndex();
  const before = performance.now();
  index.insertMany(ids, set.hashes);
  return { index, seconds: (performance.now() - before) / 1000 };
}

/** One thread, then as many as asked over the same memory: the best of `rounds` each. */
export async function measureOurs(set: MatchSet, threads: number[], rounds: number): Promise<Measured[]> {
  const { index, seconds } = build(set);
  const name = 'keben';
  const found = checked(index, set);
  const shared = { name, megabytes: index.memoryBytes / 1e6, buildSeconds: seconds, ...found };
  const measured: Measured[] = [];
  for (const count of threads) {
    if (count === 1) {
      const all = Array.from({ length: rounds }, () =>
        askAll((hash) => index.query(hash, RADIUS), set.queries),
      );
      const best = all.reduce((a, b) => (a.total <= b.total ? a : b));
      const queriesASecond = (1000 * best.times.length) / best.total;
      measured.push({ ...shared, threads: 1, queriesASecond, ...quantiles(best.times) });
      continue;
    }
    measured.push({ ...shared, threads: count, ...(await askFromWorkers(index, set, count, rounds)) });
  }
  return measured;
}

function checked(index: HashIndex, set: MatchSet): { recall: number; matches: string[] } {
  const matches: string[] = [];
  let planted = 0;
  let found = 0;
  for (const [query, ids] of index.queryBatch(set.queries, RADIUS).entries()) {
    for (const { id, distance } of ids) matches.push(`${query} ${id} ${distance}`);
    const from = set.planted[query] ?? -1;
    if (from < 0) continue;
    planted++;
    if (ids.some(({ id }) => id === BigInt(from))) found++;
  }
  return { recall: planted === 0 ? 1 : found / planted, matches: matches.sort() };
}

/** Every thread asks all queries; a round lasts until the slowest is through. */
async function askFromWorkers(index: HashIndex, set: MatchSet, threads: number, rounds: number) {
  const workers = Array.from(
    { length: threads },
    () =>
      new Worker(new URL('./reader.ts', import.meta.url), {
        workerData: { shared: index.share(), queries: set.queries },
      }),
  );
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    let best: { total: number; times: number[]; asked: number } | undefined;
    for (let round = 0; round < rounds; round++) {
      const before = performance.now();
      const answers = workers.map((worker) => once(worker, 'message') as Promise<[Round]>);
      for (const worker of workers) worker.postMessage('ask');
      const results = (await Promise.all(answers)).map(([result]) => result);
      const total = performance.now() - before;
      const times = results.flatMap((result) => result.times);
      if (!best || total < best.total) best = { total, times, asked: times.length };
    }
    if (!best) throw new Error('At least one round is needed');
    return { queriesASecond: (1000 * best.asked) / best.total, ...quantiles(best.times) };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
