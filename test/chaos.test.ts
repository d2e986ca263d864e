import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiKey } from '../apps/server/src/base/api-keys.ts';
import { readConfig } from '../apps/server/src/base/config.ts';
import { insertOrganisation } from '../apps/server/src/base/organisation-store.ts';
import { simulate } from '../apps/server/src/detect/simulate/index.ts';
import { start } from '../apps/server/src/start.ts';
import { type Broker, startKafka } from '../scripts/kafka.ts';
import { describeWithKafka } from './kafka.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

const main = join(import.meta.dirname, '../apps/server/src/main.ts');
const SEED = Number(process.env.CHAOS_SEED ?? 20261124);
const EVENTS = 10_000;
const KILLS = 20;
const WORKERS = 2;
const BATCH = 100;
/** Events that may be on their way: enough that every kill meets work, few enough that the load lasts for all kills. */
const UNDER_WAY = 1500;

const stream = [
  ...simulate({
    seed: SEED,
    accounts: 700,
    events: EVENTS,
    harmfulPerThousand: 40,
    start: new Date('2026-11-01T00:00:00Z'),
  }),
];

describeWithKafka('workers and broker killed under load', () => {
  let broker: Broker;
  let postgres: PostgresServer;
  const dataDir = mkdtempSync(join(tmpdir(), 'keben-chaos-'));

  beforeAll(async () => {
    [broker, postgres] = await Promise.all([startKafka(), startPostgres()]);
  });
  afterAll(async () => {
    await broker?.stop();
    await postgres?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(`gives the same assessments after ${KILLS} kills as without any, byte for byte`, async () => {
    const calm = await run('calm', 0);
    const disturbed = await run('disturbed', KILLS);
    expect(disturbed.kills).toBe(KILLS);
    expect(calm.events).toBe(EVENTS);
    expect(disturbed.events).toBe(EVENTS);
    // A run that raises nothing would equal any other.
    expect(calm.assessments.length).toBeGreaterThan(100);
    expect(disturbed.observations).toEqual(calm.observations);
    expect(disturbed.assessments).toEqual(calm.assessments);
    expect(disturbed.assessments.join('\n')).toBe(calm.assessments.join('\n'));
    // A minute and a half on two free cores; more where others work too.
  }, 600_000);

  /** Sends the stream through HTTP, Kafka and worker processes, killing at seeded moments of progress. */
  async function run(name: string, kills: number) {
    const environment = {
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: await freshDatabase(name),
      KAFKA_BROKERS: broker.address,
      KAFKA_TOPIC: `chaos-${name}`,
      KAFKA_PARTITIONS: '4',
      KAFKA_SESSION_SECONDS: '2',
      KEBEN_MASTER_KEY: 'c4a05'.padEnd(64, '0'),
      LOG_LEVEL: 'fatal',
    };
    const web = await start(readConfig(environment), 'web');
    const database = new pg.Client({ connectionString: environment.DATABASE_URL });
    await database.connect();
    const workers = Array.from({ length: WORKERS }, () => startWorker(environment));
    const progress = async () =>
      Number((await database.query('select count(*) as n from event_log')).rows[0]?.n ?? 0);
    let killed = 0;
    try {
      const { services, url = '' } = web;
      const apiKey = await services.database.transaction('system', async (tx) => {
        const id = '7e57ab1e-0000-4000-8000-00000000c4a0';
        const at = new Date('2026-11-01T00:00:00Z');
        await insertOrganisation(tx, { id, kind: 'platform', nameVi: 'Thử', nameEn: 'Trial', createdAt: at });
        return createApiKey(tx, id, 'chaos', at);
      });
      const choose = seeded(SEED);
      let mending: Promise<void> = Promise.resolve();
      const disturb = async (done: number) => {
        // A worker that starts while the broker is away says so and ends; whoever runs it starts it again.
        for (const [index, worker] of workers.entries()) {
          if (worker.exitCode !== null) workers[index] = startWorker(environment);
        }
        if (killed >= kills || done < ((killed + 1) * EVENTS) / (kills + 2)) return;
        // One broken thing at a time: the next kill waits until what was killed is started again.
        await mending;
        killed++;
        const victim = choose() % 4;
        if (victim === 0) {
          await broker.kill();
          mending = broker.restart();
        } else {
          const index = victim % WORKERS;
          await kill(workers[index]);
          workers[index] = startWorker(environment);
        }
      };
      for (let from = 0; from < stream.length; from += BATCH) {
        for (;;) {
          const done = await progress();
          await disturb(done);
          if (from - done < UNDER_WAY) break;
          await wait(20);
        }
        await post(url, apiKey, stream.slice(from, from + BATCH));
      }
      for (let done = 0; done < EVENTS; done = await progress()) {
        await disturb(done);
        await wait(20);
      }
      await mending;
      await settled(database);
      return { events: await progress(), kills: killed, ...(await outcome(database)) };
    } finally {
      for (const worker of workers) await kill(worker);
      await web.stop();
      await database.end();
    }
  }

  async function freshDatabase(name: string): Promise<string> {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`create database chaos_${name}`);
    await client.end();
    return postgres.url.replace(/\/[^/]*$/, `/chaos_${name}`);
  }
});

function startWorker(environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [main, 'worker'], {
    env: { ...process.env, ...environment },
    stdio: 'ignore',
  });
}

async function kill(worker: ChildProcess | undefined): Promise<void> {
  if (!worker || worker.exitCode !== null || worker.signalCode !== null) return;
  const gone = once(worker, 'exit');
  worker.kill('SIGKILL');
  await gone;
}

/** As a platform does it: the same batch again until it is taken. */
async function post(url: string, apiKey: string, events: unknown[]): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(events),
    });
    const body = (await answer.json()) as { rejected?: number };
    if (answer.status === 202) {
      expect(body.rejected).toBe(0);
      return;
    }
    expect(answer.status, JSON.stringify(body)).toBe(429);
    await wait(300);
  }
}

/** Waits until mirrors, too, are worked on: the offsets stand still at what Kafka holds. */
async function settled(database: pg.Client): Promise<void> {
  let before = '';
  for (let same = 0; same < 15; ) {
    const now = String((await database.query('select sum(position) as n from log_cursor')).rows[0]?.n);
    same = now === before ? same + 1 : 0;
    before = now;
    await wait(200);
  }
}

/** Everything that detection made, sorted, with events named by their ids instead of log positions. */
async function outcome(database: pg.Client): Promise<{ assessments: string[]; observations: string[] }> {
  const names = new Map(
    (await database.query('select position::text, source, event_id from event_log')).rows.map(
      (row: { position: string; source: string; event_id: string }) => [
        row.position,
        `${row.source} ${row.event_id}`,
      ],
    ),
  );
  const assessments = (
    await database.query(
      'select id, event_id, account, account_band, counterpart, counterpart_band, level, score, harm, cues, contributions, rules, actions, version, at, position::text from assessment',
    )
  ).rows.map(({ position, contributions, ...rest }) =>
    JSON.stringify({
      ...rest,
      position: names.get(position),
      contributions: (contributions as { evidence: number[] }[]).map((term) => ({
        ...term,
        evidence: term.evidence.map((at) => names.get(String(at))),
      })),
    }),
  );
  const observations = (
    await database.query('select position::text, cue, score, start_at, end_at, at from observation')
  ).rows.map(({ position, ...rest }) => JSON.stringify({ event: names.get(position), ...rest }));
  return { assessments: assessments.sort(), observations: observations.sort() };
}

/** Small repeatable random numbers (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
