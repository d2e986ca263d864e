import type { HashMatch } from './hash-match.ts';

/** For tests: a look-up that was compared with a bank, one that could not be, and a match. */
export const compared = { wanted: true, banks: [{ number: 1, name: 'b' }], kinds: ['md5' as const] };
export const uncompared = { wanted: true, banks: [], kinds: [] };
export const matched: HashMatch = {
  bank: 'b',
  content: 1,
  kind: 'md5',
  distance: 0,
  source: 's',
  reason: 'r',
  generativeAi: false,
  status: 'confirmed',
  action: 'block',
};
