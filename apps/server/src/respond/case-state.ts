/** Case states and the one reducer that derives them from what happened. Pure. */
export const caseStates = ['new', 'triage', 'open', 'waiting', 'closed', 'reopened'] as const;
export type CaseState = (typeof caseStates)[number];

export const caseSteps = [
  'opened',
  'evidence-added',
  'reported',
  'noted',
  'taken',
  'acted',
  'referred',
  'referral-accepted',
  'referral-rejected',
  'referral-done',
  'referral-revoked',
  'message-received',
  'message-sent',
  'revealed',
  'marked',
  'closed',
  'reopened',
] as const;
export type CaseStep = (typeof caseSteps)[number];

/** The state after `step`, or undefined when the state does not allow it. Nothing leads out of `closed` but reopening. */
export function afterStep(state: CaseState | undefined, step: CaseStep): CaseState | undefined {
  if (state === undefined) return step === 'opened' ? 'new' : undefined;
  switch (step) {
    case 'opened':
      return undefined;
    case 'reopened':
      return state === 'closed' ? 'reopened' : undefined;
    case 'evidence-added':
    case 'reported':
    case 'revealed':
    case 'marked':
    case 'referral-accepted':
      return state;
    case 'referral-rejected':
    case 'referral-done':
    case 'referral-revoked':
    case 'message-received':
      // Somebody answered: what waited needs a person again.
      return state === 'waiting' ? 'open' : state;
    case 'noted':
      return state === 'new' ? 'triage' : state;
    case 'taken':
    case 'acted':
      return state === 'closed' ? undefined : 'open';
    case 'referred':
    case 'message-sent':
      return state === 'closed' ? undefined : 'waiting';
    case 'closed':
      return state === 'closed' ? undefined : 'closed';
  }
}

/** The state that a whole history leads to; throws on a history that the steps do not allow. */
export function stateOf(history: readonly CaseStep[]): CaseState {
  let state: CaseState | undefined;
  for (const step of history) {
    const next = afterStep(state, step);
    if (next === undefined) throw new Error(`a case cannot be ${step} when it is ${state ?? 'not opened'}`);
    state = next;
  }
  if (state === undefined) throw new Error('a case without history has no state');
  return state;
}
