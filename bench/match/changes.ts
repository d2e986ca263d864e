import { createReadStream, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HashIndex, loadIndex } from '@keben/pdq';
import { numbers } from './sets.ts';

const INSERTED = 200_000;
const REMOVED = 50_000;

/** What one change of a live index took, in microseconds, and what the index takes after them. */
export interface Changes {
  what: string;
  count: number;
  mean: number;
  p99: number;
  worst: number;
  megabytes: number;
  /** Hashes then. */
  size: number;
}

/**
 * Inserts 50,000 random hashes one by one into a live index, then 150,000 more; then takes each of these out and inserts
 * another for it; and takes 50,000 out.
 */
export function measureChanges(index: HashIndex): Changes[] {
  const next = numbers(99);
  const words = new Uint32Array(8);
  const hash = new Uint8Array(words.buffer);
  const first = 1n << 40n;
  const insert = (at: number) => {
    for (let word = 0; word < 8; word++) words[word] = next();
    index.insert(first + BigInt(at), hash);
  };
  const measure = (what: string, from: number, to: number, change: (at: number) => void): Changes => {
    const times: number[] = [];
    for (let at = from; at < to; at++) {
      const before = performance.now();
      change(at);
      times.push(1000 * (performance.now() - before));
    }
    times.sort((a, b) => a - b);
    const count = times.length;
    return {
      what,
      count,
      mean: times.reduce((sum, time) => sum + time, 0) / count,
      p99: times[Math.floor(0.99 * count)] ?? 0,
      worst: times.at(-1) ?? 0,
      megabytes: index.memoryBytes / 1e6,
      size: index.size,
    };
  };
  return [
    measure('inserted', 0, REMOVED, insert),
    measure('more inserted', REMOVED, INSERTED, insert),
    measure('removed and others inserted', 0, INSERTED, (at) => {
      index.remove(first + BigInt(at));
      insert(INSERTED + at);
    }),
    measure('removed', INSERTED, INSERTED + REMOVED, (at) => index.remove(first + BigInt(at))),
  ];
}

/** Seconds that writing a snapshot to a file and reading it back take, and the file's megabytes. */
export async function measureSnapshot(
  index: HashIndex,
): Promise<{ write: number; load: number; megabytes: number }> {
  const path = join(tmpdir(), `keben-bench-${process.pid}.hashes`);
  const file = await open(path, 'w');
  try {
    const before = performance.now();
    for (const part of index.snapshot()) await file.write(part);
    await file.sync();
    const { size } = await file.stat();
    const written = performance.now();
    const loaded = await loadIndex(createReadStream(path, { highWaterMark: 1 << 20 }));
    if (loaded.size !== index.size) throw new Error(`Read back ${loaded.size} of ${index.size} hashes`);
    return {
      write: (written - before) / 1000,
      load: (performance.now() - written) / 1000,
      megabytes: size / 1e6,
    };
  } finally {
    await file.close();
    rmSync(path, { force: true });
  }
}
