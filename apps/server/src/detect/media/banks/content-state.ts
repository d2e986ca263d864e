/** How far a content of a hash bank is trusted. */
export const contentStatuses = ['unconfirmed', 'confirmed', 'disputed', 'retired'] as const;
export type ContentStatus = (typeof contentStatuses)[number];

export const contentSteps = ['confirm', 'dispute', 'retire', 'restore'] as const;
export type ContentStep = (typeof contentSteps)[number];

/**
 * The status after a step, or undefined when it is not allowed. Nothing comes back from `retired` as confirmed: what is
 * restored has to be looked at again.
 */
export function afterStep(status: ContentStatus, step: ContentStep): ContentStatus | undefined {
  switch (step) {
    case 'confirm':
      return status === 'unconfirmed' || status === 'disputed' ? 'confirmed' : undefined;
    case 'dispute':
      return status === 'unconfirmed' || status === 'confirmed' ? 'disputed' : undefined;
    case 'retire':
      return status === 'retired' ? undefined : 'retired';
    case 'restore':
      return status === 'retired' ? 'unconfirmed' : undefined;
  }
}

/** What a platform is asked to do with a match, from the mildest. */
export const matchActions = ['observe', 'hold', 'block'] as const;
export type MatchAction = (typeof matchActions)[number];

/**
 * What follows from a match: the bank's action for what is confirmed and the same to the bit. What is only near, what
 * nobody has confirmed and what somebody disputes is held at most, so that a person looks. Pure.
 */
export function actionFor(status: ContentStatus, action: MatchAction, distance: number): MatchAction {
  return action === 'block' && (status !== 'confirmed' || distance > 0) ? 'hold' : action;
}
