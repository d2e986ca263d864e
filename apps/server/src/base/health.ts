import { sql } from 'drizzle-orm';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import { type Database, newestAppliedMigration, newestKnownMigration, rows, type Tx } from './database.ts';
import type { EventLog } from './event-log.ts';
import type { App } from './http.ts';

export interface HealthOptions {
  database: Database;
  eventLog: EventLog;
  /** When the log worker of this process last completed a pass; undefined when it runs elsewhere. */
  lastPass: () => number | undefined;
  /** Further gauges, read when scraped. */
  gauges: Record<string, (tx: Tx) => Promise<number>>;
}

const WORKER_MAY_REST_MS = 60_000;
const Check = z.object({ ok: z.boolean(), detail: z.string() });
const Readiness = z.object({
  status: z.enum(['ready', 'not-ready']),
  checks: z.object({ database: Check, eventLog: Check, migrations: Check }),
});

/** `/healthz` (the process answers), `/readyz` (database, event log, migrations), `/metrics` (Prometheus text). */
export function addHealthRoutes(app: App, options: HealthOptions): void {
  const tags = ['operations'];
  app.get(
    '/healthz',
    {
      schema: {
        summary: 'The process answers',
        tags,
        response: { 200: z.object({ status: z.literal('ok') }) },
      },
    },
    () => ({ status: 'ok' as const }),
  );
  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Database, event log and migrations are in order',
        tags,
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (_request, reply) => {
      const checks = await readiness(options);
      const ready = Object.values(checks).every(({ ok }) => ok);
      return reply
        .status(ready ? 200 : 503)
        .send({ status: ready ? ('ready' as const) : ('not-ready' as const), checks });
    },
  );
  addMetrics(app, options);
}

async function readiness({ database, eventLog: log, lastPass }: HealthOptions) {
  const failed = (cause: unknown) => ({
    ok: false,
    detail: cause instanceof Error ? cause.message : String(cause),
  });
  const databaseCheck = await database
    .transaction('system', (tx) => tx.execute(sql`select 1`))
    .then(() => ({ ok: true, detail: database.kind as string }), failed);
  const migrations = await newestAppliedMigration(database.outer).then((applied) => {
    const known = newestKnownMigration();
    return { ok: applied === known, detail: `applied ${applied}, known ${known}` };
  }, failed);
  const eventLog = await log.status().then(({ accepted, processed }) => {
    const rested = Date.now() - (lastPass() ?? Date.now());
    const lag = accepted - processed;
    return {
      ok: lag === 0 || rested < WORKER_MAY_REST_MS,
      detail: `${accepted} accepted, ${lag} waiting, last pass ${rested} ms ago`,
    };
  }, failed);
  return { database: databaseCheck, eventLog, migrations };
}

function addMetrics(app: App, { database, eventLog, gauges }: HealthOptions): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'keben_http_request_seconds',
    help: 'Time from request to answer, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const lag = new Gauge({
    name: 'keben_event_log_lag',
    help: 'Events accepted and not yet read by detection',
    registers: [registry],
  });
  const dead = new Gauge({
    name: 'keben_outbox_dead',
    help: 'Messages between rooms that failed for good and wait for a person',
    registers: [registry],
  });
  const more = Object.entries(gauges).map(([name, read]) => ({
    gauge: new Gauge({ name, help: name.replaceAll('_', ' '), registers: [registry] }),
    read,
  }));
  app.addHook('onResponse', async (request, reply) => {
    // The route's pattern, never the address: addresses carry ids.
    const route = request.routeOptions.url ?? 'unknown';
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const { accepted, processed } = await eventLog.status();
    lag.set(accepted - processed);
    await database.transaction('system', async (tx) => {
      const [row] = await rows<{ n: number }>(tx, sql`select count(*)::int as n from outbox where dead`);
      dead.set(row?.n ?? 0);
      for (const { gauge, read } of more) gauge.set(await read(tx));
    });
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
