import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterReferralStep, referralStates } from './referral-state.ts';

describe('referral state', () => {
  it('lets the receiver accept and finish, the sender revoke', () => {
    expect(afterReferralStep('in_progress', 'accept', 'receiver')).toBe('accepted');
    expect(afterReferralStep('accepted', 'done', 'receiver')).toBe('done');
    expect(afterReferralStep('in_progress', 'revoke', 'sender')).toBe('revoked');
  });

  it('never lets one side take the step of the other, nor moves what is over', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...referralStates),
        fc.constantFrom('accept', 'reject', 'done', 'revoke'),
        fc.constantFrom('sender', 'receiver'),
        (state, step, side) => {
          const next = afterReferralStep(state, step, side);
          if (next === undefined) return;
          expect(side).toBe(step === 'revoke' ? 'sender' : 'receiver');
          expect(['in_progress', 'accepted']).toContain(state);
        },
      ),
    );
  });
});
