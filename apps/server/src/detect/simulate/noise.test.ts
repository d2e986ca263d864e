import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disguise, roughen, type Style, styleFor, withoutDiacritics } from './noise.ts';
import { seededRandom } from './random.ts';

const plain: Style = { teencode: 0, bareVowels: 0, typos: 0, emoji: 0, switching: 0, lower: 0, stretch: 0 };

describe('roughen', () => {
  it('leaves the text of a careful writer alone', () => {
    expect(roughen('Bạn có biết không?', 'vi', plain, seededRandom(1))).toBe('Bạn có biết không?');
  });

  it('writes teencode, bare vowels and the other language', () => {
    const always = { ...plain, teencode: 1, bareVowels: 1 };
    const out = roughen('Bạn được rồi không?', 'vi', always, seededRandom(2));
    expect(out).toMatch(/^(b|pan) (dc|dk) (r|rui|roi) (ko|k|hong|hok|khum)\?$/);
    expect(roughen('làm bài chưa', 'vi', { ...plain, switching: 2 }, seededRandom(1))).toBe(
      'làm homework chưa',
    );
  });

  it('gives NFC text and never an empty message, whoever writes', () => {
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), (seed, young) => {
        const random = seededRandom(seed);
        const text = roughen('Đừng kể với ai chuyện hôm nay nhé', 'vi', styleFor(random, young), random);
        expect(text.trim()).not.toBe('');
        expect(text).toBe(text.normalize('NFC'));
      }),
    );
  });
});

describe('withoutDiacritics', () => {
  it('keeps the letters', () => {
    expect(withoutDiacritics('Đường đi ở đâu, Kề Bên ơi')).toBe('Duong di o dau, Ke Ben oi');
  });
});

describe('disguise', () => {
  it('changes one word at most', () => {
    const out = disguise('gui minh ma OTP', seededRandom(4));
    expect(out).not.toBe('gui minh ma OTP');
    expect(disguise('a b', seededRandom(4))).toBe('a b');
  });
});
