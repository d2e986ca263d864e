import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../base/errors.ts';
import type { AgeBand } from '../base/vocabulary.ts';
import { Relationship } from './actions.ts';
import { catalogue, type SettingValue } from './catalogue.ts';
import { type Ask, openSafeguardsStage } from './safeguards-stage.ts';

const minors: AgeBand[] = ['under-13', '13-15', '16-17'];

type Step =
  | { is: 'claims'; who: 'minor' | 'adult'; ageBand: AgeBand; assurance: 'declared' | 'estimated' }
  | { is: 'requests'; by: 'minor' | 'adult' }
  | { is: 'connects' }
  | { is: 'parts' }
  | { is: 'blocks' }
  | { is: 'minor chooses'; setting: string; value: SettingValue }
  | { is: 'parent decides'; setting: string; value: SettingValue }
  | { is: 'consents'; given: boolean };

/** Any choice of any setting, and often the loosest of those that open a private way. */
const anyChoice = fc
  .constantFrom(...[...catalogue.values()].filter(({ values }) => values !== undefined))
  .chain(({ id, values = [] }) => fc.tuple(fc.constant(id), fc.constantFrom(...values)));

const choice = fc.oneof(
  anyChoice,
  fc.tuple(
    fc.constantFrom('messagesFrom', 'callsFrom', 'groupsFrom', 'mentionsFrom'),
    fc.constant<SettingValue>('everyone'),
  ),
);

/** What may happen between a young person and a grown one whom nobody proved to be anything else. */
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    is: fc.constant('claims' as const),
    who: fc.constantFrom('minor' as const, 'adult' as const),
    ageBand: fc.constantFrom<AgeBand>('under-13', '13-15', '16-17', '18-24', 'adult', 'unknown'),
    assurance: fc.constantFrom('declared' as const, 'estimated' as const),
  }),
  fc.record({
    is: fc.constant('requests' as const),
    by: fc.constantFrom('minor' as const, 'adult' as const),
  }),
  fc.record({
    // A block settles everything, so it comes seldom.
    is: fc.constantFrom(
      ...(['connects', 'parts', 'connects', 'parts', 'connects', 'parts', 'blocks'] as const),
    ),
  }),
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom('minor chooses' as const, 'parent decides' as const), choice)
      .map(([is, [setting, value]]): Step => ({ is, setting, value })),
  },
  fc.record({ is: fc.constant('consents' as const), given: fc.boolean() }),
);

/** What the platform may say in a question, roles that it checked left out: those connect. */
const said = fc.record(
  {
    relationship: fc.constantFrom(
      ...Relationship.options.filter((name) => !['family', 'teacher', 'helpline'].includes(name)),
    ),
    media: fc.boolean(),
    link: fc.boolean(),
    nudity: fc.boolean(),
    insult: fc.boolean(),
    localTime: fc.constantFrom('12:00', '23:30'),
  },
  { requiredKeys: [] },
);

describe('whatever is told, chosen and asked', () => {
  let stage: Awaited<ReturnType<typeof openSafeguardsStage>>;
  let runs = 0;
  beforeAll(async () => {
    stage = await openSafeguardsStage();
  });
  afterAll(() => stage?.close());

  it('an unconnected adult never starts a private conversation with a young person', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...minors),
        fc.option(fc.constantFrom<AgeBand>('18-24', 'adult'), { nil: undefined }),
        fc.array(step, { minLength: 1, maxLength: 12 }),
        said,
        async (minorBand, adultBand, steps, context) => {
          const run = runs++;
          const [minor, adult] = [`minor-${run}`, `adult-${run}`];
          const parent: Record<string, SettingValue> = {};
          let connected = false;
          const party = (from: string, to: string) => ({ from: { id: from }, to: { id: to } });
          await stage.tell(['account.registered', { account: { id: minor, ageBand: minorBand } }]);
          // Some platforms never tell the age of an account.
          if (adultBand)
            await stage.tell(['account.registered', { account: { id: adult, ageBand: adultBand } }]);
          const asks = (['message.send', 'call.start', 'group.add', 'mention'] as const).map(
            (action): Ask => [adult, action, minor, context],
          );
          let day = 90;
          for (const one of steps) {
            day--;
            if (one.is === 'claims') {
              const { ageBand, assurance } = one;
              // Of an account that never told its age, a first claim to be young is all there is to know.
              if (one.who === 'adult' && !adultBand) continue;
              const id = one.who === 'minor' ? minor : adult;
              await stage.tell(['account.updated', { account: { id, ageBand, assurance } }, day]);
            } else if (one.is === 'requests') {
              const pair = one.by === 'minor' ? party(minor, adult) : party(adult, minor);
              await stage.tell(['contact.requested', pair, day]);
            } else if (one.is === 'connects') {
              await stage.tell(['contact.accepted', party(adult, minor), day]);
              connected = true;
            } else if (one.is === 'parts') {
              await stage.tell(['contact.removed', party(minor, adult), day]);
              connected = false;
            } else if (one.is === 'blocks') {
              await stage.tell(['user.blocked', { by: { id: minor }, target: { id: adult } }, day]);
              connected = false;
            } else if (one.is === 'consents') {
              await stage.consent(minor, one.given);
            } else if (one.is === 'parent decides') {
              parent[one.setting] = one.value;
              await stage.parentDecided(minor, parent, true);
            } else {
              await stage.choose(minor, one.setting, one.value).catch((refusal: unknown) => {
                if (!(refusal instanceof AppError)) throw refusal;
              });
            }
            // Contacts are another matter; until then the answer is no after every step.
            if (connected) continue;
            for (const { decision } of await stage.ask(...asks)) expect(decision).toBe('deny');
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('and the way opens once the young person has accepted the adult', async () => {
    await stage.tell(
      ['account.registered', { account: { id: 'open-minor', ageBand: '13-15' } }],
      ['account.registered', { account: { id: 'open-adult', ageBand: 'adult' } }],
      ['contact.accepted', { from: { id: 'open-minor' }, to: { id: 'open-adult' } }],
    );
    const [answer] = await stage.ask(['open-adult', 'message.send', 'open-minor', { localTime: '12:00' }]);
    expect(answer?.decision).toBe('allow');
  });
});
