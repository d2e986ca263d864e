import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionFor, afterStep, contentStatuses, contentSteps, matchActions } from './content-state.ts';

const steps = fc.array(fc.constantFrom(...contentSteps), { maxLength: 30 });
const arrives = fc.constantFrom('confirmed' as const, 'unconfirmed' as const);

describe('the status of a content', () => {
  it('comes back as confirmed from retired by a confirmation alone, whatever the steps', () => {
    fc.assert(
      fc.property(arrives, steps, (first, taken) => {
        let status = afterStep(first, 'retire');
        for (const step of taken) {
          const next = status && afterStep(status, step);
          if (next === undefined) continue;
          if (next === 'confirmed') expect(step).toBe('confirm');
          status = next;
        }
      }),
    );
  });

  it('is confirmed in a bank whose contents arrive unconfirmed only after a confirmation', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        let status: ReturnType<typeof afterStep> = 'unconfirmed';
        for (const step of taken.filter((one) => one !== 'confirm')) {
          status = afterStep(status, step) ?? status;
          expect(status).not.toBe('confirmed');
        }
      }),
    );
  });

  it('can be retired from every other, restored from retired alone, and is never left as it was by a step', () => {
    for (const status of contentStatuses) {
      expect(afterStep(status, 'retire')).toBe(status === 'retired' ? undefined : 'retired');
      expect(afterStep(status, 'restore')).toBe(status === 'retired' ? 'unconfirmed' : undefined);
      for (const step of contentSteps) expect(afterStep(status, step)).not.toBe(status);
    }
  });
});

describe('what follows from a match', () => {
  it('blocks only what is confirmed and the same to the bit, and is never stricter than the bank', () => {
    const input = [
      fc.constantFrom(...contentStatuses),
      fc.constantFrom(...matchActions),
      fc.nat(40),
    ] as const;
    fc.assert(
      fc.property(...input, (status, action, distance) => {
        const follows = actionFor(status, action, distance);
        expect(matchActions.indexOf(follows)).toBeLessThanOrEqual(matchActions.indexOf(action));
        const sure = status === 'confirmed' && distance === 0;
        expect(follows === 'block').toBe(sure && action === 'block');
        if (action !== 'block') expect(follows).toBe(action);
      }),
    );
  });
});
