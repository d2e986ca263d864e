/** Referral states (Primero's: in_progress, accepted, rejected, done, revoked) and who may move them. Pure. */
export const referralStates = ['in_progress', 'accepted', 'rejected', 'done', 'revoked'] as const;
export type ReferralState = (typeof referralStates)[number];
export type ReferralStep = 'accept' | 'reject' | 'done' | 'revoke';

/** The state after `step` taken by the sender or the receiver, or undefined when it is not theirs to take now. */
export function afterReferralStep(
  state: ReferralState,
  step: ReferralStep,
  side: 'sender' | 'receiver',
): ReferralState | undefined {
  if (step === 'revoke')
    return side === 'sender' && (state === 'in_progress' || state === 'accepted') ? 'revoked' : undefined;
  if (side !== 'receiver') return undefined;
  switch (step) {
    case 'accept':
      return state === 'in_progress' ? 'accepted' : undefined;
    case 'reject':
      return state === 'in_progress' ? 'rejected' : undefined;
    case 'done':
      return state === 'accepted' ? 'done' : undefined;
  }
}
