/**
 * What a platform does instead of refusing. `warn` lets the thing happen with a word before or after; `blur`, `ask` and
 * `limit` let it happen only in the way they say, so a platform that does not know them must refuse.
 */
export const obligations = {
  blur: 'blur',
  cover: 'blur',
  'hide-from-recipient': 'blur',
  'ask-age': 'ask',
  'ask-owner': 'ask',
  'ask-parent': 'ask',
  'ask-both-consents': 'ask',
  'ask-more-time': 'ask',
  'quiet-request': 'limit',
  'message-request': 'limit',
  'name-only': 'limit',
  'contacts-only': 'limit',
  'no-media-no-links': 'limit',
  'hold-until-morning': 'limit',
  'warn-before-sending': 'warn',
  'warn-of-money': 'warn',
  'warn-of-age-in-doubt': 'warn',
  'warn-of-stranger': 'warn',
  'warn-of-call': 'warn',
  'warn-of-gift': 'warn',
  'warn-of-risk': 'warn',
  'remind-break': 'warn',
  'remind-night': 'warn',
  'game-warning': 'warn',
} as const;

export type ObligationId = keyof typeof obligations;
export type ObligationKind = (typeof obligations)[ObligationId];

export function isObligation(id: string): id is ObligationId {
  return Object.hasOwn(obligations, id);
}
