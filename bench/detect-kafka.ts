/**
 * `node bench/detect-kafka.ts [--events N] [--workers 1,2,4]`: events per second through Kafka and Postgres, from the
 * producer to states, assessments and offsets that are durable (fsync on), with as many partitions as worker processes.
 * Prints a table and, with --json, one JSON line for `npm run bench:detect`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { readConfig } from '../apps/server/src/base/config.ts';
import type { EventLog, NewEntry } from '../apps/server/src/base/event-log.ts';
import { appendEvents } from '../apps/server/src/detect/index.ts';
import { simulate } from '../apps/server/src/detect/simulate/index.ts';
import { open } from '../apps/server/src/start.ts';
import { startKafka } from '../scripts/kafka.ts';
import { startPostgres } from '../test/postgres.ts';

const main = join(import.meta.dirname, '../apps/server/src/main.ts');
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    accounts: { type: 'string', default: '5000' },
    workers: { type: 'string', default: '1,2,4' },
    seed: { type: 'string', default: '11' },
    json: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const stream = [
  ...simulate({
    seed: Number(values.seed),
    accounts: Number(values.accounts),
    events: Number(values.events),
    harmfulPerThousand: 3,
    start: new Date('2026-11-01T00:00:00Z'),
  }),
];

/** What one arrangement reached. Rates are events per second; backlog: drained from a full topic; live: while it is being filled. */
export interface KafkaRate {
  workers: number;
  partitions: number;
  events: number;
  backlog: number;
  live: number;
}

const rates: KafkaRate[] = [];
const broker = await startKafka();
const postgres = await startPostgres({ durable: true });
try {
  for (const workers of values.workers.split(',').map(Number)) rates.push(await measure(workers));
} finally {
  await broker.stop();
  await postgres.stop();
}
if (values.json) console.log(JSON.stringify(rates));
else {
  console.table(
    rates.map(({ workers, partitions, events, backlog, live }) => ({
      workers,
      partitions,
      events,
      'events/s, from a full topic': Math.round(backlog),
      'events/s, end to end': Math.round(live),
    })),
  );
  console.log(
    `${cpus().length} cores (${cpus()[0]?.model.trim()}) for broker, Postgres, workers and producer.`,
  );
}

/** `workers` processes on as many partitions: first from a full topic, then while the producer sends. */
async function measure(workers: number): Promise<KafkaRate> {
  const folder = mkdtempSync(join(tmpdir(), 'keben-bench-'));
  const url = await freshDatabase(`bench_${workers}`);
  const environment = {
    DATA_DIR: folder,
    DATABASE_URL: url,
    KAFKA_BROKERS: broker.address,
    KAFKA_TOPIC: `bench-${workers}`,
    KAFKA_PARTITIONS: String(workers),
    MAX_LAG: '100000000',
    LOG_LEVEL: 'error',
  };
  const opened = await open(readConfig(environment));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const processes: Awaited<ReturnType<typeof startWorker>>[] = [];
  try {
    const organisation = crypto.randomUUID();
    const entries = await prepare(opened, organisation, stream);
    const warm = Math.floor(entries.length / 10);
    const half = warm + Math.floor((entries.length - warm) / 2);
    const parts = [entries.slice(0, warm), entries.slice(warm, half), entries.slice(half)];
    for (let n = 0; n < workers; n++) processes.push(await startWorker(environment, n));
    const progress = { produced: 0 };
    const run = async (part: NewEntry[], between: () => void = () => undefined) => {
      const began = performance.now();
      progress.produced += recordsIn(part);
      await produce(opened.eventLog, part);
      const sent = performance.now();
      between();
      await reached(client, progress.produced);
      const end = performance.now();
      return { whole: part.length / ((end - began) / 1000), rest: part.length / ((end - sent) / 1000) };
    };
    const [first = [], second = [], third = []] = parts;
    await run(first);
    const { whole: live } = await run(second);
    // Stopped while the topic fills, so that afterwards all begin at once.
    for (const one of processes) one.signal('SIGSTOP');
    const { rest: backlog } = await run(third, () => {
      for (const one of processes) one.signal('SIGCONT');
    });
    return { workers, partitions: workers, events: stream.length, backlog, live };
  } finally {
    for (const one of processes) await one.stop();
    await client.end();
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Checked and sealed entries, as intake makes them: what is measured begins where they enter Kafka. */
async function prepare(
  { database, keys, eventLog }: Awaited<ReturnType<typeof open>>,
  organisationId: string,
  events: typeof stream,
): Promise<NewEntry[]> {
  const made: NewEntry[] = [];
  const catcher = {
    ...eventLog,
    appendWith: async (_: unknown, entries: NewEntry[]) => {
      for (const entry of entries) made.push(entry);
    },
  };
  await database.transaction('system', (tx) =>
    appendEvents(tx, { keys, eventLog: catcher }, organisationId, events, new Date()),
  );
  return made;
}

async function produce(eventLog: EventLog, entries: NewEntry[]): Promise<void> {
  for (let from = 0; from < entries.length; from += 2000) {
    await eventLog.append(entries.slice(from, from + 2000));
  }
}

async function startWorker(environment: Record<string, string>, n: number) {
  const flags = values.profile && n === 0 ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : [];
  const child = spawn(process.execPath, [...flags, main, 'worker'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  await once(child.stdout, 'data');
  return {
    signal: (signal: NodeJS.Signals) => void child.kill(signal),
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** Records of some entries: the events, and mirrors that tell a second account. */
function recordsIn(entries: NewEntry[]): number {
  return entries.length + entries.filter(({ mirrorKey }) => mirrorKey !== undefined).length;
}

async function reached(client: pg.Client, to: number): Promise<void> {
  while ((await processed(client)) < to) await wait(20);
}

/** Records whose effects are committed, by the offsets that were committed with them. */
async function processed(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ n: string }>(
    "select coalesce(sum(position), 0)::text as n from log_cursor where consumer like 'detect@%'",
  );
  return Number(rows[0]?.n ?? 0);
}

async function freshDatabase(name: string): Promise<string> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return postgres.url.replace(/\/[^/]*$/, `/${name}`);
}
