import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openPostgres } from '../apps/server/src/base/database.ts';
import {
  addContents,
  createBank,
  createLiveIndexes,
  type LiveIndexes,
  removeContents,
} from '../apps/server/src/detect/index.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

/** Two processes' worth of indexes on one Postgres server: each has connections and memory of its own. */
describe('indexes of two processes on one Postgres server', () => {
  const organisationId = randomUUID();
  const by = { id: 'person-1', name: 'Lan' };
  const opened: { database: Database; live: LiveIndexes }[] = [];
  let postgres: PostgresServer;

  beforeAll(async () => {
    postgres = await startPostgres();
    for (const small of [50_000, 0]) {
      const database = await openPostgres(postgres.url);
      const live = createLiveIndexes({
        database,
        log: { error: () => undefined },
        now: () => new Date(),
        maxHashes: 100_000,
        refreshMs: 50,
        // One of them keeps even few hashes in the thread that writes.
        small,
      });
      opened.push({ database, live });
    }
  });
  afterAll(async () => {
    for (const { database, live } of opened) {
      await live.close();
      await database.close();
    }
    await postgres.stop();
  });

  it('see each other’s additions and removals by themselves', async () => {
    const now = new Date();
    const [one, two] = opened;
    if (!one || !two) throw new Error('two were opened');
    const bank = await one.database.transaction('system', (tx) =>
      createBank(tx, organisationId, { name: 'b', source: 's', reason: 'r' }, by, now),
    );
    const hash = randomBytes(32);
    const seen = () =>
      opened.map(({ live }) => {
        const answer = live.near(organisationId, 'pdq', [hash], 31);
        return answer.status === 'ready' ? answer.found[0]?.map(({ content }) => content) : answer.why;
      });
    for (const { live } of opened) await live.ready(organisationId);
    expect(seen()).toEqual([[], []]);
    const add = (values: string[]) =>
      one.database.transaction({ organisation: organisationId }, async (tx) => {
        const contents = values.map((value) => ({ signals: [{ kind: 'pdq' as const, value }] }));
        return (await addContents(tx, bank, contents, by, now)).ids;
      });
    const [id = 0] = await add([hash.toString('hex')]);
    await expect.poll(seen, { timeout: 10_000 }).toEqual([[id], [id]]);
    // Hundreds that two transactions add at once, in whichever order they commit.
    const many = Array.from({ length: 600 }, () => randomBytes(32).toString('hex'));
    await Promise.all([add(many.slice(0, 300)), add(many.slice(300))]);
    const sizes = () => opened.map(({ live }) => live.state(organisationId)[0]?.size);
    await expect.poll(sizes, { timeout: 10_000 }).toEqual([601, 601]);
    await two.database.transaction({ organisation: organisationId }, (tx) =>
      removeContents(tx, organisationId, [id], by, now),
    );
    await expect.poll(seen, { timeout: 10_000 }).toEqual([[], []]);
  });
});
