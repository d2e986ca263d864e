import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Database } from './database.ts';

/** Starts pg-boss on the same database: retries, timers and nightly work. */
export async function startJobs(database: Database, log: Logger): Promise<PgBoss> {
  const boss = new PgBoss({
    db: database.jobs,
    ...(database.kind === 'embedded' ? { backend: 'pglite' as const } : {}),
  });
  boss.on('error', (error) => log.error({ err: error }, 'jobs'));
  await boss.start();
  return boss;
}
