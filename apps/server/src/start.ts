import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import type { Config } from './base/config.ts';
import { type DataDir, StartError, takeDataDir } from './base/data-dir.ts';
import { type Database, openEmbedded, openPostgres } from './base/database.ts';
import type { EventLog, LogWorker } from './base/event-log.ts';
import { toldFault } from './base/faults.ts';
import type { App } from './base/http.ts';
import { startJobs } from './base/jobs.ts';
import { type Keys, openKeys } from './base/keys.ts';
import type { Services } from './base/services.ts';
import { compose, openEventLog } from './compose.ts';
import { loadDetectionPolicy, loadSecondReader } from './detect/index.ts';
import { loadSafeguards } from './prevent/index.ts';
import { startRetention } from './retention.ts';

export interface Running {
  /** Where the server listens, such as http://127.0.0.1:3000; undefined for a worker alone. */
  url: string | undefined;
  app: App;
  services: Services;
  stop(): Promise<void>;
}

export interface Opened {
  database: Database;
  keys: Keys;
  eventLog: EventLog;
  log: Logger;
  close(): Promise<void>;
}

/** Opens data folder, keys and database. The embedded database takes the folder for itself; a Postgres server is shared. */
export async function open(config: Config): Promise<Opened> {
  const log = pino({ level: config.logLevel, serializers: { err: toldFault } }, pino.destination(2));
  let folder: DataDir | undefined;
  let database: Database | undefined;
  if (config.databaseUrl) mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  else folder = await takeDataDir(config.dataDir);
  try {
    const keys = await openKeys(config);
    const opened = config.databaseUrl
      ? await openPostgres(config.databaseUrl.expose())
      : await openEmbedded(join(config.dataDir, 'postgres'));
    database = opened;
    const eventLog = await openEventLog(config, opened, log);
    return {
      database: opened,
      keys,
      eventLog,
      log,
      async close() {
        await eventLog.close();
        await opened.close();
        await folder?.release();
      },
    };
  } catch (cause) {
    await database?.close();
    await folder?.release();
    throw cause;
  }
}

/** Starts the server (`web`), the log worker (`worker`) or both in this process. */
export async function start(config: Config, role: 'all' | 'web' | 'worker' = 'all'): Promise<Running> {
  // Policy and model first: a mistake there must stop the start before anything is opened.
  const second = await loadSecondReader(config.textModelOnnx);
  const policy = loadDetectionPolicy({ secondReader: second?.version });
  const safeguards = loadSafeguards();
  const opened = await open(config);
  const { database, keys, eventLog, log } = opened;
  const jobs = await startJobs(database, log);
  const { app, services, startWork } = await compose({
    config,
    database,
    keys,
    jobs,
    eventLog,
    log,
    policy,
    safeguards,
    second,
  });
  let worker: LogWorker | undefined;
  try {
    worker = role === 'web' ? undefined : await startWork();
    if (role !== 'web') await startRetention(services, policy);
    const url = role === 'worker' ? undefined : await listen(app, config);
    return {
      url,
      app,
      services,
      async stop() {
        await app.close();
        await worker?.stop();
        await jobs.stop({ graceful: true, timeout: 5000 });
        await opened.close();
      },
    };
  } catch (cause) {
    await app.close();
    await worker?.stop();
    await jobs.stop({ graceful: false });
    await opened.close();
    throw cause;
  }
}

async function listen(app: App, { host, port }: Config): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new StartError(
        `PORT: ${host}:${port} is in use by another program. Stop that program or set PORT to a free one.`,
        { cause },
      );
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new StartError(
        `HOST/PORT: this user cannot listen on ${host}:${port} (${code}). Choose another.`,
        { cause },
      );
    }
    throw cause;
  }
}
