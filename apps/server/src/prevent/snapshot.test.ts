import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccountAway, judgeAway, type Snapshot as Told } from '../../../../packages/sdk/src/snapshot.ts';
import { AppError } from '../base/errors.ts';
import { AgeBand } from '../base/vocabulary.ts';
import { type ActionName, actions } from './actions.ts';
import { catalogue } from './catalogue.ts';
import { check, situationOf } from './decide-access.ts';
import { accountFacts, nobodyKnown, type StoredAccount } from './facts.ts';
import { compileSafeguards, loadSafeguards, readPolicyFiles } from './safeguards.ts';
import type { Choices } from './settings.ts';
import { takeSnapshot } from './snapshot.ts';

const TODAY = '2026-11-25';
const NOW = new Date('2026-11-25T03:00:00Z');
const DAY = 86_400_000;
const safeguards = loadSafeguards();
// Through JSON, as a platform gets it.
const told = (set: { list: typeof safeguards.list }) =>
  JSON.parse(JSON.stringify(takeSnapshot(set, TODAY))) as Told;
const snapshot = told(safeguards);

interface Someone {
  band: AgeBand;
  choices: Choices;
  risk: number;
}
const plain = (band: AgeBand): Someone => ({ band, choices: {}, risk: 0 });
const stored = ({ band, choices }: Someone): StoredAccount => ({
  ...nobodyKnown,
  age: { band, assurance: 'verified', confidence: 1 },
  self: choices,
});
const away = (one: Someone): AccountAway => ({
  band: one.band,
  risk: one.risk,
  settings: accountFacts(stored(one), undefined, 0, TODAY).settings,
});

const flags = (names: string[]) =>
  names.reduce<Record<string, boolean>[]>(
    (all, name) =>
      all.flatMap((one) => [
        { ...one, [name]: false },
        { ...one, [name]: true },
      ]),
    [{}],
  );

/** What the server judges of a question, and what the snapshot says of the same. */
function both(
  action: ActionName,
  actor: Someone,
  other: Someone | undefined,
  given: Record<string, unknown>,
  { since, blocked = false }: { since?: Date; blocked?: boolean } = {},
) {
  const resourceType = actions[action].resource;
  const host = action === 'stream.join' ? { host: 'other' } : {};
  const asked = check({
    subject: { id: 'actor' },
    action,
    resource: { type: resourceType, id: resourceType === 'account' ? 'other' : 'thing' },
    context: { ...given, ...host },
  });
  if (asked instanceof AppError) throw asked;
  const accounts = new Map([['actor', stored(actor)]]);
  if (other) accounts.set('other', stored(other));
  const relation = { connected: since !== undefined, blocked, since };
  const others = action === 'contact.accept' ? (other?.risk ?? 0) : 0;
  const situation = situationOf(asked, accounts, relation, { own: actor.risk, others }, NOW);
  const local = judgeAway(snapshot, {
    action,
    resourceType,
    actor: away(actor),
    other: other && away(other),
    blocked,
    connectedSince: since?.getTime(),
    given: { ...given, ...host },
    now: NOW.getTime(),
  });
  return { server: safeguards.judge(situation), local };
}

const onAccounts = (Object.keys(actions) as ActionName[]).filter(
  (name) => actions[name].resource === 'account',
);
/** Each flag alone, none, and all of them; the property below mixes them. */
const flagsOf = (action: ActionName) => {
  const names = Object.entries(snapshot.actions[action]?.defaults ?? {}).flatMap(([name, value]) =>
    typeof value === 'boolean' ? [name] : [],
  );
  const set = (on: (name: string) => boolean) => Object.fromEntries(names.map((name) => [name, on(name)]));
  return [set(() => false), set(() => true), ...names.map((one) => set((name) => name === one))];
};

