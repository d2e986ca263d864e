import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { follow, type Happening, type Standing, shown, stateAt } from './supervision-state.ts';

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc
    .constantFrom<Happening['step']>(
      'invited',
      'accepted',
      'agreed',
      'declined',
      'ended',
      'suspended',
      'lifted',
      'expired',
    )
    .map((step) => ({ step }) as Happening),
  fc.record({
    step: fc.constant('decided' as const),
    setting: fc.constantFrom('messagesFrom', 'quietHours'),
    value: fc.option(fc.constantFrom('contacts', 'peers')),
  }),
  fc.record({ step: fc.constant('publishing' as const), given: fc.boolean() }),
);

/** The history as the reducer takes it: what cannot happen is left out. */
function replay(steps: Happening[]): { taken: Happening[]; standing: Standing | undefined } {
  let standing: Standing | undefined;
  const taken: Happening[] = [];
  for (const step of steps) {
    const next = follow(standing, step);
    if (!next) continue;
    standing = next;
    taken.push(step);
  }
  return { taken, standing };
}

describe('a supervision', () => {
  it('goes from invitation to the young person’s yes, and each may end it', () => {
    const begun: Happening[] = [{ step: 'invited' }, { step: 'accepted' }, { step: 'agreed' }];
    expect(replay(begun).standing?.state).toBe('active');
    expect(replay([...begun, { step: 'ended' }]).standing?.state).toBe('ended');
    expect(replay([{ step: 'invited' }, { step: 'agreed' }]).standing?.state).toBe('invited');
    expect(replay([{ step: 'invited' }, { step: 'accepted' }, { step: 'declined' }]).standing?.state).toBe(
      'declined',
    );
  });

  it('is active only while the last yes of the young person stands, and decides nothing otherwise', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), (steps) => {
        const { taken, standing } = replay([{ step: 'invited' }, ...steps]);
        const names = taken.map(({ step }) => step);
        if (standing?.state === 'active') {
          const yes = names.lastIndexOf('agreed');
          expect(yes).toBeGreaterThan(names.lastIndexOf('accepted'));
          for (const stop of ['ended', 'suspended', 'lifted', 'declined', 'expired'] as const)
            expect(names.lastIndexOf(stop)).toBeLessThan(yes);
        } else {
          expect(standing?.decisions).toEqual({});
          expect(standing?.publishes).toBeNull();
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('never comes back after an end', () => {
    fc.assert(
      fc.property(fc.constantFrom('ended', 'declined', 'expired'), fc.array(happening), (state, steps) => {
        let standing: Standing = { state, decisions: {}, publishes: null };
        for (const step of steps) standing = follow(standing, step) ?? standing;
        expect(standing.state).toBe(state);
      }),
    );
  });

  it('after a pause waits for the young person again, and a pause is shown as any other end', () => {
    const paused: Happening[] = [
      { step: 'invited' },
      { step: 'accepted' },
      { step: 'agreed' },
      { step: 'suspended' },
    ];
    expect(shown('paused')).toBe(shown('ended'));
    expect(replay([...paused, { step: 'agreed' }]).standing?.state).toBe('paused');
    expect(replay([...paused, { step: 'lifted' }]).standing?.state).toBe('accepted');
  });

  it('lapses by itself while nobody answers', () => {
    const at = new Date('2026-11-25T00:00:00Z');
    expect(stateAt({ state: 'invited', expiresAt: at }, at)).toBe('expired');
    expect(stateAt({ state: 'invited', expiresAt: at }, new Date(at.getTime() - 1))).toBe('invited');
    expect(stateAt({ state: 'active', expiresAt: null }, at)).toBe('active');
  });
});
