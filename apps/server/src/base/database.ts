import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import { migrate as migratePg } from 'drizzle-orm/node-postgres/migrator';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator';
import pg from 'pg';
import { type Db, fromPglite } from 'pg-boss';
import { StartError } from './data-dir.ts';
import type { Change, Relay } from './live.ts';
import { createTurns, type Turns } from './turns.ts';

/** Whose rows a transaction may touch: one organisation (row-level security binds it) or the system itself. */
export type Scope = { organisation: string } | 'system';

declare const transactionBrand: unique symbol;
/** A running transaction: the only handle that store functions take. */
export type Tx = PgDatabase<PgQueryResultHKT> & { readonly [transactionBrand]: true };

export interface Database {
  readonly kind: 'embedded' | 'postgres';
  /**
   * Runs `work` in one transaction; commits when it resolves, rolls back when it throws. `urgent`: somebody waits for
   * the answer, so on the embedded database it goes before transactions that wait.
   */
  transaction<T>(scope: Scope, work: (tx: Tx) => Promise<T>, options?: { urgent?: boolean }): Promise<T>;
  /**
   * Reads in one snapshot, for answers that somebody waits for. `work` starts its statements together, without waiting
   * for one before the next: a Postgres server gets them in one go (pipelined), so that a read costs one trip. What is
   * read was committed before `read` was called, or later; nothing can be written.
   */
  read<T>(scope: Scope, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Transactions that wait for a connection. */
  queued(): number;
  /** For libraries that bring their own SQL (better-auth): never use it inside a transaction. */
  readonly outer: PgDatabase<PgQueryResultHKT>;
  /** For pg-boss. */
  readonly jobs: Db;
  /** Between processes on one Postgres server; absent on the embedded database, which has one process. */
  readonly relay?: Relay;
  close(): Promise<void>;
}

export const migrationsFolder = join(import.meta.dirname, '../../drizzle');

/** Rows of a raw statement, whichever driver ran it. */
export async function rows<T>(tx: Tx, statement: ReturnType<typeof sql>): Promise<T[]> {
  const result = (await tx.execute(statement)) as unknown as { rows: T[] };
  return result.rows;
}

interface Inner {
  dialect: { sqlToQuery(statement: ReturnType<typeof sql>): object };
  session: {
    prepareQuery(
      query: object,
      fields: undefined,
      name: string,
      arrays: boolean,
    ): { execute(): Promise<{ rows: unknown[] }> };
  };
}

/**
 * As {@link rows}, for statements that run thousands of times a second: a Postgres server parses and plans the statement
 * once a connection under `name`, which stands for this text alone.
 */
export async function preparedRows<T>(tx: Tx, name: string, statement: ReturnType<typeof sql>): Promise<T[]> {
  // Drizzle prepares statements of its query builder only; its parts below do it for any.
  const { dialect, session } = tx as unknown as Inner;
  const result = await session.prepareQuery(dialect.sqlToQuery(statement), undefined, name, false).execute();
  return result.rows as T[];
}

/** A whole column as one parameter. Both drivers encode an array of numbers or strings. */
export function column(values: (number | string)[]) {
  return sql.param(values);
}

// PGlite has one connection: a transaction opened inside another would wait for itself for ever.
const inTransaction = new AsyncLocalStorage<true>();

type Outer = PgDatabase<PgQueryResultHKT>;

function refuseInside(): void {
  if (inTransaction.getStore()) throw new Error('A transaction was opened inside another: pass its tx on.');
}

function scoped(outer: Outer, turns?: Turns): Database['transaction'] {
  return (scope, work, { urgent = false } = {}) => {
    refuseInside();
    const run = () =>
      outer.transaction(async (tx) => {
        if (scope !== 'system') {
          await tx.execute(
            sql`select set_config('role', 'keben_app', true), set_config('keben.organisation', ${scope.organisation}, true)`,
          );
        }
        return work(tx as unknown as Tx);
      });
    return inTransaction.run(true, () => (turns ? turns.take(run, urgent) : run()));
  };
}

/** {@link Database.read} on a pool of pipelined connections. */
function pipelined(pool: pg.Pool): Database['read'] {
  const handles = new WeakMap<pg.PoolClient, Tx>();
  const handleOf = (client: pg.PoolClient): Tx => {
    const known = handles.get(client);
    if (known) return known;
    const fresh = drizzlePg(client) as unknown as Tx;
    handles.set(client, fresh);
    return fresh;
  };
  return async (scope, work) => {
    refuseInside();
    const client = await pool.connect();
    // One message: should the scope fail, the transaction is lost and no statement after it reads anything.
    const begin = [
      'begin isolation level repeatable read read only',
      ...(scope === 'system'
        ? []
        : [
            `select set_config('role', 'keben_app', true), set_config('keben.organisation', ${client.escapeLiteral(scope.organisation)}, true)`,
          ]),
    ];
    const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
    try {
      // What is started in this turn goes out in one write: each write would wake the server anew.
      stream.cork();
      const begun = client.query(begin.join('; '));
      const worked = inTransaction.run(true, () => work(handleOf(client)));
      stream.uncork();
      const [, result] = await Promise.all([begun, worked]);
      return result;
    } finally {
      // Nothing was written, so the answer need not wait for the end; the connection does.
      client.query('commit').then(
        () => client.release(),
        (fault: Error) => client.release(fault),
      );
    }
  };
}

/** Opens the embedded database (PGlite 0.5, Postgres in WebAssembly) in `folder`, or in memory without one. */
export async function openEmbedded(folder?: string): Promise<Database> {
  let client: PGlite;
  try {
    client = await PGlite.create(folder === undefined ? {} : { dataDir: folder });
  } catch (cause) {
    throw new StartError(
      `The embedded database in ${folder} cannot be opened: ${String(cause)}. Restore a backup or move the folder away.`,
      { cause },
    );
  }
  const outer = drizzlePglite(client);
  const turns = createTurns();
  await refuseNewer(outer as unknown as Outer);
  await migratePglite(outer, { migrationsFolder });
  const transaction = scoped(outer as unknown as Outer, turns);
  return {
    kind: 'embedded',
    transaction,
    read: (scope, work) => transaction(scope, work, { urgent: true }),
    queued: () => turns.waiting(),
    outer: outer as unknown as Outer,
    jobs: fromPglite(client),
    close: () => client.close(),
  };
}

/** Opens a Postgres server (15 or newer) and migrates it; several processes may start at once. */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 20, application_name: 'keben' });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  try {
    const client = await pool.connect();
    try {
      await client.query('select pg_advisory_lock(7231001)');
      const single = drizzlePg(client);
      await refuseNewer(single as unknown as Outer);
      await migratePg(single, { migrationsFolder });
    } finally {
      await client.query('select pg_advisory_unlock(7231001)').catch(() => undefined);
      client.release();
    }
  } catch (cause) {
    await pool.end();
    if (cause instanceof StartError) throw cause;
    const why =
      cause instanceof Error ? cause.message || String((cause as { code?: string }).code) : String(cause);
    throw new StartError(
      `DATABASE_URL: the database cannot be opened (${why}). Check that the server runs, and that user and database exist.`,
      { cause },
    );
  }
  const outer = drizzlePg(pool);
  const readers = new pg.Pool({
    connectionString: url,
    max: 4,
    pipeline: true,
    application_name: 'keben reads',
  });
  readers.on('error', () => undefined);
  // Prepared statements are planned once, since planning them for each list of ids costs more than reading does; and not
  // by how small a table was then: these reads look up keys, for which an index is always right.
  readers.on('connect', (client) => {
    const lean = 'set plan_cache_mode = force_generic_plan; set enable_seqscan = off';
    // A fault here costs speed alone.
    client.query(lean).catch(() => undefined);
  });
  const relay = await openRelay(url, pool);
  return {
    kind: 'postgres',
    relay,
    transaction: scoped(outer as unknown as Outer),
    read: pipelined(readers),
    queued: () => pool.waitingCount + readers.waitingCount,
    outer: outer as unknown as Outer,
    jobs: { executeSql: (text: string, values?: unknown[]) => pool.query(text, values) },
    async close() {
      await relay.close();
      await readers.end();
      await pool.end();
    },
  };
}

