import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgeBand } from '../base/vocabulary.ts';
import { type ActionName, actions } from './actions.ts';
import { catalogue } from './catalogue.ts';
import { accountFacts, arePeers, nobodyKnown, type Situation } from './facts.ts';
import {
  compileSafeguards,
  loadSafeguards,
  type PolicyFiles,
  readPolicyFiles,
  safeguardsFolder,
} from './safeguards.ts';
import type { Choices } from './settings.ts';

const TODAY = '2026-11-25';
const safeguards = loadSafeguards();

interface More {
  connected?: boolean;
  blocked?: boolean;
  risk?: number;
  to?: { parent?: Choices; self?: Choices };
  context?: Record<string, boolean>;
}

/** A situation between two accounts of these bands. */
function between(action: string, from: AgeBand, to: AgeBand, more: More = {}): Situation {
  const principal = accountFacts(nobodyKnown, from, more.risk ?? 0, TODAY);
  const resource = accountFacts({ ...nobodyKnown, parent: {}, self: {}, ...more.to }, to, 0, TODAY);
  return {
    action: action as ActionName,
    principal,
    resource,
    context: {
      connected: more.connected ?? false,
      newContact: false,
      relationship: 'none',
      peers: arePeers(principal, resource),
      blocked: more.blocked ?? false,
      self: false,
      quiet: false,
      nudity: false,
      insult: false,
      media: false,
      link: false,
      unknownAdults: false,
      ...more.context,
    },
  };
}

const ask = (action: string, from: AgeBand, to: AgeBand, more: More = {}) =>
  safeguards.judge(between(action, from, to, more));

const about = (action: ActionName, band: AgeBand, context: Situation['context']) =>
  safeguards.judge({ action, principal: accountFacts(nobodyKnown, band, 0, TODAY), context });

const onAccounts = (Object.keys(actions) as ActionName[]).filter(
  (name) => actions[name].resource === 'account' && name !== 'personal.publish',
);

/** Any choice of any setting, valid or left out. */
const choices = fc
  .record(
    Object.fromEntries(
      [...catalogue.values()].flatMap(({ id, values }) =>
        values ? [[id, fc.constantFrom<string | number | boolean>(...values)]] : [],
      ),
    ),
    { requiredKeys: [] },
  )
  .map(
    (chosen) =>
      Object.fromEntries(
        Object.entries(chosen).flatMap(([id, value]) => (value === undefined ? [] : [[id, value]])),
      ) as Choices,
  );

