import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../base/event-log.ts';
import type { AgeBand } from '../../base/vocabulary.ts';
import { actionsOn } from '../actions.ts';
import { createQuestionDesk } from '../question-desk.ts';
import { recordAccounts } from '../record-accounts.ts';
import { loadSafeguards } from '../safeguards.ts';
import { createSafeguardPoint } from './index.ts';
import { type Served, serve } from './interop/serve.ts';

interface Told {
  decision: boolean;
  context: {
    outcome: string;
    reason_user: { vi: string; en: string };
    reasons: { id: string; reason_user: { vi: string } }[];
    obligations: { id: string }[];
    error: { pointer: string; code: string };
  };
}
interface Found {
  page: { next_token: string; count: number };
  results: { type: string; id: string; name?: string }[];
}

const now = new Date('2026-11-25T08:00:00Z');
// In the order of their ids: accounts of every age, so many that a search takes several reads.
const bands: AgeBand[] = ['adult', '13-15', '18-24', '16-17', 'unknown', 'under-13'];
const accounts = Array.from({ length: 130 }, (_, index) => ({
  id: `u-${String(index).padStart(3, '0')}`,
  band: bands[index % bands.length] ?? 'unknown',
}));
const [adult, minor] = ['u-000', 'u-001'];
const account = (id: string, properties?: object) => ({
  type: 'account',
  id,
  ...(properties ? { properties } : {}),
});

