import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApartStage, openApart } from './apart.ts';
import { signIn, type TestStage } from './stage.ts';

describe('web and worker apart, on one Postgres server', () => {
  let apart: ApartStage;
  let stage: TestStage;

  beforeAll(async () => {
    apart = await openApart();
    stage = apart.stage;
  });
  afterAll(() => apart?.close());

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
