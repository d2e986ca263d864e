/** Where a version of an organisation's policies stands. Only `published` (or nothing: the files) is in force. */
export const versionStates = [
  'draft',
  'proposed',
  'published',
  'superseded',
  'refused',
  'withdrawn',
] as const;
export type VersionState = (typeof versionStates)[number];

export const versionSteps = [
  'edit',
  'propose',
  'withdraw',
  'refuse',
  'publish',
  'supersede',
  'discard',
] as const;
export type VersionStep = (typeof versionSteps)[number];

/**
 * The state after a step, or undefined when it is not allowed. Content changes only in a draft; only what was proposed is
 * published; a version that was in force before may be proposed again (that is how one rolls back), and goes back to
 * `superseded` when that is withdrawn or refused.
 */
export function afterStep(
  state: VersionState,
  step: VersionStep,
  wasInForce: boolean,
): VersionState | undefined {
  switch (step) {
    case 'edit':
      return state === 'draft' ? 'draft' : undefined;
    case 'discard':
      return state === 'draft' ? 'withdrawn' : undefined;
    case 'propose':
      return state === 'draft' || state === 'superseded' ? 'proposed' : undefined;
    case 'withdraw':
      if (state !== 'proposed') return undefined;
      return wasInForce ? 'superseded' : 'draft';
    case 'refuse':
      if (state !== 'proposed') return undefined;
      return wasInForce ? 'superseded' : 'refused';
    case 'publish':
      return state === 'proposed' ? 'published' : undefined;
    case 'supersede':
      return state === 'published' ? 'superseded' : undefined;
  }
}
