import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../base/api-keys.ts';
import { createAuth } from '../base/auth.ts';
import { type Database, openEmbedded } from '../base/database.ts';
import { type App, addPlatformParts, createApp, createGuards } from '../base/http.ts';
import { keysOf } from '../base/keys.ts';
import { insertOrganisation } from '../base/organisation-store.ts';
import { addDecisionRoutes } from './decision-routes.ts';
import { createQuestionDesk } from './question-desk.ts';
import { compileSafeguards, loadSafeguards, readPolicyFiles } from './safeguards.ts';
import { NOON } from './safeguards-stage.ts';

const good = {
  subject: { id: 'u-1', ageBand: 'adult' },
  action: 'message.send',
  resource: { type: 'account', id: 'u-2', ageBand: '13-15' },
};
const stream = { ...good, action: 'stream.join', resource: { type: 'stream', id: 's-1' } };
const game = { ...good, action: 'game.play', resource: { type: 'game', id: 'g-1' } };
const minutes = { minutesThisGame: 1, minutesAllGames: 1, minutesSinceWarning: 1 };

/** What is wrong, where it points, and words of the mend. */
const wrong: [name: string, body: unknown, pointer: string, mend: RegExp][] = [
  ['an unknown action', { ...good, action: 'message.fling' }, '/action', /not known.*message\.send/],
  ['a word of JavaScript as an action', { ...good, action: 'constructor' }, '/action', /not known/],
  ['an action that does not fit', { ...good, action: 'game.play' }, '/action', /does not fit.*takes/],
  ['no action', { subject: good.subject, resource: good.resource }, '/action', /.+/],
  ['no subject', { action: good.action, resource: good.resource }, '/subject', /.+/],
  ['a subject without an id', { ...good, subject: {} }, '/subject/id', /.+/],
  ['an empty id', { ...good, subject: { id: '' } }, '/subject/id', /.+/],
  ['an endless id', { ...good, resource: { type: 'account', id: 'x'.repeat(129) } }, '/resource/id', /.+/],
  [
    'an id with a character that no database keeps',
    { ...good, subject: { id: 'u\0' } },
    '/subject/id',
    /NUL/,
  ],
  ['half a surrogate pair', { ...good, resource: { type: 'account', id: '\ud800' } }, '/resource/id', /half/],
  ['a number as an id', { ...good, subject: { id: 7 } }, '/subject/id', /.+/],
  ['an entity that is a word', { ...good, subject: 'u-1' }, '/subject', /.+/],
  ['an entity with a field too many', { ...good, subject: { id: 'u-1', age: 9 } }, '/subject', /age/],
  [
    'an age band that does not exist',
    { ...good, subject: { id: 'u-1', ageBand: '9' } },
    '/subject/ageBand',
    /13-15/,
  ],
  [
    'a type that does not exist',
    { ...good, resource: { type: 'planet', id: 'u-2' } },
    '/resource/type',
    /account/,
  ],
  ['no resource', { subject: good.subject, action: good.action }, '/resource', /.+/],
  [
    'properties that are a list',
    { ...good, resource: { ...good.resource, properties: [] } },
    '/resource/properties',
    /.+/,
  ],
  ['an attribute of a wrong kind', { ...good, context: { nudity: 'yes' } }, '/context/nudity', /nudity/],
  [
    'a wrong property',
    { ...good, resource: { ...good.resource, properties: { link: 1 } } },
    '/resource/properties/link',
    /link/,
  ],
  [
    'a relationship that does not exist',
    { ...good, context: { relationship: 'boss' } },
    '/context/relationship',
    /teacher/,
  ],
  ['a time that is none', { ...good, context: { localTime: '25:00' } }, '/context/localTime', /HH:MM/],
  ['a stream without a host', stream, '/context/host', /needs the attribute host/],
  ['a host with a NUL', { ...stream, context: { host: '\0' } }, '/context/host', /NUL/],
  ['a game without minutes', game, '/context/minutesThisGame', /needs the attribute minutesThisGame/],
  ['a game without a class', { ...game, context: minutes }, '/context/rating', /needs the attribute rating/],
  [
    'minutes below nothing',
    { ...game, context: { ...minutes, minutesAllGames: -1, rating: '00+' } },
    '/context/minutesAllGames',
    /minutesAllGames/,
  ],
  [
    'half a minute',
    { ...game, context: { ...minutes, minutesAllGames: 0.5, rating: '00+' } },
    '/context/minutesAllGames',
    /minutesAllGames/,
  ],
  [
    'more minutes than a day has',
    { ...game, context: { ...minutes, minutesAllGames: 1441, rating: '00+' } },
    '/context/minutesAllGames',
    /1440/,
  ],
];