const CHANNEL = 'keben_live';

/** LISTEN/NOTIFY on a connection of its own; when that breaks it is opened again, and consoles refetch each minute anyway. */
async function openRelay(url: string, pool: pg.Pool): Promise<Relay & { close(): Promise<void> }> {
  const listeners: ((change: Change) => void)[] = [];
  let closing = false;
  let client: pg.Client | undefined;
  const connect = async () => {
    const fresh = new pg.Client({ connectionString: url, application_name: 'keben live' });
    fresh.on('notification', ({ payload }) => {
      for (const listener of listeners) listener(JSON.parse(payload ?? '{}') as Change);
    });
    fresh.on('error', () => {
      if (!closing) setTimeout(() => void connect().catch(() => undefined), 1000).unref();
    });
    await fresh.connect();
    await fresh.query(`listen ${CHANNEL}`);
    client = fresh;
  };
  await connect();
  return {
    send: (change) => {
      // A change that is not told costs a minute at most; it must never fail what it tells of.
      pool.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify(change)]).catch(() => undefined);
    },
    receive: (listener) => void listeners.push(listener),
    async close() {
      closing = true;
      await client?.end();
    },
  };
}

/** When the newest migration that this program knows was made (milliseconds). */
export function newestKnownMigration(): number {
  const journal = JSON.parse(readFileSync(join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as {
    entries: { when: number }[];
  };
  return Math.max(0, ...journal.entries.map((entry) => entry.when));
}

/** When the newest migration in the database was made, or 0 in an empty one. */
export async function newestAppliedMigration(outer: Outer): Promise<number> {
  const found = (await outer.execute(
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`,
  )) as unknown as { rows: { there: boolean }[] };
  if (!found.rows[0]?.there) return 0;
  const newest = (await outer.execute(
    sql`select coalesce(max(created_at), 0)::text as at from drizzle.__drizzle_migrations`,
  )) as unknown as { rows: { at: string }[] };
  return Number(newest.rows[0]?.at ?? 0);
}

async function refuseNewer(outer: Outer): Promise<void> {
  if ((await newestAppliedMigration(outer)) > newestKnownMigration()) {
    throw new StartError(
      'The database was written by a newer version of Kề Bên. Install that version (or newer) again; nothing was changed.',
    );
  }
}