describe('safeguards', () => {
  it('limit a stranger’s request to a young person and say why in both languages', () => {
    const verdict = ask('contact.request', 'adult', '13-15');
    expect(verdict.decision).toBe('limit');
    expect(verdict.obligations).toEqual([
      { id: 'quiet-request', kind: 'limit', policy: 'stranger-request-is-quiet' },
    ]);
    expect(verdict.reasons[0]?.text.vi).toMatch(/chưa quen/);
    expect(verdict.reasons[0]?.text.en).toMatch(/know each other/);
  });

  it('keep an account under 18 private, and leave adults alone', () => {
    expect(ask('profile.view', '16-17', '13-15').decision).toBe('limit');
    expect(ask('profile.view', 'adult', 'adult').decision).toBe('allow');
    expect(ask('message.send', 'adult', 'adult').decision).toBe('allow');
    expect(ask('message.send', '13-15', '13-15', { connected: true }).decision).toBe('allow');
  });

  it('deny everything towards minors at high risk, even to contacts', () => {
    for (const action of onAccounts) {
      const verdict = ask(action, 'adult', '16-17', { connected: true, risk: 3 });
      expect(verdict.decision).toBe('deny');
      expect(verdict.policies).toContain('high-risk-account-keeps-away-from-minors');
    }
  });

  it('no settings let an unconnected grown-up or unknown age reach somebody who may be a minor in private', () => {
    const minors = ['under-13', '13-15', '16-17', 'unknown'] as const;
    const grown = ['18-24', 'adult', 'unknown'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...grown),
        fc.constantFrom(...minors),
        fc.integer({ min: 0, max: 4 }),
        choices,
        choices,
        fc.record({ nudity: fc.boolean(), insult: fc.boolean(), media: fc.boolean(), link: fc.boolean() }),
        (from, to, risk, parent, self, context) => {
          const more = { risk, to: { parent, self }, context };
          for (const action of [
            'message.send',
            'call.start',
            'search.appear',
            'suggestion.appear',
            'gift.send',
          ])
            expect(ask(action, from, to, more).decision).toBe('deny');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('adding any permit never defeats a forbid', () => {
    const fact = fc.constantFrom(
      'true',
      'principal.grown',
      'principal.minor',
      'resource.minor',
      'resource.under16',
      'resource.settings.privateAccount',
      'context.connected',
      'context.peers',
      'context.self',
      'principal == resource',
      ...AgeBand.options.map((band) => `resource.band == "${band}"`),
    );
    const condition = fc
      .array(fc.tuple(fc.boolean(), fact), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.map(([not, part]) => (not ? `!(${part})` : part)).join(' && '));
    const scope = fc.oneof(
      fc.constant(`action in [${onAccounts.map((name) => `Action::"${name}"`).join(', ')}]`),
      fc.constantFrom(...onAccounts).map((name) => `action == Action::"${name}"`),
    );
    const permits = fc.array(fc.tuple(scope, condition), { minLength: 10, maxLength: 30 }).map(
      (all): PolicyFiles => ({
        ...readPolicyFiles(),
        'more.cedar': all
          .map(
            ([within, when], index) =>
              `@id("more-${index}") @reason_vi("a") @reason_en("b") permit (principal, ${within}, resource) when { ${when} };`,
          )
          .join('\n'),
      }),
    );
    const situations = fc.array(
      fc.tuple(
        fc.constantFrom(...onAccounts),
        fc.constantFrom(...AgeBand.options),
        fc.constantFrom(...AgeBand.options),
        fc.record({ connected: fc.boolean(), blocked: fc.boolean(), risk: fc.integer({ min: 0, max: 4 }) }),
      ),
      { minLength: 60, maxLength: 100 },
    );
    fc.assert(
      fc.property(permits, situations, (files, asked) => {
        // Compiling costs most, so that many permits are tried in many situations at once.
        const more = compileSafeguards(files);
        for (const [action, from, to, facts] of asked) {
          const situation = between(action, from, to, facts);
          const before = safeguards.judge(situation);
          const after = more.judge(situation);
          if (before.policies.includes('allow-by-default')) expect(after.decision).toBe('allow');
          else expect(after).toEqual(before);
        }
      }),
      { numRuns: 4 },
    );
  });

  it('cover sensitive content for the young and the unknown, and stop public live under 16', () => {
    const content = (band: AgeBand, sensitive: boolean) =>
      about('content.view', band, { sensitive, nudity: false, insult: false }).decision;
    expect(content('under-13', true)).toBe('deny');
    expect(content('13-15', true)).toBe('limit');
    expect(content('unknown', true)).toBe('limit');
    expect(content('adult', true)).toBe('allow');
    expect(content('13-15', false)).toBe('allow');
    expect(about('stream.start', '13-15', { audience: 'public' }).decision).toBe('deny');
    expect(about('stream.start', '16-17', { audience: 'followers' }).decision).toBe('allow');
  });

  it('one may see and do with one’s own account', () => {
    for (const action of onAccounts.filter((name) => name !== 'gift.send')) {
      const { principal, context } = between(action, '13-15', '13-15');
      const own = safeguards.judge({
        action,
        principal,
        context: { ...context, connected: true, self: true },
      });
      expect([action, own.decision]).toEqual([action, 'allow']);
    }
  });

  it('warnings let a thing happen, with the duty beside it', () => {
    const break_ = about('app.use', '13-15', { minutesToday: 70, minutesSinceBreak: 61, quiet: false });
    expect(break_.decision).toBe('allow');
    expect(break_.obligations).toEqual([{ id: 'remind-break', kind: 'warn', policy: 'break-reminder' }]);
  });

  it('every band pair gets an answer with a reason for whatever is not allowed, for every action', () => {
    for (const action of onAccounts) {
      for (const from of AgeBand.options) {
        for (const to of AgeBand.options) {
          const verdict = ask(action, from, to);
          if (verdict.decision !== 'allow') expect(verdict.reasons.length).toBeGreaterThan(0);
          expect(ask(action, from, to, { blocked: true }).decision).toBe('deny');
        }
      }
    }
  });

  it('every sentence is whole, in NFC, and blames nobody', () => {
    const settingTexts = [...catalogue.values()].map(({ why }) => why);
    for (const { vi, en } of [...safeguards.list.map(({ reason }) => reason), ...settingTexts]) {
      for (const text of [vi, en]) {
        expect(text).toBe(text.normalize('NFC'));
        expect(text).toMatch(/[.?]$/);
      }
      expect(vi).toMatch(/[ạảãáàăâđêôơưịọộợụựẽếềệỉĩũửữýỳ]/);
      expect(`${vi} ${en}`).not.toMatch(
        /nạn nhân|thủ phạm|victim|offender|predator|your fault(?<!not your fault)/i,
      );
    }
  });

  it('a policy with a mistake stops the start and names the file or policy', () => {
    const folder = mkdtempSync(join(tmpdir(), 'safeguards-'));
    cpSync(safeguardsFolder, folder, { recursive: true });
    writeFileSync(join(folder, 'wrong.cedar'), 'permit (principal, action, resource');
    expect(() => loadSafeguards(folder)).toThrow(/wrong\.cedar/);
    const wrong = (head: string, condition: string) => {
      writeFileSync(
        join(folder, 'wrong.cedar'),
        `@id("typo") @reason_vi("a") @reason_en("b") ${head} forbid (principal, action, resource) ${condition};`,
      );
      return () => loadSafeguards(folder);
    };
    expect(wrong('', 'when { principal.colour == "red" }')).toThrow(/typo/);
    expect(wrong('@cue("no-such-cue")', '')).toThrow(/no-such-cue/);
    expect(wrong('@obligation("dance")', '')).toThrow(/dance/);
    expect(wrong('@law("law-of-the-jungle")', '')).toThrow(/law-of-the-jungle in policy\/law/);
    // General knowledge that nobody has read at its source is no ground for a policy.
    expect(wrong('@law("children-law-51")', '')).toThrow(/not verified/);
    expect(wrong('', 'when { principal == Account::"lan" }')).toThrow(/single account/);
    writeFileSync(join(folder, 'wrong.cedar'), '@id("no-reason") forbid (principal, action, resource);');
    expect(() => loadSafeguards(folder)).toThrow(/reason_vi/);
  });
});