describe('questions that cannot be asked so', () => {
  let database: Database;
  let app: App;
  let authorization: string;
  beforeAll(async () => {
    database = await openEmbedded();
    const key = await database.transaction('system', async (tx) => {
      const id = randomUUID();
      await insertOrganisation(tx, { id, kind: 'platform', nameVi: 'Thử', nameEn: 'Test', createdAt: NOON });
      return createApiKey(tx, id, 'test', NOON);
    });
    authorization = `Bearer ${key}`;
    const publicUrl = 'https://keben.example';
    const options = {
      database,
      auth: createAuth(database, keysOf(randomBytes(32)), publicUrl),
      log: pino({ level: 'silent' }),
      publicUrl,
      trustProxy: false,
    };
    app = createApp(options);
    await addPlatformParts(app);
    const safeguards = loadSafeguards();
    const desk = createQuestionDesk({ database, policies: async () => safeguards, now: () => NOON });
    addDecisionRoutes(app, createGuards(options), desk);
  });
  afterAll(async () => {
    await app?.close();
    await database?.close();
  });

  const ask = (payload: unknown) =>
    app.inject({
      method: 'POST',
      url: '/v1/decisions',
      headers: { authorization, 'content-type': 'application/json' },
      payload: JSON.stringify(payload),
    });

  it.each(wrong)('%s is 400 with a pointer and a mend', async (_, body, pointer, mend) => {
    const answer = await ask(body);
    const problem = answer.json<{ code: string; pointer: string; detail: string }>();
    expect([answer.statusCode, problem.pointer, problem.code]).toEqual([400, pointer, 'invalid-request']);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(problem.detail).toMatch(mend);
  });

  it('the same question asked well is answered', async () => {
    expect((await ask(good)).json()).toMatchObject({ decision: 'deny' });
    expect((await ask({ ...stream, context: { host: 'u-2' } })).statusCode).toBe(200);
    expect((await ask({ ...game, context: { ...minutes, rating: '12+' } })).statusCode).toBe(200);
  });

  it('a policy that fails on one question fails none of those that share the read', async () => {
    const overflow = `@id("long-day")
@reason_vi("Dài.")
@reason_en("Long.")
forbid (principal, action == Action::"app.use", resource)
when { context.minutesToday * 9007199254740993 > 9223372036854775806 };`;
    const safeguards = compileSafeguards({ ...readPolicyFiles(), 'late.cedar': overflow });
    const desk = createQuestionDesk({ database, policies: async () => safeguards, now: () => NOON });
    const organisation = randomUUID();
    const used = (minutesToday: number) =>
      desk.ask(organisation, [
        {
          subject: { id: 'u-1' },
          action: 'app.use',
          resource: { type: 'app', id: 'app' },
          context: { minutesToday, minutesSinceBreak: 0 },
        },
      ]);
    const [[before], [failed], [after]] = await Promise.all([used(1), used(1440), used(2)]);
    expect([before, after]).toMatchObject([{ decision: 'allow' }, { decision: 'allow' }]);
    expect(failed).toMatchObject({ code: 'internal-error' });
  });

  it('without a key nothing is answered', async () => {
    const answer = await app.inject({ method: 'POST', url: '/v1/decisions', payload: good });
    expect(answer.statusCode).toBe(401);
  });
});
