import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { preparsePolicySet, preparseSchema, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgeBand } from '../base/vocabulary.ts';
import { type ActionName, actions } from './actions.ts';
import { catalogue } from './catalogue.ts';
import { type AccountFacts, accountFacts, nobodyKnown, type Situation } from './facts.ts';
import { createJudge, type Judgement } from './judge.ts';
import { jsonOf, readsOf } from './reads.ts';
import { compileSafeguards, readPolicyFiles, safeguardsFolder } from './safeguards.ts';

const TODAY = '2026-11-25';
const schema = readFileSync(join(safeguardsFolder, 'schema.cedarschema'), 'utf8');
const { list } = compileSafeguards(readPolicyFiles());
const texts = Object.fromEntries(list.map(({ id, text }) => [id, text]));
const minute = fc.integer({ min: 0, max: 200 });

const settings = fc
  .record(
    Object.fromEntries(
      [...catalogue.values()].map(({ id, values, number }) => [
        id,
        values
          ? fc.constantFrom(...values)
          : number
            ? fc.oneof(fc.integer({ min: number.min, max: number.max }), fc.constant(number.off))
            : fc.constantFrom('off', '22:00-07:00'),
      ]),
    ),
  )
  .map((all) => all as AccountFacts['settings']);

/** An account with any facts, also such as no rule of ages would give. */
const account: fc.Arbitrary<AccountFacts> = fc.record({
  band: fc.constantFrom(...AgeBand.options),
  minor: fc.boolean(),
  under16: fc.boolean(),
  grown: fc.boolean(),
  ageInDoubt: fc.boolean(),
  risk: fc.integer({ min: 0, max: 4 }),
  settings,
});

const flags = (...names: string[]) => Object.fromEntries(names.map((name) => [name, fc.boolean()]));
const audience = fc.constantFrom('public', 'followers', 'private');
const between = fc.record({
  ...flags(
    'connected',
    'newContact',
    'peers',
    'blocked',
    'self',
    'quiet',
    'nudity',
    'insult',
    'media',
    'link',
  ),
  ...flags('unknownAdults'),
  relationship: fc.constantFrom('none', 'friend', 'family', 'teacher', 'helpline'),
});
const contexts: Partial<Record<ActionName, fc.Arbitrary<Situation['context']>>> = {
  'personal.publish': fc.record({
    ...flags('self', 'connected', 'blocked', 'parentConsents', 'childConsents'),
    audience,
  }),
  'content.view': fc.record(flags('sensitive', 'nudity', 'insult')),
  'content.publish': fc.record({ ...flags('sensitive', 'nudity'), audience }),
  'advert.show': fc.record(flags('targeted', 'ageLimited')),
  'stream.start': fc.record({ audience }),
  'stream.join': fc.record({
    ...flags('hostMinor', 'connected', 'peers', 'blocked', 'self'),
    hostLive: fc.constantFrom('off', 'contacts', 'everyone'),
  }),
  'app.use': fc.record({ minutesToday: minute, minutesSinceBreak: minute, quiet: fc.boolean() }),
  'notification.receive': fc.record(flags('quiet', 'urgent')),
  'game.play': fc.record({
    minutesThisGame: minute,
    minutesAllGames: minute,
    minutesSinceWarning: minute,
    rating: fc.constantFrom(0, 12, 16, 18),
    leastAge: fc.constantFrom(0, 13, 16, 18, 25),
  }),
};

const situation: fc.Arbitrary<Situation> = fc
  .constantFrom(...(Object.keys(actions) as ActionName[]))
  .chain((action) =>
    fc
      .record({
        principal: account,
        resource: fc.option(account, { nil: undefined }),
        context: contexts[action] ?? between,
      })
      .map(({ principal, resource, context }) => ({
        action,
        principal,
        context,
        ...(actions[action].resource === 'account' && resource ? { resource } : {}),
      })),
  );

/** Cedar's own answer from the whole set with all facts. */
function byTheWholeSet({ action, principal, resource, context }: Situation): Judgement {
  const kind = actions[action].resource;
  const type = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  const actor = { type: 'Account', id: 'a' };
  const target = kind === 'account' && !resource ? actor : { type, id: 'b' };
  const answer = statefulIsAuthorized({
    principal: actor,
    action: { type: 'Action', id: action },
    resource: target,
    context,
    preparsedPolicySetId: 'whole',
    preparsedSchemaName: 'whole',
    validateRequest: true,
    entities: [
      { uid: actor, attrs: { ...principal }, parents: [] },
      ...(target === actor ? [] : [{ uid: target, attrs: { ...resource }, parents: [] }]),
    ],
  });
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join());
  return { allowed: answer.response.decision === 'allow', policies: answer.response.diagnostics.reason };
}

describe('judging', () => {
  it('by the policies and facts of one action gives exactly what the whole set with all facts gives', () => {
    expect(preparsePolicySet('whole', { staticPolicies: texts }).type).toBe('success');
    expect(preparseSchema('whole', schema).type).toBe('success');
    // One judge for all runs, so that remembered verdicts are compared as well.
    const judge = createJudge('test', texts, schema, (judgement) => judgement);
    const sorted = ({ allowed, policies }: Judgement) => ({ allowed, policies: [...policies].sort() });
    fc.assert(
      fc.property(situation, (one) => {
        const whole = sorted(byTheWholeSet(one));
        expect(sorted(judge(one))).toEqual(whole);
        expect(sorted(judge(one))).toEqual(whole);
      }),
      { numRuns: 600 },
    );
  });

  it('reads what a policy reads, also through `has`, sets and records as a whole', () => {
    const reads = (condition: string) =>
      readsOf([jsonOf(`permit (principal, action, resource) when { ${condition} };`)]);
    expect(reads('principal.settings has live && ["a"].contains(context.relationship)')).toEqual({
      principal: new Set(['settings.live']),
      resource: new Set(),
      context: new Set(['relationship']),
    });
    expect(reads('principal.settings == resource.settings && context == {}')).toEqual({
      principal: new Set(['settings']),
      resource: new Set(['settings']),
      context: new Set(['']),
    });
    expect(reads('principal == resource').principal.size).toBe(0);
  });

  it('judges again when a fact that is read changes, and refuses facts of a wrong type', () => {
    const judge = createJudge('types', texts, schema, ({ allowed }) => allowed);
    const principal = accountFacts(nobodyKnown, 'adult', 0, TODAY);
    const view = (context: Record<string, boolean | string>) =>
      judge({ action: 'content.view', principal, context });
    expect(view({ sensitive: true, nudity: true, insult: false })).toBe(true);
    expect(judge({ action: 'advert.show', principal, context: { targeted: true, ageLimited: true } })).toBe(
      true,
    );
    expect(() => view({ sensitive: 'yes', nudity: false, insult: false })).toThrow(/could not judge/);
    expect(() => view({ sensitive: true, nudity: true })).toThrow(/could not judge/);
  });
});
