import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findPostgres } from '../scripts/test-needs.ts';

export interface PostgresServer {
  /** postgres://…/keben with an empty database. */
  url: string;
  /** Of the process whose children serve the connections. */
  pid: number;
  stop(): Promise<void>;
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/**
 * Starts a real Postgres server (Debian's) in a throw-away folder. It refuses to run as root, so it gets its own user.
 * Tests need no durability; with `durable` every commit waits for the disk, as it does for an operator.
 */
export async function startPostgres(options: { durable?: boolean } = {}): Promise<PostgresServer> {
  const bin = findPostgres();
  if (!bin) throw new Error('Postgres is not installed; run the tests with npm test');
  const folder = mkdtempSync(join(tmpdir(), 'keben-postgres-'));
  const user = owner();
  chmodSync(folder, 0o755);
  if (user) chownSync(folder, user.uid, user.gid);
  const cluster = join(folder, 'cluster');
  const made = spawnSync(
    `${bin}/initdb`,
    ['-D', cluster, '-U', 'keben', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'],
    {
      ...user,
      cwd: folder,
      encoding: 'utf8',
    },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const server = spawn(
    `${bin}/postgres`,
    [
      ...['-D', cluster, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'],
      ...(options.durable ? ['-c', 'max_wal_size=4GB', '-c', 'shared_buffers=512MB'] : ['-c', 'fsync=off']),
    ],
    { ...user, cwd: folder, stdio: 'ignore' },
  );
  const gone = new Promise<void>((done) => server.once('exit', () => done()));
  const base = `postgres://keben@127.0.0.1:${port}`;
  await ready(`${base}/postgres`);
  return {
    url: `${base}/keben`,
    pid: server.pid ?? 0,
    async stop() {
      server.kill('SIGINT');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim());
  return { uid: id('-u'), gid: id('-g') };
}

async function ready(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.query('create database keben');
      await client.end();
      return;
    } catch (cause) {
      await client.end().catch(() => undefined);
      if (attempt > 100) throw cause;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
