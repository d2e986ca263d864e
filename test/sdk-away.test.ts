import { createKeben, type Decision, type Question } from '@keben/sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { drained, openStage, type TestStage } from './stage.ts';
import { openWire } from './wire.ts';

let stage: TestStage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

const connect = (url: string, more = {}) =>
  createKeben({ url, apiKey: stage.demo.platform.apiKey, source: '/away', ...more });

const bands = {
  'w-12': 'under-13',
  'w-14': '13-15',
  'w-17': '16-17',
  'w-20': '18-24',
  'w-40': 'adult',
} as const;
type Who = keyof typeof bands;
const everybody = Object.keys(bands) as Who[];
const party = (id: Who) => ({ id, ageBand: bands[id] });

/** Questions about everybody, without a word of their age. */
function questions(): Question[] {
  const between = [
    'contact.request',
    'contact.accept',
    'follow',
    'message.send',
    'call.start',
    'mention',
    'comment',
    'group.add',
    'payment.request',
    'gift.send',
    'profile.view',
    'location.view',
    'search.appear',
    'personal.publish',
  ];
  const things: [string, Question['resource']['type'], Record<string, unknown>][] = [
    ['content.view', 'content', { sensitive: true }],
    ['content.publish', 'content', { audience: 'public' }],
    ['advert.show', 'content', { targeted: true }],
    ['stream.start', 'stream', { audience: 'public' }],
    ['app.use', 'app', { minutesToday: 61, minutesSinceBreak: 60, localTime: '22:30' }],
    ['app.use', 'app', { minutesToday: 29, minutesSinceBreak: 5, localTime: '21:30' }],
    [
      'game.play',
      'game',
      { minutesThisGame: 60, minutesAllGames: 60, minutesSinceWarning: 30, rating: '12+' },
    ],
    [
      'game.play',
      'game',
      { minutesThisGame: 10, minutesAllGames: 20, minutesSinceWarning: 10, rating: '00+' },
    ],
  ];
  return everybody.flatMap((one) => [
    ...everybody.flatMap((other) => [
      ...between.map(
        (action): Question => ({
          subject: { id: one },
          action,
          resource: { type: 'account', id: other },
          context: action === 'personal.publish' ? {} : { localTime: '12:00', media: true },
        }),
      ),
      {
        subject: { id: one },
        action: 'stream.join',
        resource: { type: 'stream', id: 's' },
        context: { host: other },
      } satisfies Question,
    ]),
    ...things.map(
      ([action, type, context]): Question => ({
        subject: { id: one },
        action,
        resource: { type, id: 't' },
        context,
      }),
    ),
  ]);
}

describe('while the server is away, the SDK', () => {
  it('answers as the server did: ages, contacts, blocks, choices and minutes count', async () => {
    const wire = await openWire(stage.url);
    const keben = connect(wire.url);
    for (const id of everybody) {
      keben.events.send('account.registered', { account: { ...party(id), assurance: 'verified' } });
    }
    keben.events.send('contact.accepted', { from: party('w-14'), to: party('w-17') });
    keben.events.send('contact.accepted', { from: party('w-40'), to: party('w-14') });
    keben.events.send('user.blocked', { by: party('w-17'), target: party('w-20') });
    await keben.events.flush();
    await drained(stage);
    await keben.settings.choose('w-17', 'messagesFrom', 'nobody');
    await keben.settings.choose('w-14', 'dailyMinutes', 60);
    for (const id of everybody) await keben.settings.get(id);
    const all = questions();
    const online: Decision[] = [];
    for (const question of all) online.push(await keben.may(question));
    expect(online.every(({ unavailable }) => !unavailable)).toBe(true);
    // The background reading of the policies began with the first question.
    await wire.cut();
    const unlike: unknown[] = [];
    for (const [index, question] of all.entries()) {
      const away = await keben.may(question);
      const before = { ...online[index], unavailable: true };
      if (JSON.stringify(away) !== JSON.stringify(before)) unlike.push({ question, away, before });
    }
    expect(unlike).toEqual([]);
    const kinds = new Set(online.map(({ decision }) => decision));
    expect(kinds).toEqual(new Set(['allow', 'deny', 'limit']));
    await keben.close({ timeout: 0 });
  });

  it('remembers policies and settings over a restart where it is given a place for them', async () => {
    const kept = new Map<string, string>();
    const storage = {
      get: (key: string) => kept.get(key),
      set: (key: string, value: string) => void kept.set(key, value),
    };
    const wire = await openWire(stage.url);
    const before = connect(wire.url, { storage });
    const settings = await before.settings.get('w-17');
    const question: Question = {
      subject: { id: 'w-14', ageBand: '13-15' },
      action: 'message.send',
      resource: { type: 'account', id: 'w-17' },
      context: { relationship: 'friend' },
    };
    expect((await before.may(question)).policies).toContain('messages-as-chosen');
    await vi.waitFor(() => expect(kept.has('keben:safeguards')).toBe(true));
    await wire.cut();
    const after = connect(wire.url, { storage });
    expect(await after.settings.get('w-17')).toEqual({ ...settings, unavailable: true });
    expect(await after.may(question)).toMatchObject({
      decision: 'deny',
      policies: ['messages-as-chosen'],
      unavailable: true,
    });
    // Nobody told this process or the storage how old these are: closed, whatever the policies would say of some age.
    const unknown = { ...question, subject: { id: 'nobody' } };
    expect(await after.may(unknown)).toMatchObject({ decision: 'deny', policies: [], unavailable: true });
    const open = connect(wire.url, { storage, fallback: { minors: 'open' } });
    expect((await open.may(unknown)).policies).toContain('messages-as-chosen');
  });

  it('takes the stricter reading where the platform and the server see an age differently', async () => {
    const wire = await openWire(stage.url);
    const kept = new Map<string, string>();
    const keben = connect(wire.url, {
      storage: {
        get: (key: string) => kept.get(key),
        set: (key: string, value: string) => void kept.set(key, value),
      },
    });
    const view = (ageBand: 'adult' | '13-15'): Question => ({
      subject: { id: 'w-14', ageBand },
      action: 'content.view',
      resource: { type: 'content', id: 'c', properties: { sensitive: true } },
    });
    await keben.settings.get('w-14');
    expect((await keben.may(view('adult'))).decision).toBe('limit');
    await vi.waitFor(() => expect(kept.has('keben:safeguards')).toBe(true));
    await wire.cut();
    expect(await keben.may(view('adult'))).toMatchObject({ decision: 'limit', unavailable: true });
    await keben.close({ timeout: 0 });
  });
});

describe('GET /v1/safeguards/snapshot', () => {
  const ask = (headers: Record<string, string>) => fetch(`${stage.url}/v1/safeguards/snapshot`, { headers });

  it('is for platforms only, and is sent again only when it changed', async () => {
    expect((await ask({})).status).toBe(401);
    const authorization = `Bearer ${stage.demo.platform.apiKey}`;
    const first = await ask({ authorization });
    expect(first.status).toBe(200);
    const { version } = (await first.json()) as { version: string };
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toBe(`"${version}"`);
    for (const same of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await ask({ authorization, 'if-none-match': same });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
    }
    expect((await ask({ authorization, 'if-none-match': '"other"' })).status).toBe(200);
  });
});