describe('snapshot', () => {
  it('is told for every action and policy, and judged without Cedar', () => {
    expect(Object.keys(snapshot.actions)).toEqual(Object.keys(actions));
    expect(snapshot.policies.map(({ id }) => id)).toEqual(safeguards.list.map(({ id }) => id));
    // The shipped policies say nothing that only Cedar understands.
    expect(snapshot.policies.filter(({ when }) => when === undefined)).toEqual([]);
    // It travels to every platform and stays in memory there.
    expect(JSON.stringify(snapshot).length).toBeLessThan(64_000);
  });

  it.each(onAccounts)('%s between any two ages is judged as the server judges it', (action) => {
    const relations = [
      {},
      { relationship: 'friend' },
      { relationship: 'teacher', localTime: '23:00' },
      { relationship: 'family', localTime: '23:00' },
    ];
    let rows = 0;
    for (const from of AgeBand.options) {
      for (const to of AgeBand.options) {
        const same = (given: Record<string, unknown>, more = {}) => {
          const { server, local } = both(action, plain(from), plain(to), given, more);
          expect(local, `${action} ${from} ${to} ${JSON.stringify([given, more])}`).toEqual(server);
          rows++;
        };
        const { localTime: _, ...shown } = relations[2] ?? {};
        for (const relation of action === 'personal.publish' ? [shown] : relations) same(relation);
        for (const days of [1, 30]) same({}, { since: new Date(NOW.getTime() - days * DAY) });
        same({}, { blocked: true });
        for (const given of flagsOf(action)) same(given);
      }
    }
    expect(rows).toBeGreaterThanOrEqual(36 * 4);
  });

  const minutes = [0, 59, 60, 180];
  const alone: [ActionName, Record<string, boolean | number | string>[]][] = [
    ['content.view', flags(['sensitive', 'nudity', 'insult'])],
    [
      'content.publish',
      flags(['sensitive', 'nudity']).flatMap((f) =>
        ['public', 'followers', 'private'].map((audience) => ({ ...f, audience })),
      ),
    ],
    ['advert.show', flags(['targeted', 'ageLimited'])],
    ['stream.start', ['public', 'followers', 'private'].map((audience) => ({ audience }))],
    [
      'app.use',
      minutes.flatMap((minutesToday) =>
        minutes.flatMap((minutesSinceBreak) =>
          ['21:00', '22:00', '06:00', '07:00'].map((localTime) => ({
            minutesToday,
            minutesSinceBreak,
            localTime,
          })),
        ),
      ),
    ],
    [
      'notification.receive',
      flags(['urgent']).flatMap((f) => ['12:00', '23:00'].map((localTime) => ({ ...f, localTime }))),
    ],
    [
      'game.play',
      minutes.flatMap((minutesThisGame) =>
        minutes.flatMap((minutesAllGames) =>
          [0, 30].flatMap((minutesSinceWarning) =>
            ['00+', '12+', '16+', '18+'].map((rating) => ({
              minutesThisGame,
              minutesAllGames,
              minutesSinceWarning,
              rating,
            })),
          ),
        ),
      ),
    ],
  ];

  it.each(alone)('%s is judged as the server judges it', (action, all) => {
    for (const band of AgeBand.options) {
      for (const given of all) {
        const { server, local } = both(action, plain(band), undefined, given);
        expect(local, `${action} ${band} ${JSON.stringify(given)}`).toEqual(server);
      }
    }
  });

  it('counts what an account chose and its risk as the server does', () => {
    const choices = fc
      .record(
        Object.fromEntries(
          [...catalogue.values()].map(({ id, values, number }) => [
            id,
            values
              ? fc.constantFrom<string | number | boolean>(...values)
              : number
                ? fc.constantFrom(15, 60, 240)
                : fc.constantFrom('off', '20:00-08:00'),
          ]),
        ),
        { requiredKeys: [] },
      )
      .map((chosen) => chosen as Choices);
    const someone = fc.record({
      band: fc.constantFrom(...AgeBand.options),
      choices,
      risk: fc.integer({ min: 0, max: 4 }),
    });
    const some = fc.record({
      relationship: fc.constantFrom('stranger', 'contact', 'friend', 'family', 'teacher', 'helpline'),
      unknownAdults: fc.boolean(),
      nudity: fc.boolean(),
      insult: fc.boolean(),
      media: fc.boolean(),
      link: fc.boolean(),
    });
    const actionsBetween = onAccounts.filter((name) => name !== 'personal.publish');
    fc.assert(
      fc.property(
        fc.constantFrom(...actionsBetween),
        someone,
        someone,
        some,
        fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
        (action, actor, other, given, days) => {
          const more = days === undefined ? {} : { since: new Date(NOW.getTime() - days * DAY) };
          const { server, local } = both(action, actor, other, given, more);
          expect(local).toEqual(server);
        },
      ),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(
        someone,
        fc.integer({ min: 0, max: 1440 }),
        fc.integer({ min: 0, max: 1440 }),
        (actor, minutesToday, minutesSinceBreak) => {
          const given = { minutesToday, minutesSinceBreak, localTime: '21:00' };
          const { server, local } = both('app.use', actor, undefined, given);
          expect(local).toEqual(server);
        },
      ),
    );
  });

  it('leaves open what only Cedar can judge, and what a missing fact decides', () => {
    const set = compileSafeguards({
      ...readPolicyFiles(),
      'more.cedar': `@id("no-letters-like-that") @reason_vi("x") @reason_en("x")
        forbid (principal, action == Action::"mention", resource) when { principal.band like "1*" };`,
    });
    const judge = (action: string, given: Record<string, unknown>, connected = true) =>
      judgeAway(told(set), {
        action,
        resourceType: action === 'game.play' ? 'game' : 'account',
        actor: { band: 'adult', risk: 0 },
        other: action === 'game.play' ? undefined : { band: '13-15', risk: 0 },
        connectedSince: connected ? 0 : undefined,
        blocked: false,
        given,
        now: NOW.getTime(),
      });
    expect(judge('tag', {})?.decision).toBe('allow');
    expect(judge('mention', {})).toBeUndefined();
    // Another policy refuses anyway: that much is certain.
    expect(judge('mention', {}, false)?.decision).toBe('deny');
    expect(judge('message.send', { nudity: 'a little' })).toBeUndefined();
    expect(judge('game.play', { minutesThisGame: 5 })).toBeUndefined();
    expect(judge('dance', {})).toBeUndefined();
  });

  it('has a version that changes with the policies and with nothing else', () => {
    expect(takeSnapshot(loadSafeguards(), TODAY).version).toBe(snapshot.version);
    const { 'time.cedar': _, ...fewer } = readPolicyFiles();
    expect(takeSnapshot(compileSafeguards(fewer), TODAY).version).not.toBe(snapshot.version);
  });
});
