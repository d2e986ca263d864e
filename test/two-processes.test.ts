import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../apps/server/src/base/config.ts';
import { seedDemo } from '../apps/server/src/demo.ts';
import { type Running, start } from '../apps/server/src/start.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { signIn, type TestStage } from './stage.ts';

describe('web and worker apart, on one Postgres server', () => {
  let postgres: PostgresServer;
  let web: Running;
  let workers: Running[] = [];
  let stage: TestStage;
  const dataDir = mkdtempSync(join(tmpdir(), 'keben-apart-'));

  beforeAll(async () => {
    postgres = await startPostgres();
    const config = readConfig({
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: postgres.url,
      LOG_LEVEL: 'error',
    });
    web = await start(config, 'web');
    const demo = await seedDemo(web.services);
    workers = [await start(config, 'worker'), await start(config, 'worker')];
    stage = {
      url: web.url ?? '',
      playgroundUrl: '',
      dataDir,
      demo,
      running: web,
      close: async () => undefined,
    };
  });
  afterAll(async () => {
    for (const running of [web, ...workers]) await running?.stop();
    await postgres?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('every event counts once, and consoles learn of what the workers did', async () => {
    const moderator = await signIn(stage, 'moderator');
    const stream = await fetch(`${stage.url}/v1/stream`, { headers: { cookie: moderator.cookie } });
    const reader = stream.body?.getReader();
    const events = Array.from({ length: 40 }, (_, n) => ({
      specversion: '1.0',
      id: `e-${n}`,
      source: '/test',
      type: 'message.sent',
      time: '2026-11-24T08:00:00Z',
      data: {
        conversation: `c-${n}`,
        from: { id: `stranger-${n}`, ageBand: 'adult' },
        to: [{ id: `kid-${n}`, ageBand: '13-15' }],
        text: 'Tao sẽ tung ảnh cho cả trường xem. Chuyển 500k trong 30 phút không thì tao đăng',
      },
    }));
    const answer = await fetch(`${stage.url}/v1/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stage.demo.platform.apiKey}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(events),
    });
    expect(await answer.json()).toMatchObject({ accepted: 40 });
    let told = '';
    const seen = () =>
      new Set([...told.matchAll(/"topic":"cases","id":"([^"]+)"/g)].map(([, id]) => id)).size;
    while (seen() < 40) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) throw new Error('the stream ended');
      told += new TextDecoder().decode(chunk.value);
    }
    const { body } = await moderator.get<{ cases: unknown[] }>('/v1/cases');
    expect(body.cases).toHaveLength(40);
    await reader?.cancel();
  });
});
