import type { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { createAuth } from './base/auth.ts';
import { addAuthRoutes } from './base/auth-routes.ts';
import type { Config } from './base/config.ts';
import type { Database } from './base/database.ts';
import { addHealthRoutes } from './base/health.ts';
import { type App, addPlatformParts, createApp, createGuards } from './base/http.ts';
import type { Keys } from './base/keys.ts';
import { createLive } from './base/live.ts';
import { type LogWorker, startLogWorker } from './base/log-worker.ts';
import type { Services } from './base/services.ts';
import { addStaticSites, notFoundPage } from './base/static-sites.ts';
import { addDetectRoutes, CONSUMER, createDetection, type DetectionPolicy } from './detect/index.ts';
import { addLearnRoutes } from './learn/index.ts';
import { addPreventRoutes, recordAccounts, type Safeguards } from './prevent/index.ts';
import {
  addRespondRoutes,
  countCases,
  countWaiting,
  respondHandlers,
  startWebhooks,
} from './respond/index.ts';
import { addShareRoutes } from './share/index.ts';

export interface Parts {
  config: Config;
  database: Database;
  keys: Keys;
  jobs: PgBoss;
  log: Logger;
  policy: DetectionPolicy;
  safeguards: Safeguards;
  now?: () => Date;
}

export interface Composed {
  app: App;
  services: Services;
  /** Starts reading the event log, delivering the outbox and the webhooks. */
  startWork(): Promise<LogWorker>;
}

/** Wires the rooms onto one HTTP server; no room is known to another but through their `index.ts`. */
export async function compose(parts: Parts): Promise<Composed> {
  const { config, database, keys, jobs, log, policy, safeguards, now = () => new Date() } = parts;
  const auth = createAuth(database, keys, config.publicUrl);
  const http = {
    database,
    auth,
    log,
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    notFoundPage,
  };
  const app = createApp(http);
  await addPlatformParts(app);
  let worker: LogWorker | undefined;
  const services: Services = {
    config,
    database,
    auth,
    guards: createGuards(http),
    keys,
    live: createLive(database.relay),
    jobs,
    log,
    now,
    wake: () => worker?.wake(),
  };
  addDetectRoutes(app, services, policy, countCases);
  addPreventRoutes(app, services, safeguards);
  addRespondRoutes(app, services);
  addShareRoutes(app, services);
  addLearnRoutes(app, services);
  addAuthRoutes(app, auth);
  addHealthRoutes(app, {
    database,
    consumer: CONSUMER,
    lastPass: () => worker?.lastPass(),
    gauges: { keben_cases_waiting: countWaiting },
  });
  await addStaticSites(app);
  return {
    app,
    services,
    async startWork() {
      await startWebhooks({ database, keys, jobs, log, allowPrivate: config.allowPrivateWebhooks, now });
      worker = startLogWorker({
        database,
        consumer: CONSUMER,
        processors: [recordAccounts, createDetection(policy, keys)],
        handlers: respondHandlers(services),
        log,
        now,
      });
      return worker;
    },
  };
}
