import { createHash } from 'node:crypto';

/** Where a version of an organisation's rules stands. Only `published` (or nothing: the files) is in force for everybody. */
export const ruleStates = ['draft', 'shadow', 'rollout', 'published', 'replaced', 'discarded'] as const;
export type RuleState = (typeof ruleStates)[number];

export const ruleSteps = [
  'edit',
  'shadow',
  'roll-out',
  'publish',
  'withdraw',
  'discard',
  'roll-back',
  'replace',
] as const;
export type RuleStep = (typeof ruleSteps)[number];

/**
 * The state after a step, or undefined when it is not allowed. Nothing is published that was not in shadow before, and
 * content changes only in a draft. `replace` happens to the version in force when another takes its place.
 */
export function afterRuleStep(state: RuleState, step: RuleStep): RuleState | undefined {
  switch (step) {
    case 'edit':
      return state === 'draft' ? 'draft' : undefined;
    case 'discard':
      return state === 'draft' ? 'discarded' : undefined;
    case 'shadow':
      return state === 'draft' || state === 'rollout' ? 'shadow' : undefined;
    case 'roll-out':
      return state === 'shadow' || state === 'rollout' ? 'rollout' : undefined;
    case 'publish':
      return state === 'shadow' || state === 'rollout' ? 'published' : undefined;
    case 'withdraw':
      return state === 'shadow' || state === 'rollout' ? 'draft' : undefined;
    case 'roll-back':
      return state === 'replaced' ? 'published' : undefined;
    case 'replace':
      return state === 'published' ? 'replaced' : undefined;
  }
}

/**
 * True when a staged rollout of `percent` takes in this account. A hash of organisation and account decides: an account
 * stays on its side, and a larger share only adds accounts.
 */
export function inRollout(organisationId: string, account: string, percent: number): boolean {
  const digest = createHash('sha256').update(`rollout\n${organisationId}\n${account}`).digest();
  return digest.readUInt32BE(0) < (percent / 100) * 2 ** 32;
}
