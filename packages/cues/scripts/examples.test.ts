import { describe, expect, it } from 'vitest';
import { cueById } from '../src/index.ts';
import { readExamples } from './examples.ts';

describe('the examples', () => {
  const examples = readExamples();

  it('belong to cues that exist, in NFC, each text in one split only', () => {
    const splits = new Map<string, string>();
    for (const { cue, text, split } of examples) {
      expect(cueById(cue), cue).toBeDefined();
      expect(text).toBe(text.normalize('NFC'));
      expect(splits.get(`${cue} ${text}`) ?? split, text).toBe(split);
      splits.set(`${cue} ${text}`, split);
    }
  });

  it('of each cue have both kinds in both languages and all splits', () => {
    for (const cue of new Set(examples.map((one) => one.cue))) {
      const own = examples.filter((one) => one.cue === cue);
      for (const lang of ['vi', 'en'] as const) {
        for (const yes of [true, false]) {
          const part = own.filter((one) => one.lang === lang && one.yes === yes);
          expect(part.length, `${cue} ${lang} ${yes}`).toBeGreaterThanOrEqual(50);
          expect(new Set(part.map(({ split }) => split)).size, `${cue} ${lang} ${yes}`).toBe(3);
        }
      }
    }
  });
});
