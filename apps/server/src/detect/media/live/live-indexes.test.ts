import { randomBytes, randomUUID } from 'node:crypto';
import type { Worker } from 'node:worker_threads';
import { hammingDistance } from '@keben/pdq';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openEmbedded, rows } from '../../../base/database.ts';
import {
  addContents,
  type BankRow,
  createBank,
  dropExpiredContents,
  removeContents,
  takeContentStep,
} from '../banks/index.ts';
import { createLiveIndexes, type LiveIndexes, type LiveParts, type NearAnswer } from './live-indexes.ts';

const one = { id: 'person-1', name: 'Lan' };
const start = new Date('2026-11-20T08:00:00Z');
const hash = () => randomBytes(32).toString('hex');
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** The hash with its first bits turned. */
function near(hex: string, bits: number): string {
  const turned = Buffer.from(hex, 'hex');
  for (let bit = 0; bit < bits; bit++) turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return turned.toString('hex');
}

describe('indexes of hashes in memory', () => {
  let database: Database;
  const opened: LiveIndexes[] = [];
  beforeAll(async () => {
    database = await openEmbedded();
  });
  afterEach(async () => {
    for (const live of opened.splice(0)) await live.close();
  });
  afterAll(() => database.close());

  function indexes(options: Partial<LiveParts> = {}): LiveIndexes {
    const live = createLiveIndexes({
      database,
      log: pino({ level: 'silent' }),
      now: () => start,
      maxHashes: 100_000,
      ...options,
    });
    opened.push(live);
    return live;
  }

  async function bankOf(organisationId = randomUUID()): Promise<BankRow> {
    const settings = { name: 'b', source: 's', reason: 'r' };
    return database.transaction('system', (tx) => createBank(tx, organisationId, settings, one, start));
  }

  const add = (bank: BankRow, values: string[], kind: 'pdq' | 'vpdq' = 'pdq') =>
    database.transaction('system', async (tx) => {
      const contents = values.map((value) => ({ signals: [{ kind, value }] }));
      return (await addContents(tx, bank, contents, one, start)).ids;
    });
  const remove = (bank: BankRow, ids: number[]) =>
    database.transaction('system', (tx) => removeContents(tx, bank.organisationId, ids, one, start));

  /** What the live rows of the database say. */
  async function truth(organisationId: string, asked: string[], radius: number) {
    const live = await database.transaction('system', (tx) =>
      rows<{ content: string; value: string }>(
        tx,
        sql`select content_id::text as content, value from bank_signal where organisation_id = ${organisationId} and kind = 'pdq' and live`,
      ),
    );
    return asked.map((query) =>
      live
        .map(({ content, value }) => ({
          content: Number(content),
          distance: hammingDistance(bytes(value), bytes(query)),
        }))
        .filter(({ distance }) => distance <= radius)
        .sort((a, b) => a.distance - b.distance || a.content - b.content),
    );
  }

  function told(answer: NearAnswer) {
    if (answer.status !== 'ready') throw new Error(`unavailable: ${answer.why}`);
    return answer.found.map((list) => list.map(({ content, distance }) => ({ content, distance })));
  }

  it('equal the live rows after any changes and refreshes, in this thread and in the writing one', async () => {
    const pool = Array.from({ length: 8 }, hash).flatMap((seed) => [seed, near(seed, 5), near(seed, 31)]);
    const step = fc.record({
      what: fc.constantFrom('add', 'retire', 'restore', 'remove', 'purge', 'refresh', 'refreshIn'),
      which: fc.nat(1000),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 25 }),
        fc.boolean(),
        async (steps, apart) => {
          const bank = await bankOf();
          const { organisationId } = bank;
          const live = indexes(apart ? { small: 0 } : {});
          const ids: number[] = [];
          if (apart) ids.push(...(await add(bank, pool.slice(0, 3))));
          for (const { what, which } of steps) {
            const id = ids[which % Math.max(1, ids.length)];
            if (what === 'add') ids.push(...(await add(bank, [pool[which % pool.length] ?? hash()])));
            else if (what === 'refresh') await live.ready(organisationId);
            else if (what === 'refreshIn')
              await database.transaction('system', (tx) => live.refreshIn(tx, organisationId));
            else if (what === 'purge')
              await database.transaction('system', (tx) =>
                dropExpiredContents(tx, new Date(start.getTime() + 49 * 3_600_000)),
              );
            else if (id === undefined) continue;
            else if (what === 'remove') await remove(bank, [id]);
            else
              await database
                .transaction('system', (tx) =>
                  takeContentStep(tx, organisationId, id, what, { by: one, reason: 'r' }, start),
                )
                .catch((fault: Error & { code?: string }) => {
                  expect(['state-conflict', 'not-found']).toContain(fault.code);
                });
          }
          await live.ready(organisationId);
          const answer = live.near(organisationId, 'pdq', pool.map(bytes), 31);
          expect(told(answer)).toEqual(await truth(organisationId, pool, 31));
          await live.close();
        },
      ),
      { numRuns: 15 },
    );
  });

  it('two at once, each with its own view, leave what the newer one saw', async () => {
    const bank = await bankOf();
    const live = indexes({ small: 0 });
    const values = Array.from({ length: 40 }, hash);
    const ids = await add(bank, values.slice(0, 20));
    await live.ready(bank.organisationId);
    await Promise.all([
      add(bank, values.slice(20)),
      live.ready(bank.organisationId),
      database.transaction('system', (tx) => live.refreshIn(tx, bank.organisationId)),
      remove(bank, ids.slice(0, 5)),
      live.ready(bank.organisationId),
    ]);
    await live.ready(bank.organisationId);
    const answer = live.near(bank.organisationId, 'pdq', values.map(bytes), 0);
    expect(told(answer)).toEqual(await truth(bank.organisationId, values, 0));
  });

  it('never answer one organisation from another', async () => {
    const mine = await bankOf();
    const theirs = await bankOf();
    const value = hash();
    await add(mine, [value]);
    const live = indexes();
    await live.preload();
    await live.ready(theirs.organisationId);
    expect(told(live.near(mine.organisationId, 'pdq', [bytes(value)], 31))[0]).toHaveLength(1);
    expect(told(live.near(theirs.organisationId, 'pdq', [bytes(value)], 31))).toEqual([[]]);
    // Frames of films are apart from pictures.
    expect(told(live.near(mine.organisationId, 'vpdq', [bytes(value)], 31))).toEqual([[]]);
    await add(mine, [value], 'vpdq');
    await live.ready(mine.organisationId);
    expect(told(live.near(mine.organisationId, 'vpdq', [bytes(value)], 31))[0]).toHaveLength(1);
  });

  it('say loading until they are loaded, which asking begins, also inside a transaction', async () => {
    const bank = await bankOf();
    const value = hash();
    await add(bank, [value]);
    const live = indexes();
    const first = await database.transaction('system', async () =>
      live.near(bank.organisationId, 'pdq', [bytes(value)], 0),
    );
    expect(first).toEqual({ status: 'unavailable', why: 'loading' });
    await live.ready(bank.organisationId);
    expect(told(live.near(bank.organisationId, 'pdq', [bytes(value)], 0))[0]).toHaveLength(1);
    expect(live.state(bank.organisationId)[0]).toMatchObject({ kind: 'pdq', size: 1, building: false });
    expect(live.totals().hashes).toBe(1);
  });

  it('find what came while they were loaded', async () => {
    const bank = await bankOf();
    const values = Array.from({ length: 6000 }, hash);
    const ids = [...(await add(bank, values.slice(0, 5000))), ...(await add(bank, values.slice(5000)))];
    const live = indexes({ small: 1000 });
    const fresh = hash();
    // Between two parts of the load.
    const loading = live.ready(bank.organisationId);
    await Promise.all([add(bank, [fresh]), remove(bank, ids.slice(0, 1)), loading]);
    await live.ready(bank.organisationId);
    const asked = [fresh, values[0] ?? '', values[5999] ?? ''];
    const found = told(live.near(bank.organisationId, 'pdq', asked.map(bytes), 0));
    expect(found.map((list) => list.length)).toEqual([1, 0, 1]);
    expect(live.state(bank.organisationId)[0]).toMatchObject({ size: 6000 });
  });

  it('move into the writing thread when they have grown, and answer all the time', async () => {
    const bank = await bankOf();
    const values = Array.from({ length: 60 }, hash);
    await add(bank, values.slice(0, 5));
    const live = indexes({ small: 10 });
    await live.ready(bank.organisationId);
    await add(bank, values);
    await live.ready(bank.organisationId);
    const all = () => told(live.near(bank.organisationId, 'pdq', values.map(bytes), 0)).flat().length;
    expect(all()).toBe(60);
    await live.close();
    expect(all()).toBe(60);
  });

  describe('when the writing thread ends', () => {
    const threads: Worker[] = [];
    const started = (worker: Worker) => threads.push(worker);
    beforeEach(() => {
      threads.length = 0;
      process.on('worker', started);
    });
    afterEach(() => {
      process.off('worker', started);
    });

    /** Ends the newest thread as a fault of its own would. */
    async function crash(): Promise<void> {
      const worker = threads.at(-1);
      if (!worker) throw new Error('no thread was started');
      const ended = new Promise((done) => worker.once('exit', done));
      const rows = { ids: new BigUint64Array(1), hashes: new Uint8Array(32), live: new Uint8Array(1) };
      worker.postMessage({ id: -1, task: { task: 'change', at: -1, ...rows } });
      await ended;
    }

    it('say loading, never that nothing matches, until all is loaded anew with what came meanwhile', async () => {
      const bank = await bankOf();
      const values = Array.from({ length: 33 }, hash);
      const ids = await add(bank, values.slice(0, 30));
      const live = indexes({ small: 0 });
      await live.ready(bank.organisationId);
      const ask = () => live.near(bank.organisationId, 'pdq', values.map(bytes), 0);
      expect(told(ask()).flat()).toHaveLength(30);
      for (const [at, value] of values.slice(30).entries()) {
        await crash();
        expect(ask()).toEqual({ status: 'unavailable', why: 'loading' });
        // Asking has begun to load; a change comes while that goes on.
        await Promise.all([add(bank, [value]), remove(bank, ids.slice(at, at + 1))]);
        await live.ready(bank.organisationId);
        expect(told(ask())).toEqual(await truth(bank.organisationId, values, 0));
      }
    });

    it('take no change for done that the thread did not make', async () => {
      const bank = await bankOf();
      const values = Array.from({ length: 17 }, hash);
      await add(bank, values.slice(0, 10));
      const live = indexes({ small: 0 });
      await live.ready(bank.organisationId);
      for (const [at, value] of values.slice(10).entries()) {
        await add(bank, [value]);
        // In any order: before the change reaches the thread, in between, or after.
        const refreshed = live.ready(bank.organisationId).then(
          () => true,
          () => false,
        );
        for (let turn = 0; turn < at % 7; turn++) await new Promise((go) => setImmediate(go));
        await crash();
        const done = await refreshed;
        const answer = live.near(bank.organisationId, 'pdq', [bytes(value)], 0);
        if (answer.status === 'ready') expect(answer.found[0]).toHaveLength(1);
        else expect(answer.why).toBe('loading');
        if (!done) expect(answer.status).toBe('unavailable');
        await live.ready(bank.organisationId).catch(() => live.ready(bank.organisationId));
        expect(told(live.near(bank.organisationId, 'pdq', values.map(bytes), 0))).toEqual(
          await truth(bank.organisationId, values, 0),
        );
      }
    });

    it.each([
      ['between two parts', 4],
      ['after the last part', 5],
    ])('while hashes are read, %s, have nothing of that reading', async (_when, fatal) => {
      const bank = await bankOf();
      const values = Array.from({ length: 6000 }, hash);
      await add(bank, values.slice(0, 5000));
      await add(bank, values.slice(5000));
      let time = start.getTime();
      let transactions = 0;
      const live = indexes({
        small: 1000,
        now: () => new Date(time),
        database: {
          ...database,
          async transaction(...call: Parameters<Database['transaction']>) {
            if (++transactions === fatal) await crash();
            return database.transaction(...call);
          },
        } as Database,
      });
      const asked = [values[0] ?? '', values[4999] ?? '', values[5999] ?? ''];
      const ask = () => live.near(bank.organisationId, 'pdq', asked.map(bytes), 0);
      await expect(live.ready(bank.organisationId)).rejects.toThrow(/thread/);
      expect(transactions).toBeGreaterThanOrEqual(fatal);
      expect(ask()).toEqual({ status: 'unavailable', why: 'loading' });
      time += 2000;
      await live.ready(bank.organisationId);
      expect(told(ask()).map((list) => list.length)).toEqual([1, 1, 1]);
      expect(live.state(bank.organisationId)[0]).toMatchObject({ size: 6000 });
    });
  });

  it('are stale when the database has not been seen for a minute', async () => {
    const bank = await bankOf();
    let time = start.getTime();
    const live = indexes({ now: () => new Date(time) });
    await live.ready(bank.organisationId);
    time += 60_000;
    expect(live.near(bank.organisationId, 'pdq', [bytes(hash())], 31).status).toBe('ready');
    time += 1;
    expect(live.near(bank.organisationId, 'pdq', [bytes(hash())], 31)).toMatchObject({ why: 'stale' });
    await live.ready(bank.organisationId);
    expect(live.near(bank.organisationId, 'pdq', [bytes(hash())], 31).status).toBe('ready');
  });

  it('refuse more hashes than they may hold, loaded or grown, and come back when there are fewer', async () => {
    const bank = await bankOf();
    let time = start.getTime();
    const live = indexes({ maxHashes: 3, now: () => new Date(time) });
    const ids = await add(bank, [hash(), hash(), hash()]);
    await live.ready(bank.organisationId);
    const status = () => live.near(bank.organisationId, 'pdq', [bytes(hash())], 31);
    expect(status().status).toBe('ready');
    const [fourth] = await add(bank, [hash()]);
    await live.ready(bank.organisationId);
    expect(status()).toEqual({ status: 'unavailable', why: 'too-many' });
    const other = indexes({ maxHashes: 3 });
    await other.ready(bank.organisationId);
    expect(other.near(bank.organisationId, 'pdq', [bytes(hash())], 31)).toMatchObject({ why: 'too-many' });
    await remove(bank, [fourth ?? 0, ids[0] ?? 0]);
    time += 300_000;
    await live.ready(bank.organisationId);
    expect(status().status).toBe('ready');
  });

  it('refresh by themselves', async () => {
    const bank = await bankOf();
    const live = indexes({ refreshMs: 5 });
    await live.ready(bank.organisationId);
    const value = hash();
    await add(bank, [value]);
    await expect
      .poll(() => told(live.near(bank.organisationId, 'pdq', [bytes(value)], 0))[0]?.length)
      .toBe(1);
  });
});
