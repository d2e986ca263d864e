import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterRemovalStep, isStanding, type RemovalState, removalStates } from './removal-state.ts';

const step = fc.constantFrom('confirm', 'decline', 'withdraw');

describe('the state of a request', () => {
  it('never stands again once its hashes are gone, whatever is tried', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let state: RemovalState = 'received';
        let gone = false;
        for (const one of steps) {
          state = afterRemovalStep(state, one) ?? state;
          gone ||= !isStanding(state);
          expect(isStanding(state)).toBe(!gone);
        }
      }),
    );
  });

  it('lets the young person withdraw in every state, and staff decide only what stands', () => {
    for (const state of removalStates) {
      expect(afterRemovalStep(state, 'withdraw')).toBe('withdrawn');
      expect(afterRemovalStep(state, 'decline') !== undefined).toBe(isStanding(state));
      expect(afterRemovalStep(state, 'confirm') !== undefined).toBe(state === 'received');
    }
  });
});
