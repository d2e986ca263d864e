import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { createIndex, type HashIndex } from './hash-index.ts';

const workers: Worker[] = [];

/** A thread that asks an index again and again, and tells what it missed: see reader.worker.ts. */
async function reader(index: HashIndex, asked: Uint8Array, radius: number): Promise<Worker> {
  const url = new URL('./reader.worker.ts', import.meta.url);
  const worker = new Worker(url, { workerData: { shared: index.share(), asked, radius } });
  workers.push(worker);
  await once(worker, 'message');
  return worker;
}

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.terminate()));
});

/** Hashes whose words come from a few values only, so that buckets are long and move often. */
function crowdedHash(at: number): Uint8Array {
  const hash = new Uint8Array(32);
  let state = Math.imul(at + 1, 0x9e3779b1) >>> 0;
  for (let byte = 0; byte < 32; byte += 2) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    hash[byte] = (state >>> 8) & 0x3f;
    hash[byte + 1] = byte;
  }
  return hash;
}

describe('readers in other threads', () => {
  it('never miss what stays, nor see what never was, while the writer inserts, changes and removes', async () => {
    const index = createIndex();
    const stay = 2000;
    const asked = new Uint8Array(32 * stay);
    for (let at = 0; at < stay; at++) {
      asked.set(crowdedHash(at), 32 * at);
      index.insert(BigInt(at), crowdedHash(at));
    }
    for (let at = stay; at < 20_000; at++) index.insert(BigInt(at), crowdedHash(at));
    const readers = await Promise.all([reader(index, asked, 8), reader(index, asked, 8)]);
    const before = index.memoryBytes;
    for (let round = 0; round < 6; round++) {
      for (let at = 0; at < 12_000; at++) {
        const id = stay + ((at * 7919 + round * 104_729) % 60_000);
        if ((at + round) % 3 === 0) index.remove(BigInt(id));
        else index.insert(BigInt(id), crowdedHash(id));
      }
    }
    expect(index.memoryBytes).toBeLessThan(before + 64e6);
    for (const worker of readers) {
      worker.postMessage('stop');
      const [told] = (await once(worker, 'message')) as [{ queries: number; faults: string[] }];
      expect(told.faults).toEqual([]);
      expect(told.queries).toBeGreaterThan(100);
    }
  });

  it('see a new hash at once, and miss a removed one at once', async () => {
    const index = createIndex();
    for (let at = 0; at < 6000; at++) index.insert(BigInt(at), crowdedHash(at));
    const worker = await reader(index, crowdedHash(0), 31);
    const fresh = crowdedHash(123_456_789);
    const ask = async () => {
      worker.postMessage(fresh);
      const [ids] = (await once(worker, 'message')) as [bigint[]];
      return ids;
    };
    expect(await ask()).not.toContain(77_777n);
    index.insert(77_777n, fresh);
    expect(await ask()).toContain(77_777n);
    index.remove(77_777n);
    expect(await ask()).not.toContain(77_777n);
  });
});
