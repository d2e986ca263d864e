import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../apps/server/src/base/config.ts';
import { createSender } from '../apps/server/src/base/kafka/producer.ts';
import { seedDemo } from '../apps/server/src/demo.ts';
import { type Running, start } from '../apps/server/src/start.ts';
import { type Broker, startKafka } from '../scripts/kafka.ts';
import { describeWithKafka } from './kafka.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { signIn, type TestStage, until } from './stage.ts';

const main = join(import.meta.dirname, '../apps/server/src/main.ts');
const threat = 'Tao sẽ tung ảnh cho cả trường xem. Chuyển 500k trong 30 phút không thì tao đăng';

describeWithKafka('events through Kafka, states in Postgres', () => {
  let broker: Broker;
  let postgres: PostgresServer;
  let web: Running;
  let workers: Running[] = [];
  let stage: TestStage;
  let database: pg.Client;
  const dataDir = mkdtempSync(join(tmpdir(), 'keben-kafka-flow-'));
  let environment: Record<string, string> = {};
  const worker = () => start(readConfig(environment), 'worker');

  beforeAll(async () => {
    [broker, postgres] = await Promise.all([startKafka(), startPostgres()]);
    environment = {
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: postgres.url,
      KAFKA_BROKERS: broker.address,
      KAFKA_PARTITIONS: '4',
      KAFKA_SESSION_SECONDS: '2',
      LOG_LEVEL: 'fatal',
    };
    web = await start(readConfig(environment), 'web');
    const demo = await seedDemo(web.services);
    stage = {
      url: web.url ?? '',
      playgroundUrl: '',
      dataDir,
      demo,
      running: web,
      close: async () => undefined,
    };
    workers = [await worker(), await worker()];
    database = new pg.Client({ connectionString: postgres.url });
    await database.connect();
  });
  afterAll(async () => {
    await database?.end();
    for (const running of [web, ...workers]) await running?.stop();
    await broker?.stop();
    await postgres?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const message = (id: string, from: string, text = threat) => ({
    specversion: '1.0',
    id,
    source: '/test',
    type: 'message.sent',
    time: '2026-11-24T08:00:00Z',
    data: {
      conversation: `c-${from}`,
      from: { id: from, ageBand: 'adult' },
      to: [{ id: `kid-of-${from}`, ageBand: '13-15' }],
      text,
    },
  });
  const post = (events: unknown) =>
    fetch(`${stage.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.demo.platform.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(events),
    });
  const rows = async <T>(text: string, values: unknown[] = []) =>
    (await database.query(text, values)).rows as T[];
  const stored = async (prefix: string) =>
    (
      await rows<{ n: number }>('select count(*)::int as n from event_log where event_id like $1', [
        `${prefix}%`,
      ])
    )[0]?.n;
  const assessed = async (prefix: string) =>
    rows<{ event_id: string; account: string; level: string }>(
      'select event_id, account, level from assessment where event_id like $1 order by event_id, account, level',
      [`${prefix}%`],
    );
  const keben = async (...words: string[]) => {
    const child = spawn(process.execPath, [main, ...words], {
      env: { ...process.env, ...environment, LOG_LEVEL: 'warn' },
    });
    let out = '';
    let errors = '';
    child.stdout.on('data', (part: Buffer) => {
      out += part.toString();
    });
    child.stderr.on('data', (part: Buffer) => {
      errors += part.toString();
    });
    const [code] = (await once(child, 'close')) as [number];
    return { code, out, errors };
  };

  it('takes events in after the acknowledgement, judges them, opens cases and counts repeats once', async () => {
    const events = Array.from({ length: 40 }, (_, n) => message(`happy-${n}`, `stranger-${n}`));
    const answer = await post(events);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ accepted: 40 });
    // A platform that is not sure sends again.
    expect((await post(events)).status).toBe(202);
    await until('forty events are stored', async () => ((await stored('happy-')) === 40 ? true : undefined));
    const moderator = await signIn(stage, 'moderator');
    await until('forty cases', async () => {
      const { body } = await moderator.get<{ cases: unknown[] }>('/v1/cases');
      return body.cases.length === 40 ? true : undefined;
    });
    const status = await until('nothing waits', async () => {
      const body = (await (
        await fetch(`${stage.url}/v1/log/status`, {
          headers: { authorization: `Bearer ${stage.demo.platform.apiKey}` },
        })
      ).json()) as { lag: number; processed: number };
      return body.lag === 0 ? body : undefined;
    });
    expect(status.processed).toBe(40);
    expect(new Set((await assessed('happy-')).map(({ event_id }) => event_id)).size).toBe(40);
  });

  it('goes on after a rebalance: one worker leaves, another comes, nothing is lost or counted twice', async () => {
    const events = Array.from({ length: 600 }, (_, n) => message(`moves-${n}`, `mover-${n % 60}`));
    const sending = (async () => {
      for (let from = 0; from < events.length; from += 50) {
        expect((await post(events.slice(from, from + 50))).status).toBe(202);
      }
    })();
    const [leaving, ...others] = workers;
    await leaving?.stop();
    workers = [...others, await worker()];
    await sending;
    await until('all are stored', async () => ((await stored('moves-')) === 600 ? true : undefined));
    const [{ n = 0 } = {}] = await rows<{ n: number }>(
      "select count(distinct (log_partition, log_offset))::int as n from event_log where event_id like 'moves-%'",
    );
    expect(n).toBe(600);
    const levels = await assessed('moves-');
    expect(new Set(levels.map(({ account }) => account)).size).toBe(60);
  });

  it('sets poison aside with the reason, goes on with the rest, and puts it back on demand', async () => {
    const offsetsBefore = (await rows<{ n: string }>('select sum(position) as n from log_cursor'))[0]?.n;
    const organisation = stage.demo.platform.organisation;
    const key = Buffer.from(`${organisation}\nsomebody`);
    const head = (id: string) =>
      JSON.stringify(['/test', id, 'message.sent', 1_795_000_000_000, 1_795_000_000_000]);
    const sender = createSender({
      brokers: [broker.address],
      log: web.services.log,
      mostWaiting: 100,
    });
    const send = (value: string, version = '1') =>
      sender.send('keben.events', [
        { partition: 0, key, value: Buffer.from(value), headers: new Map([['keben-schema', version]]) },
      ]);
    await send('no lines at all');
    await send(`${head('from-the-future')}\n{}\n`, '99');
    // Postgres keeps no NUL in JSON, so storing it fails, alone as in company.
    await send(`${head('nul')}\n{"conversation":"\\u0000"}\n`);
    await sender.close();
    await database.query("alter table event_log add constraint sick check (event_id <> 'cured') not valid");
    const events = Array.from({ length: 200 }, (_, n) =>
      message(n === 100 ? 'cured' : `beside-${n}`, `beside-${n}`),
    );
    expect((await post(events)).status).toBe(202);
    await until('the others are stored', async () => ((await stored('beside-')) === 199 ? true : undefined));
    const list = async () =>
      (await keben('dead', 'list')).out
        .trim()
        .split('\n')
        .map(
          (line) => JSON.parse(line) as { id: string; reason: string; eventId: string | null; error: string },
        );
    const letters = await until('four dead letters', async () => {
      const found = await list();
      return found.length === 4 ? found : undefined;
    });
    expect(letters.map(({ reason }) => reason).sort()).toEqual([
      'failed',
      'failed',
      'undecodable',
      'unknown-schema',
    ]);
    const cured = letters.find(({ eventId }) => eventId === 'cured');
    expect(cured).toMatchObject({ reason: 'failed', organisationId: organisation });
    expect(JSON.stringify(letters)).not.toContain('tung ảnh');
    const unknown = await keben('dead', 'replay', '--id', '999999');
    expect(unknown).toMatchObject({ code: 1 });
    await database.query('alter table event_log drop constraint sick');
    expect(await keben('dead', 'replay', '--id', cured?.id ?? '')).toMatchObject({ code: 0, errors: '' });
    await until('the mended one is stored', async () => ((await stored('cured')) === 1 ? true : undefined));
    expect((await list()).map(({ eventId }) => eventId)).not.toContain('cured');
    // Replayed though nothing was mended, it comes back.
    await keben('dead', 'replay', '--id', letters.find(({ eventId }) => eventId === 'nul')?.id ?? '');
    await until('it is dead again', async () =>
      (await list()).some(({ eventId, id }) => eventId === 'nul' && id !== letters[2]?.id) ? true : undefined,
    );
    expect(offsetsBefore).toBeDefined();
  });

  it('fences a worker that believes that it still owns a partition', async () => {
    const account = 'fenced-account';
    await post([message('fence-0', account)]);
    await until('the first is stored', async () => ((await stored('fence-0')) === 1 ? true : undefined));
    const [place] = await rows<{ partition: number; at: string; consumer: string }>(
      "select log_partition as partition, log_offset::text as at, (select consumer from log_cursor where consumer like 'detect@%' limit 1) as consumer from event_log where event_id = 'fence-0'",
    );
    // What another owner of the partition does: it processes the next record and moves the stored offset.
    await database.query(
      'update log_cursor set position = position + 1 where consumer = $1 and partition = $2',
      [place?.consumer, place?.partition],
    );
    await post([message('fence-1', account), message('fence-2', account)]);
    await until('the worker goes on behind the other', async () =>
      (await stored('fence-2')) === 1 ? true : undefined,
    );
    expect(await stored('fence-1')).toBe(0);
  });

  it('passes a report on through the outbox', async () => {
    const answer = await fetch(`${stage.url}/v1/reports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.demo.platform.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        by: { id: 'kid-9', ageBand: '13-15' },
        target: { id: 'reported-9', ageBand: 'adult' },
        comment: 'người này dọa em',
      }),
    });
    const { id } = (await answer.json()) as { id: string };
    await until('the report is an event', async () => ((await stored(id)) === 1 ? true : undefined));
    expect(await rows('select from outbox where topic = $1', ['event.appended'])).toHaveLength(0);
    const traced = JSON.parse((await keben('trace', id)).out) as { processed: boolean; kafka: object }[];
    expect(traced).toMatchObject([{ processed: true, kafka: { partition: expect.any(Number) } }]);
  });

  it('asks for patience when detection is behind or the broker is away, and loses nothing', async () => {
    const own = { ...environment, KAFKA_TOPIC: 'pressure', MAX_LAG: '50' };
    const alone = await start(readConfig(own), 'web');
    const at = async (events: unknown) =>
      fetch(`${alone.url}/v1/events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${stage.demo.platform.apiKey}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(events),
      });
    try {
      expect(
        (await at(Array.from({ length: 100 }, (_, n) => message(`wait-${n}`, `waiter-${n}`)))).status,
      ).toBe(202);
      const traced = JSON.parse((await keben('trace', 'wait-7')).out || '[]') as unknown[];
      expect(traced).toEqual([]);
      const refused = await until('it is refused', async () => {
        const answer = await at([message('wait-late', 'waiter-late')]);
        return answer.status === 429 ? answer : undefined;
      });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await refused.json()).toMatchObject({ code: 'backlog', status: 429 });
      environment = { ...environment, KAFKA_TOPIC: 'pressure' };
      expect(JSON.parse((await keben('trace', 'wait-7')).out)).toMatchObject([
        { processed: false, position: null },
      ]);
      const helper = await start(readConfig(own), 'worker');
      try {
        await until('it is taken', async () =>
          (await at([message('wait-late', 'waiter-late')])).status === 202 ? true : undefined,
        );
        await until('all are stored', async () => ((await stored('wait-')) === 101 ? true : undefined));
        await broker.kill();
        const away = await at([message('away', 'waiter-away')]);
        expect(away.status).toBe(429);
        expect(await away.json()).toMatchObject({ code: 'backlog' });
        await broker.restart();
        await until('it is taken again', async () =>
          (await at([message('away', 'waiter-away')])).status === 202 ? true : undefined,
        );
        await until('it is stored once', async () => ((await stored('away')) === 1 ? true : undefined));
      } finally {
        await helper.stop();
      }
    } finally {
      await alone.stop();
    }
  });
});
