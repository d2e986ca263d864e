import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterRuleStep, inRollout, type RuleState, ruleSteps } from './rule-state.ts';

describe('the states of a version', () => {
  it('nothing is published that was not in shadow, and only drafts are edited', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ruleSteps), { maxLength: 30 }), (steps) => {
        let state: RuleState = 'draft';
        let shadowed = false;
        for (const step of steps) {
          const next = afterRuleStep(state, step);
          if (next === undefined) continue;
          if (step === 'edit' || step === 'discard') expect(state).toBe('draft');
          if (next === 'shadow') shadowed = true;
          if (next === 'published' || next === 'rollout') expect(shadowed).toBe(true);
          state = next;
        }
      }),
    );
  });
});

describe('a staged rollout', () => {
  const account = fc.string({ minLength: 1, maxLength: 40 });
  const organisation = 'b7b1a1a0-0000-4000-8000-000000000001';

  it('only grows with its share', () => {
    fc.assert(
      fc.property(account, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (id, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        if (inRollout(organisation, id, low)) expect(inRollout(organisation, id, high)).toBe(true);
        expect(inRollout(organisation, id, 0)).toBe(false);
        expect(inRollout(organisation, id, 100)).toBe(true);
      }),
    );
  });

  it('takes in about its share of accounts', () => {
    const taken = Array.from({ length: 10_000 }, (_, n) => inRollout(organisation, `u-${n}`, 20)).filter(
      Boolean,
    );
    // Binomial(10,000, 0.2): six standard deviations are 240.
    expect(taken.length).toBeGreaterThan(1760);
    expect(taken.length).toBeLessThan(2240);
  });
});
