import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cedarPoint } from './cedar-point.ts';
import { type Served, serve } from './serve.ts';

/*
 * The AuthZEN working group's interop scenarios "Search" and "IdP" (the same records, action delete), as requests and
 * results that they publish: github.com/openid/authzen,
 * interop/authzen-interop-website/docs/scenarios/search/index.md at 35ccc5a and …/idp/index.md at 1ddf59d.
 * Policies are ours.
 */
const users = {
  alice: { role: 'manager', department: 'Sales' },
  bob: { role: 'employee', department: 'Legal' },
  carol: { role: 'contractor', department: 'Legal' },
  dan: { role: 'manager', department: 'Finance' },
  erin: { role: 'employee', department: 'Finance' },
  felix: { role: 'contractor', department: 'Accounting' },
};
type Name = keyof typeof users;
const names = Object.keys(users) as Name[];

// Records 101 to 120 in order; their owners take turns.
const departments =
  'Legal Legal Legal Accounting Legal Accounting Sales Legal Accounting Sales Accounting Legal Sales Accounting Finance Legal Legal Accounting Legal Accounting'.split(
    ' ',
  );
const records = departments.map((department, index) => ({
  id: String(101 + index),
  department,
  owner: names[index % names.length] ?? 'alice',
}));

/** Who may view each record beside its owner, who may edit it beside them; only owners delete. a = alice, b = bob … */
const viewers =
  'abcd abcd abcd adf abcde adf ad abcd acdf ad adef abcdf ad abdf acde abcd abcde adf abcd abdf'.split(' ');
const editors: Record<string, string> = { 110: 'ad', 115: 'cd' };
const actions = ['view', 'edit', 'delete'] as const;
type Action = (typeof actions)[number];

function published(action: Action, id: string): Name[] {
  const index = Number(id) - 101;
  const owner = records[index]?.owner ?? 'alice';
  const initials =
    action === 'view'
      ? viewers[index]
      : action === 'edit'
        ? (editors[id] ?? owner.charAt(0))
        : owner.charAt(0);
  return names.filter((name) => initials?.includes(name.charAt(0)));
}

/** The table of the resource search, written out: the other way to read the same facts. */
const byUser: Record<Name, Record<Action, string>> = {
  alice: { view: 'all', edit: '101 107 110 113 119', delete: '101 107 113 119' },
  bob: {
    view: '101 102 103 105 108 112 114 116 117 119 120',
    edit: '102 108 114 120',
    delete: '102 108 114 120',
  },
  carol: { view: '101 102 103 105 108 109 112 115 116 117 119', edit: '103 109 115', delete: '103 109 115' },
  dan: { view: 'all', edit: '104 110 115 116', delete: '104 110 116' },
  erin: { view: '105 111 115 117', edit: '105 111 117', delete: '105 111 117' },
  felix: { view: '104 106 109 111 112 114 118 120', edit: '106 112 118', delete: '106 112 118' },
};

interface Found {
  page: { next_token: string; count: number };
  results: { type?: string; id?: string; name?: string }[];
}

describe('the interop scenario Search', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve(() =>
      cedarPoint({
        name: 'records',
        types: { user: 'User', record: 'Record' },
        subjects: { user: users },
        resources: {
          record: Object.fromEntries(
            records.map(({ id, department, owner }) => [
              id,
              { department, owner: { __entity: { type: 'User', id: owner } } },
            ]),
          ),
        },
        takes: {},
        actions: { record: { view: [], edit: [], delete: [] } },
      }),
    );
  });
  afterAll(() => served?.close());

  const search = async (kind: string, body: object) => {
    const answer = await served.post<Found>(`/access/v1/search/${kind}`, body);
    expect(answer.status).toBe(200);
    return answer.body;
  };

  it.each(records.flatMap(({ id }) => actions.map((action) => [action, id] as const)))(
    'subjects: who may %s record %s',
    async (name, id) => {
      const { results, page } = await search('subject', {
        subject: { type: 'user' },
        action: { name },
        resource: { type: 'record', id },
      });
      expect(results).toEqual(published(name, id).map((user) => ({ type: 'user', id: user })));
      expect(page).toEqual({ next_token: '', count: results.length });
    },
  );

  it.each(names.flatMap((user) => actions.map((action) => [user, action] as const)))(
    'resources: what may %s %s',
    async (user, name) => {
      const { results } = await search('resource', {
        subject: { type: 'user', id: user },
        action: { name },
        resource: { type: 'record' },
      });
      const expected =
        byUser[user][name] === 'all' ? records.map(({ id }) => id) : byUser[user][name].split(' ');
      expect(results).toEqual(expected.map((id) => ({ type: 'record', id })));
      expect(expected).toEqual(
        records.map(({ id }) => id).filter((id) => published(name, id).includes(user)),
      );
    },
  );

  it.each(names)('actions: what may %s do with each record', async (user) => {
    for (const { id } of records) {
      const { results } = await search('action', {
        subject: { type: 'user', id: user },
        resource: { type: 'record', id },
      });
      const expected = actions.filter((action) => published(action, id).includes(user));
      expect(results, id).toEqual(expected.map((name) => ({ name })));
    }
  });

  it('whatever is found is permitted when asked for itself', async () => {
    for (const { id } of records) {
      const { results } = await search('subject', {
        subject: { type: 'user' },
        action: { name: 'view' },
        resource: { type: 'record', id },
      });
      const { body } = await served.post<{ evaluations: { decision: boolean }[] }>('/access/v1/evaluations', {
        action: { name: 'view' },
        resource: { type: 'record', id },
        evaluations: results.map((subject) => ({ subject })),
      });
      expect(body.evaluations.every(({ decision }) => decision)).toBe(true);
    }
  });

  it('finds nothing for users, records and actions that are not known', async () => {
    const subject = { type: 'user', id: 'alice' };
    const resource = { type: 'record', id: '101' };
    expect(
      (await search('resource', { subject: { ...subject, id: 'zoe' }, action: { name: 'view' }, resource }))
        .results,
    ).toEqual([]);
    expect((await search('resource', { subject, action: { name: 'burn' }, resource })).results).toEqual([]);
    expect(
      (await search('subject', { subject, action: { name: 'view' }, resource: { ...resource, id: '999' } }))
        .results,
    ).toEqual([]);
    expect((await search('action', { subject, resource: { ...resource, id: '999' } })).results).toEqual([]);
  });

  it('gives the same results page by page, whatever the size of a page', async () => {
    const body = {
      subject: { type: 'user', id: 'alice' },
      action: { name: 'view' },
      resource: { type: 'record' },
    };
    for (const limit of [1, 3, 7, 20, 100]) {
      const ids: string[] = [];
      let token: string | undefined;
      do {
        const { results, page } = await search('resource', {
          ...body,
          page: token === undefined ? { limit } : { token },
        });
        expect(results.length).toBeLessThanOrEqual(limit);
        expect(page.count).toBe(results.length);
        ids.push(...results.map(({ id }) => id ?? ''));
        token = page.next_token;
      } while (token !== '');
      expect(ids).toEqual(records.map(({ id }) => id));
    }
  });
});
