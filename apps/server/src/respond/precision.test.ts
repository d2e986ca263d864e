import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Precision, precisionOf } from './precision.ts';

describe('precision', () => {
  it('is unknown without a decision', () => {
    expect(precisionOf(0, 0)).toBeNull();
  });

  it('gives the interval of Wilson', () => {
    // Worked by hand from the formula: 8 of 10 at 95 %.
    expect(precisionOf(8, 2)).toEqual({ value: 0.8, low: 0.49, high: 0.943 });
    expect(precisionOf(0, 6)).toEqual({ value: 0, low: 0, high: 0.39 });
  });

  it('holds the share between its limits, and narrows with more decisions', () => {
    const count = fc.integer({ min: 0, max: 5000 });
    fc.assert(
      fc.property(count, count, (confirmed, dismissed) => {
        const one = precisionOf(confirmed, dismissed);
        if (!one) return confirmed + dismissed === 0;
        const ten = precisionOf(confirmed * 10, dismissed * 10);
        const width = (p: Precision | null) => (p ? p.high - p.low : 0);
        return (
          one.low <= one.value &&
          one.value <= one.high &&
          one.low >= 0 &&
          one.high <= 1 &&
          width(ten) <= width(one)
        );
      }),
    );
  });
});
