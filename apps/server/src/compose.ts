import type { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { createAuth } from './base/auth.ts';
import { addAuthRoutes } from './base/auth-routes.ts';
import type { Config } from './base/config.ts';
import type { Database, Tx } from './base/database.ts';
import type { EventLog, LogWorker } from './base/event-log.ts';
import { addHealthRoutes } from './base/health.ts';
import { type App, addPlatformParts, createApp, createGuards } from './base/http.ts';
import { createKafkaLog } from './base/kafka/kafka-log.ts';
import type { Keys } from './base/keys.ts';
import { createLive } from './base/live.ts';
import { createPostgresLog } from './base/postgres-log.ts';
import type { Services } from './base/services.ts';
import { addStaticSites, notFoundPage } from './base/static-sites.ts';
import {
  type AccountDecision,
  addBankRoutes,
  addDetectRoutes,
  addHmaRoutes,
  addMatchRoutes,
  addRuleRoutes,
  CONSUMER,
  createDetection,
  createHashLookup,
  createLiveIndexes,
  createLookupDesk,
  createMediaDetection,
  createMediaReader,
  createRuleBook,
  type FilePolicy,
  NEWEST_SCHEMA,
  type SecondReader,
  startBacktests,
} from './detect/index.ts';
import { addLearnRoutes } from './learn/index.ts';
import {
  addPreventRoutes,
  addWorkbenchRoutes,
  ageHandlers,
  createQuestionDesk,
  createWorkbench,
  recordAccounts,
  type Safeguards,
} from './prevent/index.ts';
import {
  addRespondRoutes,
  countCases,
  countWaiting,
  humanDecisions,
  newestCases,
  respondHandlers,
  startWebhooks,
} from './respond/index.ts';
import { addShareRoutes } from './share/index.ts';

export interface Parts {
  config: Config;
  database: Database;
  keys: Keys;
  jobs: PgBoss;
  eventLog: EventLog;
  log: Logger;
  policy: FilePolicy;
  safeguards: Safeguards;
  /** A stronger text model of the operator's. */
  second?: SecondReader | undefined;
  now?: () => Date;
}

export interface Composed {
  app: App;
  services: Services;
  /** Starts reading the event log, delivering the outbox and the webhooks. */
  startWork(): Promise<LogWorker>;
}

/** For backtests: what people decided about accounts, and the case to look at. */
async function decisionsOf(tx: Tx, organisationId: string, accounts: string[]) {
  const decided = (await humanDecisions(tx, organisationId, { accounts })).accounts;
  const cases = await newestCases(tx, organisationId, accounts);
  return new Map<string, AccountDecision>(
    [...cases].map(([account, caseId]) => {
      const decision = decided.get(account);
      return [account, { outcome: decision?.verdict ?? 'none', caseId: decision?.caseId ?? caseId }];
    }),
  );
}

/** The event log that the configuration asks for: the one place where Kafka or Postgres is decided. */
export async function openEventLog(config: Config, database: Database, log: Logger): Promise<EventLog> {
  const { kafka, maxLag, retentionDays } = config;
  if (!kafka) return createPostgresLog({ database, consumer: CONSUMER, maxLag });
  return createKafkaLog({
    kafka: { ...kafka, retentionDays },
    database,
    consumer: CONSUMER,
    maxLag,
    newestSchema: NEWEST_SCHEMA,
    log,
  });
}

/** Wires the rooms onto one HTTP server; no room is known to another but through their `index.ts`. */
export async function compose(parts: Parts): Promise<Composed> {
  const {
    config,
    database,
    keys,
    jobs,
    eventLog,
    log,
    policy,
    safeguards,
    second,
    now = () => new Date(),
  } = parts;
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
    eventLog,
    log,
    now,
    wake: () => worker?.wake(),
  };
  // Kept compiled for requests and worker alike; read anew with every batch and every screening.
  const book = createRuleBook(policy, (fault) =>
    log.error(fault, 'a stored rule is not understood any more'),
  );
  const hashes = createLiveIndexes({ database, log, now, maxHashes: config.hashIndexMax, refreshMs: 300 });
  app.addHook('onClose', () => hashes.close());
  const loaded = hashes.preload();
  const lookUp = createHashLookup(hashes);
  addDetectRoutes(app, services, book, countCases, lookUp, second);
  addRuleRoutes(app, services, policy);
  const media = createMediaReader({ ...config.media, log });
  app.addHook('onClose', () => media.close());
  addBankRoutes(app, services, hashes, lookUp);
  const lookups = createLookupDesk({ database, lookUp, now });
  addMatchRoutes(app, services, { media, desk: lookups });
  addHmaRoutes(app, services, { live: hashes, media, desk: lookups });
  const workbench = createWorkbench(services, safeguards);
  app.addHook('onClose', () => workbench.close());
  const desk = createQuestionDesk({
    database,
    policies: workbench.book,
    now,
    observe: workbench.sampler.observe,
  });
  addPreventRoutes(app, services, desk);
  addWorkbenchRoutes(app, services, workbench);
  addRespondRoutes(app, services);
  addShareRoutes(app, services);
  addLearnRoutes(app, services);
  addAuthRoutes(app, auth);
  addHealthRoutes(app, {
    database,
    eventLog,
    lastPass: () => worker?.lastPass(),
    gauges: {
      keben_cases_waiting: countWaiting,
      keben_hash_index_hashes: async () => hashes.totals().hashes,
      keben_hash_index_bytes: async () => hashes.totals().memoryBytes,
      keben_hash_index_age_seconds: async () => hashes.totals().oldestSeconds,
    },
  });
  await addStaticSites(app);
  return {
    app,
    services,
    async startWork() {
      await startWebhooks({ database, keys, jobs, log, allowPrivate: config.allowPrivateWebhooks, now });
      await startBacktests({ database, keys, jobs, log, files: policy, second, decisionsOf, now });
      // So that no batch reads all known hashes in its transaction. On a Postgres server they load beside it.
      if (database.kind === 'embedded') await loaded;
      worker = await eventLog.read({
        processors: [recordAccounts, createMediaDetection(lookUp), createDetection(book, keys, second)],
        handlers: { ...respondHandlers(services), ...ageHandlers(services) },
        log,
        now,
      });
      return worker;
    },
  };
}
