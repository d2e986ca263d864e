import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sensitivityOf } from './signal-detection.ts';

describe('sensitivityOf', () => {
  it('finds no sensitivity in suspecting everything, only a lean', () => {
    const { dPrime, lean } = sensitivityOf({ hits: 4, misses: 0, falseAlarms: 4, correctRejections: 0 });
    expect(dPrime).toBeCloseTo(0, 6);
    expect(lean).toBe('suspicious');
  });

  it('calls a faultless attempt clear and balanced', () => {
    const { dPrime, clarity, lean } = sensitivityOf({
      hits: 4,
      misses: 0,
      falseAlarms: 0,
      correctRejections: 4,
    });
    // z(0.9) - z(0.1)
    expect(dPrime).toBeCloseTo(2.5631, 3);
    expect([clarity, lean]).toEqual(['clear', 'balanced']);
  });

  it('grows with every hit and shrinks with every false alarm', () => {
    const n = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(n, n, n, n, (hits, misses, falseAlarms, correctRejections) => {
        const base = sensitivityOf({ hits, misses, falseAlarms, correctRejections }).dPrime;
        const better = sensitivityOf({ hits: hits + 1, misses: misses - 1, falseAlarms, correctRejections });
        const worse = sensitivityOf({
          hits,
          misses,
          falseAlarms: falseAlarms + 1,
          correctRejections: correctRejections - 1,
        });
        expect(better.dPrime).toBeGreaterThan(base);
        expect(worse.dPrime).toBeLessThan(base);
      }),
    );
  });

  it('stays finite without any answer', () => {
    const nothing = sensitivityOf({ hits: 0, misses: 0, falseAlarms: 0, correctRejections: 0 });
    expect(nothing.dPrime).toBeCloseTo(0, 9);
  });
});
