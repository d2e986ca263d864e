import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generativeAiReasons } from '../detect/index.ts';
import { generativeAiFields, mergeGenerativeAi } from './generative-ai.ts';

const reasons = fc.subarray([...generativeAiReasons]);

describe('the flag generativeAi', () => {
  it('once set stays set, with every reason, in whatever order they come', () => {
    fc.assert(
      fc.property(reasons, reasons, reasons, (a, b, c) => {
        const one = mergeGenerativeAi(mergeGenerativeAi(a, b), c);
        const two = mergeGenerativeAi(c, mergeGenerativeAi(b, a));
        expect(one).toEqual(two);
        for (const reason of [...a, ...b, ...c]) expect(one).toContain(reason);
        expect(generativeAiFields(one).generativeAi).toBe(a.length + b.length + c.length > 0);
      }),
    );
  });

  it('is not set where nothing was said, also in what was stored before it existed', () => {
    expect(generativeAiFields(undefined)).toEqual({ generativeAi: false, generativeAiReasons: [] });
    expect(generativeAiFields([])).toMatchObject({ generativeAi: false });
  });
});
