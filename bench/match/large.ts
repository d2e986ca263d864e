import { askAll, build, quantiles, RADIUS } from './ours.ts';
import { randomSet } from './sets.ts';

const SIZE = 25_000_000;
const WANTED = 100_000_000;
const A_SHARD = 16_777_216;

/**
 * 25 million random hashes in two shards, on one thread; and what 100 million would be. That is no measurement: shards are
 * asked one after another and know nothing of each other, so times, memory and building add up.
 */
export function benchLarge(rounds: number): void {
  const set = randomSet(SIZE, 1000);
  const { index, seconds } = build(set);
  const found = index.queryBatch(set.queries, RADIUS);
  const planted = [...set.planted.entries()].filter(([, from]) => from >= 0);
  const hit = planted.filter(([query, from]) => found[query]?.some(({ id }) => id === BigInt(from)));
  const all = Array.from({ length: rounds }, () => askAll((hash) => index.query(hash, RADIUS), set.queries));
  const best = all.reduce((a, b) => (a.total <= b.total ? a : b));
  const aSecond = (1000 * best.times.length) / best.total;
  const { p50, p99, worst } = quantiles(best.times);
  const gigabytes = index.memoryBytes / 1e9;
  console.log(
    `measured: 25,000,000 random hashes in ${Math.ceil(SIZE / A_SHARD)} shards, 1 thread: ${Math.round(aSecond)} q/s, ` +
      `p50 ${Math.round(p50)} µs, p99 ${Math.round(p99)} µs, worst ${Math.round(worst)} µs, ${gigabytes.toFixed(2)} GB, ` +
      `built in ${seconds.toFixed(0)} s, recall ${(hit.length / planted.length).toFixed(3)}`,
  );
  const times = WANTED / SIZE;
  console.log(
    `EXTRAPOLATED, not measured: 100,000,000 in ${Math.ceil(WANTED / A_SHARD)} shards: ${Math.round(aSecond / times)} q/s a thread ` +
      `(threads over the same memory add theirs), p99 ${Math.round(p99 * times)} µs, ${(gigabytes * times).toFixed(1)} GB, ` +
      `built in ${Math.round(seconds * times)} s`,
  );
  if (hit.length < planted.length) process.exitCode = 1;
}
