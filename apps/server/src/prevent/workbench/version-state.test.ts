import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterStep, type VersionState, versionSteps } from './version-state.ts';

const walks = fc.array(fc.constantFrom(...versionSteps), { maxLength: 40 });

/** Every state that a version passes from its draft on. */
function walk(steps: readonly (typeof versionSteps)[number][]): VersionState[] {
  const states: VersionState[] = ['draft'];
  for (const step of steps) {
    const state = states.at(-1) ?? 'draft';
    const next = afterStep(state, step, states.includes('published'));
    if (next !== undefined) states.push(next);
  }
  return states;
}

describe('the states of a version', () => {
  it('nothing is published that was not proposed just before', () => {
    fc.assert(
      fc.property(walks, (steps) => {
        const states = walk(steps);
        states.forEach((state, at) => {
          if (state === 'published') expect(states[at - 1]).toBe('proposed');
        });
      }),
    );
  });

  it('what was in force is never a draft again, and never lost', () => {
    fc.assert(
      fc.property(walks, (steps) => {
        const states = walk(steps);
        const first = states.indexOf('published');
        const later = first === -1 ? [] : states.slice(first);
        for (const state of later) expect(['published', 'superseded', 'proposed']).toContain(state);
      }),
    );
  });

  it('refused and withdrawn are ends', () => {
    for (const step of versionSteps) {
      expect(afterStep('refused', step, false)).toBeUndefined();
      expect(afterStep('withdrawn', step, false)).toBeUndefined();
    }
  });

  it('goes from draft to published, away and back', () => {
    expect(walk(['edit', 'propose', 'withdraw', 'edit', 'propose', 'publish', 'supersede'])).toEqual([
      'draft',
      'draft',
      'proposed',
      'draft',
      'draft',
      'proposed',
      'published',
      'superseded',
    ]);
    expect(walk(['propose', 'publish', 'supersede', 'propose', 'refuse', 'propose', 'publish'])).toEqual([
      'draft',
      'proposed',
      'published',
      'superseded',
      'proposed',
      'superseded',
      'proposed',
      'published',
    ]);
  });
});
