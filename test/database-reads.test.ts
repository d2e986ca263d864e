import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Database,
  openPostgres,
  preparedRows,
  rows,
  type Tx,
} from '../apps/server/src/base/database.ts';
import { recordAccounts } from '../apps/server/src/prevent/index.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

const [ours, theirs] = [randomUUID(), randomUUID()];
const accounts = (tx: Tx) =>
  preparedRows<{ id: string }>(tx, 'accounts of a test', sql`select id from protected_account order by id`);

/** Runs in no transaction, as another request would. */
const outside = AsyncLocalStorage.bind((work: () => Promise<void>) => void work());

describe('reads in one trip on Postgres', () => {
  let postgres: PostgresServer;
  let database: Database;
  const register = (organisationId: string, id: string) =>
    database.transaction('system', (tx) =>
      recordAccounts(
        tx,
        [
          {
            organisationId,
            type: 'account.registered',
            data: { account: { id, ageBand: '13-15' } },
            ...{ source: '/test', eventId: randomUUID(), schema: 1, sealed: null, role: 'own' },
            ...{ position: 0, partition: 0, time: new Date(), receivedAt: new Date() },
          },
        ],
        new Date(),
      ),
    );
  beforeAll(async () => {
    postgres = await startPostgres();
    database = await openPostgres(postgres.url);
    await register(ours, 'mine');
    await register(theirs, 'not-mine');
  });
  afterAll(async () => {
    await database?.close();
    await postgres?.stop();
  });

  it('shows an organisation its own rows, also when others read at the same time', async () => {
    const many = Array.from({ length: 60 }, async (_, n) => {
      const organisation = n % 2 === 0 ? ours : theirs;
      const found = await database.read({ organisation }, (tx) => Promise.all([accounts(tx), accounts(tx)]));
      expect(found.flat().map(({ id }) => id)).toEqual(
        organisation === ours ? ['mine', 'mine'] : ['not-mine', 'not-mine'],
      );
    });
    await Promise.all(many);
    expect(await database.read('system', accounts)).toHaveLength(2);
    expect(await database.read({ organisation: randomUUID() }, accounts)).toEqual([]);
  });

  it('reads one state, whatever is committed in between', async () => {
    let arrive: () => Promise<void> = async () => undefined;
    const arrived = new Promise<void>((done, failed) => {
      arrive = () => register(ours, 'later').then(done, failed);
    });
    const [before, after] = await database.read({ organisation: ours }, async (tx) => {
      const first = await accounts(tx);
      outside(arrive);
      await arrived;
      return [first, await rows(tx, sql`select id from protected_account`)];
    });
    expect([before?.length, after?.length]).toEqual([1, 1]);
    expect(await database.read({ organisation: ours }, accounts)).toHaveLength(2);
  });

  it('writes nothing, and serves the next one after a fault', async () => {
    for (let n = 0; n < 8; n++) {
      await expect(
        database.read({ organisation: ours }, (tx) => rows(tx, sql`delete from protected_account`)),
      ).rejects.toMatchObject({ cause: { code: '25006' } });
      await expect(
        database.read({ organisation: ours }, (tx) => rows(tx, sql`select no_such_column`)),
      ).rejects.toThrow();
      await expect(
        database.read({ organisation: ours }, async () => {
          throw new Error('before any statement');
        }),
      ).rejects.toThrow('before any statement');
      // A name that is not one would end the scope; nothing is read then.
      await expect(database.read({ organisation: "'; drop table x; --" }, accounts)).rejects.toThrow();
    }
    expect((await database.read({ organisation: ours }, accounts)).map(({ id }) => id)).toEqual([
      'later',
      'mine',
    ]);
  });

  it('is refused inside a transaction', async () => {
    await expect(database.transaction('system', () => database.read('system', accounts))).rejects.toThrow(
      'inside another',
    );
  });
});
