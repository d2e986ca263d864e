import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openPostgres, rows, type Tx } from '../apps/server/src/base/database.ts';
import {
  addContents,
  type BankRow,
  bankNamed,
  changeBank,
  contentsById,
  createBank,
  kindsByBank,
  signalsOf,
} from '../apps/server/src/detect/media/banks/index.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

/** What only a Postgres server shows: how it reads many hashes, and what it does when two change banks at once. */
describe('hash banks on a Postgres server', () => {
  const organisationId = randomUUID();
  const lan = { id: 'lan', name: 'Lan' };
  const now = new Date('2026-11-25T08:00:00Z');
  let postgres: PostgresServer;
  let database: Database;
  const tenant = <T>(work: (tx: Tx) => Promise<T>) =>
    database.transaction({ organisation: organisationId }, work);
  const bankOf = (name: string) =>
    tenant((tx) => createBank(tx, organisationId, { name, source: 's', reason: 'r' }, lan, now));

  beforeAll(async () => {
    postgres = await startPostgres();
    database = await openPostgres(postgres.url);
  });
  afterAll(async () => {
    await database.close();
    await postgres.stop();
  });

  it('tells which kinds each bank holds without reading the hashes', async () => {
    const banks = [await bankOf('pictures'), await bankOf('files')];
    const [pictures, files] = banks.map(({ number }) => number);
    await database.transaction('system', (tx) =>
      tx.execute(sql`insert into bank_signal (organisation_id, content_id, ordinal, bank_number, kind, value, changed, live)
        select ${organisationId}::uuid, 1000000 + n, 0, ${pictures}::smallint, 'pdq', md5(n::text) || md5((-n)::text), 1, true
        from generate_series(1, 150000) n
        union all select ${organisationId}::uuid, 2000000, 0, ${files}::smallint, 'md5', md5('a'), 1, true
        union all select ${organisationId}::uuid, 2000001, 0, ${files}::smallint, 'sha1', repeat('a', 40), 1, false`),
    );
    await database.outer.execute(sql`analyze bank_signal`);
    await tenant(async (tx) => {
      const held = await kindsByBank(tx, organisationId);
      expect(held).toEqual(
        new Map([
          [pictures, new Set(['pdq'])],
          [files, new Set(['md5'])],
        ]),
      );
      const [read] = await rows<{ scanned: number }>(
        tx,
        sql`select seq_tup_read::int as scanned from pg_stat_xact_user_tables where relname = 'bank_signal'`,
      );
      expect(read).toEqual({ scanned: 0 });
    });
  });

  it('adds to a bank and changes it at once without one waiting for the other for ever', async () => {
    const { name } = await bankOf('busy');
    const contents = [{ signals: [{ kind: 'md5' as const, value: 'd'.repeat(32) }] }];
    const read = Promise.withResolvers<BankRow>();
    // Another changes it meanwhile: goes on when that is done, or waits for us.
    let isDone = false;
    const changed = read.promise
      .then((bank) => tenant((tx) => changeBank(tx, bank, { threshold: 7 }, lan, now)))
      .finally(() => {
        isDone = true;
      });
    const added = await tenant(async (tx) => {
      const bank = await bankNamed(tx, organisationId, name);
      if (!bank) throw new Error('the bank that was made is not there');
      read.resolve(bank);
      await expect.poll(async () => isDone || (await waits()), { timeout: 20_000 }).toBe(true);
      return addContents(tx, bank, contents, lan, now);
    });
    expect(added.added).toHaveLength(1);
    expect(await changed).toMatchObject({ threshold: 7 });
  });

  it('reads the contents of 70,000 ids', async () => {
    const ids = Array.from({ length: 70_000 }, (_, at) => 5_000_000 + at);
    const read = await tenant(async (tx) => [
      await contentsById(tx, organisationId, ids),
      await signalsOf(tx, organisationId, ids),
    ]);
    expect(read.map(({ size }) => size)).toEqual([0, 0]);
  });

  const waits = async () => {
    // Outside of any transaction; Drizzle types the rows by driver.
    const { rows: found } = (await database.outer.execute(
      sql`select from pg_locks where not granted`,
    )) as unknown as { rows: object[] };
    return found.length > 0;
  };
});
