import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { askPlatform, drained, openStage, type TestStage } from './stage.ts';

describe.each(['embedded', 'postgres'] as const)('AuthZEN on %s', (kind) => {
  let postgres: PostgresServer | undefined;
  let stage: TestStage;

  beforeAll(async () => {
    if (kind === 'postgres') postgres = await startPostgres();
    stage = await openStage(postgres ? { DATABASE_URL: postgres.url } : {});
  });
  afterAll(async () => {
    await stage?.close();
    await postgres?.stop();
  });

  const platform = (path: string, body?: unknown, method = 'POST') => askPlatform(stage, method, path, body);

  it('decides in the forms of AuthZEN 1.0 and of its own', async () => {
    const answer = await platform('/access/v1/evaluation', {
      subject: { type: 'account', id: 'x1', properties: { ageBand: 'adult' } },
      action: { name: 'message.send' },
      resource: { type: 'account', id: 'x2', properties: { ageBand: '13-15' } },
    });
    expect(await answer.json()).toMatchObject({ decision: false, context: { outcome: 'deny' } });
    const wrong = await platform('/v1/decisions', {
      subject: { id: 'x1' },
      action: 'dance',
      resource: { type: 'account', id: 'x2' },
    });
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toMatchObject({ code: 'invalid-request', pointer: '/action' });
  });

  it('names by AuthZEN search, page by page, whom somebody may find', async () => {
    // Letters of either case and other scripts: the order of ids is the database's own.
    const bands = {
      'find-a': 'adult',
      'Find-B': '13-15',
      'find-ắ': 'adult',
      FIND_C: 'adult',
      'find-_d': '16-17',
    };
    const registered = Object.entries(bands).map(([id, ageBand]) => ({
      specversion: '1.0',
      id: `found-${id}`,
      source: '/search',
      type: 'account.registered',
      time: new Date().toISOString(),
      data: { account: { id, ageBand } },
    }));
    const accepted = await fetch(`${stage.url}/v1/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stage.demo.platform.apiKey}`,
        'content-type': 'application/cloudevents-batch+json',
      },
      body: JSON.stringify(registered),
    });
    expect(accepted.status).toBe(202);
    await drained(stage);
    const found: string[] = [];
    for (let page: object = { limit: 2 }; ; ) {
      const answer = await platform('/access/v1/search/resource', {
        subject: { type: 'account', id: 'find-a' },
        action: { name: 'search.appear' },
        resource: { type: 'account' },
        page,
      });
      expect(answer.status).toBe(200);
      const { results, page: next } = (await answer.json()) as {
        results: { id: string }[];
        page: { next_token: string };
      };
      found.push(...results.map(({ id }) => id));
      if (next.next_token === '') break;
      page = { token: next.next_token };
    }
    expect(new Set(found).size).toBe(found.length);
    const ours = found.filter((id) => Object.hasOwn(bands, id)).sort();
    expect(ours).toEqual(['FIND_C', 'find-a', 'find-ắ']);
  });
});
