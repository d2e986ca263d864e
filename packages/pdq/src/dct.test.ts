import { expect, it } from 'vitest';
import { exactCosines } from './dct.ts';

it('has cosines that every engine rounds alike', () => {
  // Engines may differ in the last bits of Math.cos. No cosine is so near to the middle between two floats
  // that such a difference could change the float.
  for (const exact of exactCosines()) {
    const room = Math.abs(exact) * 1e-14;
    expect(Math.fround(exact - room)).toBe(Math.fround(exact + room));
  }
});
