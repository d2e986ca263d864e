import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { attachIndex, createIndex, type HashIndex } from './hash-index.ts';

const workers: Worker[] = [];

/** A thread that asks an index again and again, and tells what it missed: see reader.worker.ts. */
async function reader(
  index: HashIndex,
  stay: Uint8Array,
  { other = stay, asked = new Int32Array(new SharedArrayBuffer(4)) } = {},
): Promise<Worker> {
  const url = new URL('./reader.worker.ts', import.meta.url);
  const worker = new Worker(url, { workerData: { shared: index.share(), stay, other, asked } });
  workers.push(worker);
  await once(worker, 'message');
  return worker;
}

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.terminate()));
});

/** One of a crowd: a hash with 1–4 set bits, by number. So every bucket holds thousands, and every query finds all. */
function crowded(number: number): Uint8Array {
  const hash = new Uint8Array(32);
  let state = Math.imul(number + 1, 0x9e3779b1);
  for (let bit = 0; bit < 4; bit++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    hash[(state >>> 3) & 31]! |= 1 << (state & 7);
  }
  return hash;
}

/** What a reader found wrong, once it has stopped. */
async function faultsOf(worker: Worker): Promise<string[]> {
  worker.postMessage('stop');
  const [{ faults }] = (await once(worker, 'message')) as [{ faults: string[] }];
  return faults;
}

/** Changes until a reader must have answered. */
const MOST = 1_000_000;

describe('readers in other threads', () => {
  it('never miss what stays, nor tell it twice, while the writer inserts, changes and removes', async () => {
    const index = createIndex();
    const stay = new Uint8Array(32 * 2000);
    // What stays lies between what goes: removing moves the last entry of each bucket, often one that stays.
    for (let number = 0; number < 6000; number++) {
      index.insert(BigInt(number), crowded(number));
      if (number >= 4000) stay.set(crowded(number), 32 * (number - 4000));
    }
    const readers = [await reader(index, stay)];
    const before = index.memoryBytes;
    for (let round = 0; round < 40_000; round++) {
      const number = (round * 7919) % 4000;
      if (round % 3 === 0) index.remove(BigInt(number));
      else index.insert(BigInt(number), crowded(number + round));
    }
    // The garbage of 40,000 changes was given back.
    expect(index.memoryBytes).toBeLessThan(before + 16e6);
    for (const worker of readers) {
      worker.postMessage('stop');
      const [told] = (await once(worker, 'message')) as [{ queries: number; faults: string[] }];
      expect(told.faults).toEqual([]);
      expect(told.queries).toBeGreaterThan(20);
    }
  });

  it('find a hash that is changed as it was or as it is, never neither', async () => {
    const index = createIndex();
    const stay = new Uint8Array(32 * 3000);
    const other = new Uint8Array(32 * 3000);
    for (let number = 0; number < 7000; number++) {
      index.insert(BigInt(number), crowded(number));
      if (number < 4000) continue;
      stay.set(crowded(number), 32 * (number - 4000));
      other.set(crowded(number + 50_000), 32 * (number - 4000));
    }
    const asked = new Int32Array(new SharedArrayBuffer(4));
    const worker = await reader(index, stay, { other, asked });
    for (let round = 0; Atomics.load(asked, 0) < 20 && round < MOST; round++) {
      const number = 4000 + ((round * 7919) % 3000);
      index.insert(BigInt(number), crowded(number + (Math.floor(round / 3000) % 2 === 0 ? 50_000 : 0)));
    }
    expect(await faultsOf(worker)).toEqual([]);
    expect(index.size).toBe(7000);
  }, 60_000);

  it('get all of more matches than are handed over at once while rows are moved', async () => {
    const index = createIndex();
    const count = 66_000;
    const ids = BigUint64Array.from({ length: count }, (_, at) => BigInt(at));
    const hashes = new Uint8Array(32 * count);
    for (let number = 0; number < count; number++) hashes.set(crowded(number), 32 * number);
    index.insertMany(ids, hashes);
    const asked = new Int32Array(new SharedArrayBuffer(4));
    const worker = await reader(index, hashes.slice(32 * 4000), { asked });
    for (let round = 0; Atomics.load(asked, 0) < 1 && round < MOST; round++) {
      const number = (round * 7919) % 4000;
      index.remove(BigInt(number));
      index.insert(BigInt(number), crowded(number));
    }
    expect(await faultsOf(worker)).toEqual([]);
  }, 60_000);

  it('are told when the writer has stopped in the middle of a change', () => {
    const index = createIndex();
    index.insert(1n, crowded(1));
    const shared = index.share();
    const asked = attachIndex(shared);
    // The version, at byte 64, is odd while rows move: as a thread leaves it that is ended then.
    const version = new Int32Array(shared.shards[0]!.memory.buffer, 64, 1);
    Atomics.add(version, 0, 1);
    expect(() => asked.query(crowded(1), 31)).toThrow(/stopped in the middle/);
    Atomics.add(version, 0, 1);
    expect(asked.query(crowded(1), 31)).toEqual([{ id: 1n, distance: 0 }]);
  }, 30_000);

  it('use again what a reader that has gone gave back', () => {
    const index = createIndex();
    index.insert(1n, crowded(1));
    const first = index.share();
    const before = index.memoryBytes;
    expect(index.release(first)).toBe(true);
    expect(index.release(first)).toBe(false);
    for (let round = 0; round < 20; round++) {
      const shared = index.share();
      expect(attachIndex(shared).query(crowded(1), 31)).toEqual([{ id: 1n, distance: 0 }]);
      expect(index.release(shared)).toBe(true);
    }
    expect(index.memoryBytes).toBe(before);
  });

  it('see a new hash at once, and miss a removed one at once', async () => {
    const index = createIndex();
    for (let number = 0; number < 6000; number++) index.insert(BigInt(number), crowded(number));
    const worker = await reader(index, new Uint8Array(0));
    const fresh = crowded(1).map((byte) => ~byte);
    const ask = async () => {
      worker.postMessage(fresh);
      const [ids] = (await once(worker, 'message')) as [bigint[]];
      return ids;
    };
    expect(await ask()).toEqual([]);
    index.insert(77_777n, fresh);
    expect(await ask()).toEqual([77_777n]);
    index.remove(77_777n);
    expect(await ask()).toEqual([]);
  });
});
