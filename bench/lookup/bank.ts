import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readConfig } from '../../apps/server/src/base/config.ts';
import { addContents, bankNamed, createBank, removeContents } from '../../apps/server/src/detect/index.ts';
import { open } from '../../apps/server/src/start.ts';
import { insertBenchPlatform } from '../bench-platform.ts';

const BANK = 'bench';
const BENCH = { id: 'bench', name: 'bench' };

export interface FilledBank {
  folder: string;
  apiKey: string;
  organisationId: string;
  /** Seconds that it took. */
  seconds: number;
  forget(): Promise<void>;
}

function configOf(folder: string, databaseUrl: string) {
  return readConfig({ ...process.env, DATA_DIR: folder, LOG_LEVEL: 'error', DATABASE_URL: databaseUrl });
}

/** The hash of a content of the bank: as good as random, and Postgres makes the same from the number. */
export function hashOf(content: number): Buffer {
  const number = Buffer.alloc(8);
  number.writeBigInt64BE(BigInt(content));
  return createHash('sha256').update(number).digest();
}

/** A fresh database with one organisation and one bank of `count` contents, numbered from 1. */
export async function fillBank(databaseUrl: string, count: number): Promise<FilledBank> {
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'keben-lookup-'));
  const config = configOf(folder, databaseUrl);
  const { database, close } = await open(config);
  const now = new Date();
  const organisationId = crypto.randomUUID();
  try {
    const { apiKey, bank } = await database.transaction('system', async (tx) => {
      const settings = { name: BANK, source: 'bench', reason: 'speed', arrives: 'confirmed' as const };
      return {
        apiKey: await insertBenchPlatform(tx, organisationId, now),
        bank: await createBank(tx, organisationId, settings, BENCH, now),
      };
    });
    await insertAll(databaseUrl, organisationId, bank, count);
    const seconds = (performance.now() - began) / 1000;
    return {
      folder,
      apiKey,
      organisationId,
      seconds,
      forget: () => rm(folder, { recursive: true, force: true }),
    };
  } finally {
    await close();
  }
}

/** Adds and removes hashes from this process, as another process of the same installation would. */
export async function changeFrom({ folder, organisationId }: FilledBank, databaseUrl: string) {
  const { database, close } = await open(configOf(folder, databaseUrl));
  return {
    add: (hash: Buffer): Promise<number> =>
      database.transaction('system', async (tx) => {
        const bank = await bankNamed(tx, organisationId, BANK);
        if (!bank) throw new Error('The bank is not there.');
        const signals = [{ kind: 'pdq' as const, value: hash.toString('hex') }];
        const { ids } = await addContents(tx, bank, [{ signals }], BENCH, new Date());
        return ids[0] ?? 0;
      }),
    remove: (id: number): Promise<number> =>
      database.transaction('system', (tx) => removeContents(tx, organisationId, [id], BENCH, new Date())),
    close,
  };
}

/** Past the server's own way of adding, which would take hours; what it leaves behind is the same. */
async function insertAll(
  databaseUrl: string,
  organisationId: string,
  bank: { id: string; number: number },
  count: number,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // No checks of foreign keys row by row, and indexes made at the end.
    await client.query('set session_replication_role = replica');
    await client.query(`set maintenance_work_mem = '1GB'`);
    const { rows: indexes } = await client.query<{ indexname: string; indexdef: string }>(
      `select indexname, indexdef from pg_indexes where tablename in ('bank_signal', 'bank_content') and indexdef not like '% UNIQUE %'`,
    );
    for (const { indexname } of indexes) await client.query(`drop index ${indexname}`);
    await client.query(
      `insert into bank_content (id, organisation_id, bank_id, status, created_at, created_by, changed_at, changed_by)
       select n, $1, $2, 'confirmed', now(), 'bench', now(), 'bench' from generate_series(1, $3::bigint) n`,
      [organisationId, bank.id, count],
    );
    await client.query(
      `insert into bank_signal (organisation_id, content_id, ordinal, bank_number, kind, value, quality, changed, live)
       select $1, n, 0, $2, 'pdq', encode(sha256(int8send(n)), 'hex'), 100, 2, true from generate_series(1, $3::bigint) n`,
      [organisationId, bank.number, count],
    );
    for (const { indexdef } of indexes) await client.query(indexdef);
    await client.query('update hash_holding set version = 2 where organisation_id = $1', [organisationId]);
    await client.query(`select setval(pg_get_serial_sequence('bank_content', 'id'), $1::bigint)`, [count]);
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}
