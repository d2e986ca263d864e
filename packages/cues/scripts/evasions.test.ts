import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalise } from '../src/index.ts';
import { createTokeniser } from '../src/tokens.ts';
import { evasions, seeded } from './evasions.ts';

const phrases = [
  'đừng kể với bố mẹ',
  'gửi ảnh cho anh đi',
  'chuyển khoản trước nhé',
  "don't tell your parents",
  'send me the code',
];
const known = new Set(phrases.flatMap((phrase) => normalise(phrase).split(' ')));
const tokensOf = createTokeniser((base) => known.has(base));
/** The plain words that a text may stand for, disguises undone. */
const readings = (text: string) =>
  tokensOf(text).flatMap(({ word }) => word.forms.flatMap(({ base }) => base.split('_')));

describe('disguises', () => {
  for (const [name, change] of Object.entries(evasions)) {
    it(`${name}: the same seed gives the same text`, () => {
      for (const phrase of phrases) expect(change(phrase, seeded(3))).toBe(change(phrase, seeded(3)));
    });
  }

  it.each([
    'no-diacritics',
    'no-tones',
    'moved-tones',
    'homoglyphs',
    'zero-width',
    'emoji',
    'leet',
    'repeated-letters',
    'spaced-letters',
  ])('%s is undone: every word of the message is read again', (name) => {
    fc.assert(
      fc.property(fc.constantFrom(...phrases), fc.integer({ min: 0, max: 10_000 }), (phrase, seed) => {
        const read = new Set(readings(evasions[name]?.(phrase, seeded(seed)) ?? ''));
        for (const word of normalise(phrase).split(' ')) expect(read, `${phrase} ${seed}`).toContain(word);
      }),
      { numRuns: 200 },
    );
  });

  it('every token points at the characters that it was read from', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...phrases),
        fc.constantFrom(...Object.keys(evasions)),
        fc.integer({ min: 0, max: 10_000 }),
        (phrase, name, seed) => {
          const text = evasions[name]?.(phrase, seeded(seed)) ?? '';
          let last = 0;
          for (const { start, end } of tokensOf(text)) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThanOrEqual(start);
            expect(end).toBeLessThanOrEqual(text.length);
            last = end;
          }
        },
      ),
    );
  });
});
