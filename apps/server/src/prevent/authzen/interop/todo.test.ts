import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cedarPoint } from './cedar-point.ts';
import { type Served, serve } from './serve.ts';

/*
 * The AuthZEN working group's interop scenarios "Todo" and "API gateway", as requests and decisions that they publish:
 * github.com/openid/authzen, interop/authzen-todo-backend/test/decisions-1.1-preview.json at a485b10 and
 * interop/authzen-api-gateways/test-harness/test/decisions.json at 73ea4bb; words of the scenario in
 * interop/authzen-interop-website/docs/scenarios/todo-1.1/index.md at 1572f57. Policies are ours. The 1.0-preview and
 * 1.0-implementers-draft vectors put `identity` and `ownerID` beside `type` and `id`, where 1.0 wants them ignored.
 */
const users = {
  rick: { email: 'rick@the-citadel.com', roles: ['admin', 'evil_genius'] },
  morty: { email: 'morty@the-citadel.com', roles: ['editor'] },
  summer: { email: 'summer@the-smiths.com', roles: ['editor'] },
  beth: { email: 'beth@the-smiths.com', roles: ['viewer'] },
  jerry: { email: 'jerry@the-smiths.com', roles: ['viewer'] },
};
type Name = keyof typeof users;
const names = Object.keys(users) as Name[];
// A user's id is base64 of their number within an identity provider's record.
const pid = (name: Name) =>
  Buffer.from(`\n$fd${names.indexOf(name)}614d3-c39a-4781-b7bd-8b96f5a5100d\x12\x05local`).toString('base64');

const todo = (owner: Name) => ({
  type: 'todo',
  id: '7240d0db-8ff0-41ec-98b2-34a096273b9f',
  properties: { ownerID: users[owner].email },
});
const list = { type: 'todo', id: 'todo-1' };

/** Who may do what; for updates and deletes: of whose todos (those that the vectors ask about). */
const own = (name: Name): Name => (name === 'rick' ? 'morty' : name);
const vectors: [Name, string, object, boolean][] = names.flatMap((name) => {
  const editor = name === 'rick' || name === 'morty' || name === 'summer';
  return [
    [name, 'can_read_user', { type: 'user', id: users.beth.email }, true],
    [name, 'can_read_user', { type: 'user', id: users[name].email }, true],
    [name, 'can_read_todos', list, true],
    [name, 'can_create_todo', list, editor],
    [name, 'can_update_todo', todo('rick'), name === 'rick'],
    [name, 'can_update_todo', todo(own(name)), editor],
    [name, 'can_delete_todo', todo('rick'), name === 'rick'],
    [name, 'can_delete_todo', todo(own(name)), editor],
  ] satisfies [Name, string, object, boolean][];
});

/** One user's updates of several todos, in one request. */
const boxcars: [Name, [Name, boolean][]][] = [
  [
    'rick',
    [
      ['rick', true],
      ['jerry', true],
    ],
  ],
  [
    'morty',
    [
      ['rick', false],
      ['morty', true],
    ],
  ],
  [
    'jerry',
    [
      ['rick', false],
      ['jerry', false],
    ],
  ],
];

/** Routes that each method reaches, and who may. */
const routes: [string, string, Name[]][] = [
  ['GET', '/users/{userId}', names],
  ['GET', '/todos', names],
  ['POST', '/todos', ['rick', 'morty', 'summer']],
  ['PUT', '/todos/{todoId}', ['rick', 'morty', 'summer']],
  ['DELETE', '/todos/{todoId}', ['rick', 'morty', 'summer']],
];

describe('the interop scenario Todo', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve(() =>
      cedarPoint({
        name: 'todo',
        types: { user: 'User', todo: 'Todo', identity: 'Identity', route: 'Route' },
        subjects: {
          user: Object.fromEntries(
            names.map((name) => [pid(name), { email: users[name].email, roles: users[name].roles }]),
          ),
          identity: Object.fromEntries(names.map((name) => [pid(name), { roles: users[name].roles }])),
        },
        resources: {},
        takes: { todo: ['ownerID'] },
        actions: {
          user: { can_read_user: [] },
          todo: { can_read_todos: [], can_create_todo: [], can_update_todo: [], can_delete_todo: [] },
          route: { GET: [], POST: [], PUT: [], DELETE: [] },
        },
      }),
    );
  });
  afterAll(() => served?.close());

  it('knows its users by the ids of the vectors', () => {
    expect(pid('rick')).toBe('CiRmZDA2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs');
    expect(pid('jerry')).toBe('CiRmZDQ2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs');
    expect(vectors).toHaveLength(40);
  });

  it.each(vectors)('%s %s %o: %s', async (name, action, resource, expected) => {
    const answer = await served.post<{ decision: boolean }>('/access/v1/evaluation', {
      subject: { type: 'user', id: pid(name) },
      action: { name: action },
      resource,
      context: {},
    });
    expect(answer.status).toBe(200);
    expect(answer.body.decision).toBe(expected);
  });

  it.each(boxcars)('%s asks about several todos at once', async (name, asked) => {
    const answer = await served.post<{ evaluations: { decision: boolean }[] }>('/access/v1/evaluations', {
      subject: { type: 'user', id: pid(name) },
      action: { name: 'can_update_todo' },
      // As the scenario writes it: an empty default, which each evaluation overrides.
      resource: {},
      context: {},
      evaluations: asked.map(([owner]) => ({ resource: todo(owner) })),
    });
    expect(answer.status).toBe(200);
    expect(answer.body.evaluations.map(({ decision }) => decision)).toEqual(
      asked.map(([, expected]) => expected),
    );
  });

  it.each(routes)('the gateway lets %s %s pass for %j only', async (method, route, allowed) => {
    for (const name of names) {
      const { body } = await served.post<{ decision: boolean }>('/access/v1/evaluation', {
        subject: { type: 'identity', id: pid(name) },
        action: { name: method },
        resource: { type: 'route', id: route },
      });
      expect(body.decision, name).toBe(allowed.includes(name));
    }
  });
});
