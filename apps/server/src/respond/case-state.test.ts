import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterStep, type CaseState, type CaseStep, caseStates, caseSteps, stateOf } from './case-state.ts';

describe('case state', () => {
  it('follows the usual way of a case', () => {
    expect(stateOf(['opened'])).toBe('new');
    expect(stateOf(['opened', 'noted'])).toBe('triage');
    expect(stateOf(['opened', 'taken', 'acted', 'referred'])).toBe('waiting');
    expect(stateOf(['opened', 'taken', 'referred', 'referral-accepted'])).toBe('waiting');
    expect(stateOf(['opened', 'taken', 'referred', 'referral-accepted', 'referral-done'])).toBe('open');
    expect(stateOf(['opened', 'taken', 'closed', 'reopened'])).toBe('reopened');
  });

  it('refuses work on a closed case and a second opening', () => {
    for (const step of ['taken', 'acted', 'referred', 'closed', 'message-sent'] as const) {
      expect(afterStep('closed', step)).toBeUndefined();
    }
    expect(afterStep('open', 'opened')).toBeUndefined();
    expect(() => stateOf(['opened', 'closed', 'taken'])).toThrow(/cannot be taken when it is closed/);
  });

  it('leaves closed only by reopening, whatever the history', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...caseSteps), { maxLength: 40 }), (steps) => {
        let state: CaseState = 'new';
        for (const step of steps as CaseStep[]) {
          const next = afterStep(state, step);
          if (next === undefined) continue;
          expect(caseStates).toContain(next);
          if (state === 'closed' && next !== 'closed') expect(step).toBe('reopened');
          if (next === 'closed' && state !== 'closed') expect(step).toBe('closed');
          state = next;
        }
      }),
    );
  });
});
