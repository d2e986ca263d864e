import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cedarPoint } from './cedar-point.ts';
import { publicUrl, type Served, serve } from './serve.ts';

/*
 * The certification scenario of AuthZEN 1.0: github.com/openid/authzen,
 * certification/authorization-api-1_0-scenario.md at 23c4a3b, all levels (Basic, Batch, Search, Discovery). The numbers
 * are its section marks. Policies and words are ours.
 */
const alice = { type: 'user', id: 'alice' };
const bob = { type: 'user', id: 'bob' };
const admin = { ...bob, properties: { role: 'admin' } };
const record1 = { type: 'record', id: 'record-1' };
const record2 = { type: 'record', id: 'record-2' };
const archived = { ...record2, properties: { status: 'archived' } };
const active = { ...record1, properties: { status: 'active' } };
const does = (name: string, properties?: object) => ({ name, ...(properties ? { properties } : {}) });
const read = does('read');
const write = does('write');

interface Decisions {
  decision?: boolean;
  evaluations?: { decision: boolean; context?: object }[];
}
interface Found {
  page?: { next_token: string };
  results: { type?: string; id?: string; name?: string }[];
}

describe('the certification scenario', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve(() =>
      cedarPoint({
        name: 'certification',
        types: { user: 'User', record: 'Record' },
        subjects: { user: { alice: {}, bob: { role: 'admin' } } },
        resources: { record: { 'record-1': { status: 'active' }, 'record-2': { status: 'archived' } } },
        takes: { user: ['role'], record: ['status'] },
        actions: { record: { read: [], write: [], delete: ['soft'] } },
      }),
    );
  });
  afterAll(() => served?.close());

  const evaluate = (body: unknown, headers?: Record<string, string>) =>
    served.post<Decisions>('/access/v1/evaluation', body, headers);
  const batch = async (body: object) => {
    const { status, body: answer } = await served.post<Decisions>('/access/v1/evaluations', body);
    expect(status).toBe(200);
    return answer.evaluations?.map(({ decision }) => decision);
  };

  it.each([
    ['c-2-2-1', alice, read, record1, {}, true],
    ['c-2-2-2', bob, write, record1, {}, false],
    ['c-1-4 rule 2', alice, write, record1, {}, true],
    ['c-1-4 rule 3', bob, read, record1, {}, true],
    [
      'c-2-2-3',
      alice,
      read,
      record1,
      { context: { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' } },
      true,
    ],
    ['c-2-2-4', alice, write, archived, {}, false],
    ['c-2-2-5', admin, write, archived, {}, true],
    ['c-2-2-6', alice, does('delete', { soft: true }), record1, {}, true],
    ['c-2-2-7', alice, does('delete', { soft: false }), record1, {}, false],
    [
      'c-2-2-8',
      { ...alice, properties: { department: 'Sales', role: 'manager' } },
      does('read', { method: 'GET' }),
      { ...record1, properties: { status: 'active', owner: 'bob' } },
      {},
      true,
    ],
    ['c-2-2-9', alice, read, record1, { foo: 'bar', futureField: { nested: true } }, true],
  ])('%s', async (_section, subject, action, resource, more, expected) => {
    // c-2-6: the same answer each time.
    for (let time = 0; time < 3; time++) {
      const answer = await evaluate({ subject, action, resource, ...more });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.body.decision).toBe(expected);
    }
  });

  it.each([
    ['c-2-4-1', { action: read, resource: record1 }, '/subject'],
    ['c-2-4-1', { subject: alice, resource: record1 }, '/action'],
    ['c-2-4-1', { subject: alice, action: read }, '/resource'],
    ['c-2-4-2', { subject: { id: 'alice' }, action: read, resource: record1 }, '/subject/type'],
    ['c-2-4-2', { subject: { type: 'user' }, action: read, resource: record1 }, '/subject/id'],
    ['c-2-4-2', { subject: alice, action: {}, resource: record1 }, '/action/name'],
    ['c-2-4-2', { subject: alice, action: read, resource: { id: 'record-1' } }, '/resource/type'],
    ['c-2-4-2', { subject: alice, action: read, resource: { type: 'record' } }, '/resource/id'],
    ['c-2-4-6', { subject: 'alice', action: read, resource: record1 }, '/subject'],
    ['c-2-4-6', { subject: alice, action: { name: 123 }, resource: record1 }, '/action/name'],
  ])('%s: %j is 400 and says where', async (_section, body, pointer) => {
    const answer = await evaluate(body, { 'x-request-id': 'of-an-error' });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid-request', pointer });
    expect(answer.headers.get('x-request-id')).toBe('of-an-error');
    // The same at the batch endpoint without a batch.
    const single = await served.post('/access/v1/evaluations', body);
    expect(single.status).toBe(400);
    expect(single.body).toMatchObject({ pointer });
  });

  it('c-2-4-3 to c-2-4-5: another content type, broken JSON and no body are 400', async () => {
    const sound = { subject: alice, action: read, resource: record1 };
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      expect((await evaluate(sound, { 'content-type': type })).status, type).toBe(400);
    }
    expect((await evaluate('{"subject": ')).status).toBe(400);
    expect((await evaluate('')).status).toBe(400);
  });

  it('c-2-5: a request id comes back, and is not needed', async () => {
    const sound = { subject: alice, action: read, resource: record1 };
    const answer = await evaluate(sound, { 'x-request-id': 'bfe9eb29-ab87' });
    expect(answer.headers.get('x-request-id')).toBe('bfe9eb29-ab87');
    expect((await evaluate(sound)).status).toBe(200);
  });

  it('c-3-2: batches, with and without defaults', async () => {
    expect(
      await batch({
        subject: alice,
        action: read,
        evaluations: [{ resource: record1 }, { resource: record2 }],
      }),
    ).toHaveLength(2);
    expect(
      await batch({ subject: bob, resource: record1, evaluations: [{ action: read }, { action: write }] }),
    ).toEqual([true, false]);
    expect(
      await batch({
        subject: alice,
        action: write,
        evaluations: [{ resource: active }, { resource: archived }],
      }),
    ).toEqual([true, false]);
    expect(
      await batch({
        action: write,
        resource: archived,
        evaluations: [{ subject: alice }, { subject: admin }],
      }),
    ).toEqual([false, true]);
    expect(
      await batch({
        evaluations: [
          { subject: alice, action: read, resource: record1 },
          { subject: bob, action: write, resource: record1 },
        ],
      }),
    ).toEqual([true, false]);
    expect(
      await batch({
        subject: alice,
        action: read,
        context: { time: '2025-06-27T18:03-07:00' },
        evaluations: [{ resource: record1 }, { resource: record2, context: { source: 'batch-override' } }],
      }),
    ).toHaveLength(2);
    const { type: _, ...untyped } = active;
    expect(
      await batch({
        subject: alice,
        action: write,
        resource: { type: 'record' },
        evaluations: [{ resource: untyped }, { resource: archived }],
      }),
    ).toEqual([true, false]);
  });

  it('c-3-4: one bad evaluation is closed and leaves the others', async () => {
    expect(await batch({ subject: alice, action: read, evaluations: [{ resource: record1 }, {}] })).toEqual([
      true,
      false,
    ]);
    const single = { subject: alice, action: read, resource: record1 };
    for (const body of [single, { ...single, evaluations: [] }]) {
      expect((await served.post<Decisions>('/access/v1/evaluations', body)).body.decision).toBe(true);
    }
  });

  const search = async (kind: string, body: object) => {
    const answer = await served.post<Found>(`/access/v1/search/${kind}`, body);
    expect(answer.status).toBe(200);
    return answer.body;
  };

  it.each([
    ['c-4-2-1', 'subject', { subject: { type: 'user' }, action: read, resource: record1 }, [alice, bob]],
    [
      'c-4-2-2',
      'subject',
      { subject: { type: 'user' }, action: read, resource: record1, context: { a: 1 } },
      [alice, bob],
    ],
    ['c-4-2-4', 'subject', { subject: { type: 'user' }, action: write, resource: archived }, [bob]],
    [
      'c-4-3-1',
      'resource',
      { subject: alice, action: read, resource: { type: 'record' } },
      [record1, record2],
    ],
    ['c-4-3-3', 'resource', { subject: admin, action: write, resource: { type: 'record' } }, [record2]],
    ['c-4-4-1', 'action', { subject: alice, resource: record1 }, [read, write]],
    ['c-4-4-2', 'action', { subject: alice, resource: record1, context: { a: 1 } }, [read, write]],
    ['c-4-4-3', 'action', { subject: admin, resource: archived }, [read, write]],
    ['c-4-6-1', 'action', { subject: { type: 'user', id: 'nonexistent-user' }, resource: record1 }, []],
    ['c-4-6-2', 'subject', { subject: { type: 'spaceship' }, action: read, resource: record1 }, []],
  ])('%s', async (_section, kind, body, expected) => {
    expect((await search(kind, body)).results).toEqual(expected);
  });

  it('8.4.1, 8.5.1: an id of what is sought is not read, of whatever form', async () => {
    const { results } = await search('subject', {
      subject: { type: 'user', id: 7 },
      action: read,
      resource: record1,
    });
    expect(results).toEqual([alice, bob]);
  });

  it('c-4-5: pages', async () => {
    const body = { subject: { type: 'user' }, action: read, resource: record1 };
    const first = await search('subject', { ...body, page: { limit: 1 } });
    expect(first.results).toEqual([alice]);
    expect(first.page?.next_token).toMatch(/^[\w-]+$/);
    const second = await search('subject', { ...body, page: { token: first.page?.next_token } });
    expect(second.results).toEqual([bob]);
    let token = second.page?.next_token;
    for (let more = 0; token !== '' && more < 2; more++) {
      const page: Found = await search('subject', { ...body, page: { token } });
      expect(page.results).toEqual([]);
      token = page.page?.next_token;
    }
    expect(token).toBe('');
  });

  it.each([
    ['c-4-7-1', 'subject', { subject: { type: 'user' }, resource: record1 }, '/action'],
    ['c-4-7-1', 'resource', { action: read, resource: { type: 'record' } }, '/subject'],
    ['c-4-7-1', 'action', { subject: alice }, '/resource'],
    [
      'c-4-7-2',
      'subject',
      { subject: { type: 'user' }, action: read, resource: { type: 'record' } },
      '/resource/id',
    ],
    [
      'c-4-7-2',
      'resource',
      { subject: { type: 'user' }, action: read, resource: { type: 'record' } },
      '/subject/id',
    ],
  ])('%s: %s search %j is 400', async (_section, kind, body, pointer) => {
    const answer = await served.post(`/access/v1/search/${kind}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ pointer });
  });

  it('c-6: metadata names every endpoint, and each answers', async () => {
    const answer = await fetch(`${served.url}/.well-known/authzen-configuration`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    const { policy_decision_point: own, ...endpoints } = (await answer.json()) as Record<string, string>;
    expect(own).toBe(publicUrl);
    expect(Object.keys(endpoints).sort()).toEqual([
      'access_evaluation_endpoint',
      'access_evaluations_endpoint',
      'search_action_endpoint',
      'search_resource_endpoint',
      'search_subject_endpoint',
    ]);
    for (const endpoint of Object.values(endpoints)) {
      expect(endpoint.startsWith(`${publicUrl}/`)).toBe(true);
      expect(
        (
          await served.post(endpoint.slice(publicUrl.length), {
            subject: alice,
            action: read,
            resource: record1,
          })
        ).status,
      ).toBe(200);
    }
  });
});