describe('our safeguards as an AuthZEN decision point', () => {
  let served: Served;
  beforeAll(async () => {
    const safeguards = loadSafeguards();
    served = await serve((database) =>
      createSafeguardPoint(
        database,
        createQuestionDesk({ database, policies: async () => safeguards, now: () => now }),
      ),
    );
    const { database, organisationId } = served;
    const event = (type: string, data: object, owner = organisationId): Entry => ({
      position: 0,
      partition: 0,
      organisationId: owner,
      source: '/test',
      eventId: randomUUID(),
      type,
      schema: 1,
      time: now,
      receivedAt: now,
      data,
      sealed: null,
      role: 'own',
    });
    await database.transaction('system', async (tx) =>
      recordAccounts(
        tx,
        [
          ...accounts.map(({ id, band }) => event('account.registered', { account: { id, ageBand: band } })),
          event('account.registered', { account: { id: 'u-of-another', ageBand: 'adult' } }, randomUUID()),
          event('contact.accepted', { from: { id: minor }, to: { id: adult } }),
        ],
        now,
      ),
    );
  });
  afterAll(() => served?.close());

  const evaluate = (body: object) => served.post<Told>('/access/v1/evaluation', body);
  const search = async (kind: string, body: object) => {
    const answer = await served.post<Found>(`/access/v1/search/${kind}`, body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  };
  const everyPage = async (kind: string, body: object, limit: number) => {
    const ids: string[] = [];
    for (let page: object = { limit }; ; ) {
      const found = await search(kind, { ...body, page });
      expect(found.results.length).toBeLessThanOrEqual(limit);
      ids.push(...found.results.map(({ id }) => id));
      if (found.page.next_token === '') return ids;
      page = { token: found.page.next_token };
    }
  };

  it('a limit is no, with what to do instead and why', async () => {
    const { body } = await evaluate({
      subject: account('u-002'),
      action: { name: 'contact.request' },
      resource: account(minor),
    });
    expect(body.decision).toBe(false);
    expect(body.context.outcome).toBe('limit');
    expect(body.context.obligations.length).toBeGreaterThan(0);
    expect(body.context.reason_user).toEqual(body.context.reasons[0]?.reason_user);
    expect(body.context.reason_user.vi.normalize('NFC')).toBe(body.context.reason_user.vi);
  });

  it('an allow is yes; a deny is no', async () => {
    const yes = await evaluate({
      subject: account(adult),
      action: { name: 'profile.view' },
      resource: account('u-002'),
    });
    expect(yes.body).toMatchObject({ decision: true, context: { outcome: 'allow' } });
    const no = await evaluate({
      subject: account('u-006'),
      action: { name: 'message.send' },
      resource: account(minor),
    });
    expect(no.body).toMatchObject({ decision: false, context: { outcome: 'deny' } });
  });

  it('a warning is yes with something to do', async () => {
    const { body } = await evaluate({
      subject: account(minor),
      action: { name: 'app.use' },
      resource: {
        type: 'app',
        id: 'a',
        properties: { minutesToday: 70, minutesSinceBreak: 65, localTime: '10:00' },
      },
    });
    expect(body).toMatchObject({ decision: true, context: { outcome: 'allow' } });
    expect(body.context.obligations).toContainEqual(
      expect.objectContaining({ id: 'remind-break', kind: 'warn' }),
    );
  });

  it('reads what is said of the action as well as of the occasion, which has the last word', async () => {
    const ask = async (properties: object, context: object) => {
      const { body } = await evaluate({
        subject: account(minor),
        action: { name: 'content.view', properties },
        resource: { type: 'content', id: 'c' },
        context,
      });
      return body.context.outcome;
    };
    expect(await ask({ sensitive: false }, {})).toBe(await ask({}, { sensitive: false }));
    expect(await ask({ sensitive: false }, { sensitive: true })).toBe(await ask({}, { sensitive: true }));
    expect(await ask({}, { sensitive: false })).not.toBe(await ask({}, { sensitive: true }));
  });

  const sound = { subject: account(adult), action: { name: 'profile.view' }, resource: account(minor) };
  const faults: [object, string][] = [
    [{ ...sound, subject: { type: 'robot', id: 'x' } }, '/subject/type'],
    [{ ...sound, resource: { type: 'planet', id: 'x' } }, '/resource/type'],
    [{ ...sound, resource: { type: 'constructor', id: 'x' } }, '/resource/type'],
    [{ ...sound, action: { name: 'dance' } }, '/action/name'],
    [{ ...sound, action: { name: 'content.view' } }, '/action/name'],
    [{ ...sound, subject: account(adult, { ageBand: 'teen' }) }, '/subject/properties/ageBand'],
    [{ ...sound, resource: account(minor, { ageBand: 14 }) }, '/resource/properties/ageBand'],
    [
      { ...sound, action: { name: 'message.send', properties: { nudity: 'yes' } } },
      '/action/properties/nudity',
    ],
    [{ ...sound, action: { name: 'message.send' }, context: { nudity: 'yes' } }, '/context/nudity'],
    [
      { ...sound, action: { name: 'advert.show' }, resource: { type: 'content', id: 'c' } },
      '/context/targeted',
    ],
    [{ ...sound, subject: account('x'.repeat(129)) }, '/subject/id'],
    [{ ...sound, resource: account('a\0b') }, '/resource/id'],
    [{ ...sound, subject: { type: 'account', id: '\ud800' } }, '/subject/id'],
    [
      {
        ...sound,
        action: { name: 'content.view' },
        resource: { type: 'content', id: 'c', properties: { sensitive: 'yes' } },
      },
      '/resource/properties/sensitive',
    ],
  ];

  it.each(faults)('%j is 400 and says where', async (body, pointer) => {
    const answer = await evaluate(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid-request', pointer });
  });

  it('in a batch each fault is closed, says where, and leaves the others as they are', async () => {
    const { body, status } = await served.post<{ evaluations: Told[] }>('/access/v1/evaluations', {
      evaluations: [sound, ...faults.map(([item]) => item), 7, sound],
    });
    expect(status).toBe(200);
    expect(body.evaluations.map(({ decision }) => decision)).toEqual([
      true,
      ...faults.map(() => false),
      false,
      true,
    ]);
    const pointers = body.evaluations.slice(1, -2).map(({ context }) => context.error.pointer);
    expect(pointers).toEqual(faults.map(([, pointer], index) => `/evaluations/${index + 1}${pointer}`));
  });

  it('stops where the semantic says', async () => {
    const batch = async (semantic: string, decisions: boolean[]) => {
      const { body } = await served.post<{ evaluations: Told[] }>('/access/v1/evaluations', {
        subject: account(adult),
        action: { name: 'message.send' },
        options: { evaluations_semantic: semantic, another_option: 'value' },
        evaluations: decisions.map((yes) => ({ resource: account(yes ? 'u-002' : 'u-007') })),
      });
      return body.evaluations.map(({ decision }) => decision);
    };
    const decisions = [true, false, true];
    expect(await batch('execute_all', decisions)).toEqual(decisions);
    expect(await batch('deny_on_first_deny', decisions)).toEqual([true, false]);
    expect(await batch('permit_on_first_permit', decisions)).toEqual([true]);
    const wrong = await served.post('/access/v1/evaluations', {
      options: { evaluations_semantic: 'some' },
      evaluations: [sound],
    });
    expect(wrong).toMatchObject({ status: 400, body: { pointer: '/options/evaluations_semantic' } });
  });

  it('takes a thousand evaluations, and refuses one more with a mend', async () => {
    const evaluations = Array.from({ length: 1000 }, () => ({ resource: account('u-002') }));
    const body = { subject: account(adult), action: { name: 'profile.view' }, evaluations };
    const answer = await served.post<{ evaluations: Told[] }>('/access/v1/evaluations', body);
    expect(answer.body.evaluations).toHaveLength(1000);
    const more = await served.post('/access/v1/evaluations', { ...body, evaluations: [...evaluations, {}] });
    expect(more).toMatchObject({ status: 400, body: { pointer: '/evaluations' } });
    expect((more.body as { mend: string }).mend).not.toBe('');
  });

  it.each(['search.appear', 'message.send', 'profile.view'])(
    'searches name exactly those whom an evaluation of %s permits',
    async (name) => {
      for (const id of [adult, minor, 'u-004', 'u-not-stored']) {
        const asked = accounts.map((one) => account(one.id));
        const permitted = async (part: 'subject' | 'resource') => {
          const { body } = await served.post<{ evaluations: Told[] }>('/access/v1/evaluations', {
            subject: account(id),
            resource: account(id),
            action: { name },
            evaluations: asked.map((one) => ({ [part]: one })),
          });
          return asked.flatMap((one, index) => (body.evaluations[index]?.decision ? [one.id] : []));
        };
        const type = { type: 'account' };
        const query = { subject: account(id), action: { name }, resource: account(id) };
        expect(await everyPage('subject', { ...query, subject: type }, 7)).toEqual(
          await permitted('subject'),
        );
        expect(await everyPage('resource', { ...query, resource: type }, 40)).toEqual(
          await permitted('resource'),
        );
      }
    },
  );

  it('a grown-up finds no young person but a contact in search; nobody finds another platform’s accounts', async () => {
    const found = await everyPage(
      'resource',
      { subject: account(adult), action: { name: 'search.appear' }, resource: { type: 'account' } },
      1000,
    );
    const young = accounts.filter(({ band }) => !['adult', '18-24'].includes(band)).map(({ id }) => id);
    expect(found.filter((id) => young.includes(id))).toEqual([minor]);
    expect(found).toContain('u-002');
    expect(found).not.toContain('u-of-another');
  });

  it('names the actions that a subject may do', async () => {
    const may = async (id: string) =>
      (await search('action', { subject: account(adult), resource: account(id) })).results.map(
        ({ name }) => name,
      );
    expect(await may('u-002')).toContain('message.send');
    expect(await may('u-007')).not.toContain('message.send');
    const all: string[] = actionsOn('account');
    expect(all).toEqual(expect.arrayContaining(await may(minor)));
    const first = await search('action', {
      subject: account(adult),
      resource: account('u-002'),
      page: { limit: 1 },
    });
    const second = await search('action', {
      subject: account(adult),
      resource: account('u-002'),
      page: { token: first.page.next_token },
    });
    expect([...first.results, ...second.results].map(({ name }) => name)).toEqual(
      (await may('u-002')).slice(0, 2),
    );
  });

  it('finds nothing among what it does not store or know', async () => {
    const query = { subject: account(adult), action: { name: 'search.appear' } };
    for (const type of ['content', 'stream', 'planet']) {
      expect((await search('resource', { ...query, resource: { type } })).results).toEqual([]);
    }
    expect(
      (await search('resource', { ...query, action: { name: 'dance' }, resource: { type: 'account' } }))
        .results,
    ).toEqual([]);
    expect(
      (await search('subject', { ...query, subject: { type: 'robot' }, resource: account(minor) })).results,
    ).toEqual([]);
    expect(
      (await search('action', { subject: account(adult), resource: { type: 'planet', id: 'x' } })).results,
    ).toEqual([]);
  });

  it('refuses a token that is not of this search, and a fault that all candidates share', async () => {
    const query = {
      subject: account(adult),
      action: { name: 'profile.view' },
      resource: { type: 'account' },
    };
    const { page } = await search('resource', { ...query, page: { limit: 2 } });
    for (const [body, pointer] of [
      [{ ...query, page: { token: 'nonsense!' } }, '/page/token'],
      [{ ...query, page: { token: '' } }, '/page/token'],
      [{ ...query, subject: account(minor), page: { token: page.next_token } }, '/page/token'],
      [{ ...query, page: { token: page.next_token, limit: 3 } }, '/page/limit'],
      [{ ...query, page: { limit: -1 } }, '/page/limit'],
      [{ ...query, subject: account(adult, { ageBand: 'old' }) }, '/subject/properties/ageBand'],
    ] as const) {
      const answer = await served.post('/access/v1/search/resource', body);
      expect(answer, JSON.stringify(body)).toMatchObject({ status: 400, body: { pointer } });
    }
  });

  it('a caller without a key learns nothing but how to come with one', async () => {
    for (const authorization of ['', 'Bearer kb_notAKeyOfAnybodyAtAll00', 'Basic YTpi']) {
      const answer = await served.post('/access/v1/evaluation', '{"broken', {
        authorization,
        'x-request-id': 'r-1',
      });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
      expect(answer.headers.get('x-request-id')).toBe('r-1');
      expect(answer.body).toMatchObject({ code: 'api-key-required' });
    }
  });
});
