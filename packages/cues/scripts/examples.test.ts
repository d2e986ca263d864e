import { describe, expect, it } from 'vitest';
import { bundledModel } from '../src/bundled-model.node.ts';
import { cueById, cues } from '../src/index.ts';
import { parseModel } from '../src/model.ts';
import { corpusDigest, readExamples, readWide } from './examples.ts';

/** Cues that no text shows: found by a host or by a picture. */
const withoutTexts = new Set(['known-abuse-media']);

describe('the examples', () => {
  const examples = readExamples();

  it('belong to cues that exist, in NFC, each text in one split only', () => {
    const splits = new Map<string, string>();
    for (const { cue, also, text, split } of examples) {
      for (const id of [cue, ...also]) expect(cueById(id), id).toBeDefined();
      expect(text).toBe(text.normalize('NFC'));
      expect(splits.get(`${cue} ${text}`) ?? split, text).toBe(split);
      splits.set(`${cue} ${text}`, split);
    }
  });

  it('are 60 or more of each kind and language for every cue, in all splits', () => {
    for (const { id } of cues) {
      if (withoutTexts.has(id)) continue;
      const own = examples.filter((one) => one.cue === id);
      for (const lang of ['vi', 'en'] as const) {
        for (const yes of [true, false]) {
          const part = own.filter((one) => one.lang === lang && one.yes === yes);
          expect(part.length, `${id} ${lang} ${yes}`).toBeGreaterThanOrEqual(60);
          expect(new Set(part.map(({ split }) => split)).size, `${id} ${lang} ${yes}`).toBe(3);
        }
      }
    }
  });

  it('of the wide set name cues that exist', () => {
    const wide = readWide();
    expect(wide.length).toBeGreaterThan(3000);
    for (const { cues: ids, text } of wide) for (const id of ids) expect(cueById(id), text).toBeDefined();
  });
});

describe('the text model', () => {
  const file = bundledModel();
  const model = file && parseModel(file);

  it('was trained on what stands here (else: npm run train)', () => {
    expect(model?.head.corpus).toBe(corpusDigest());
  });

  it('has an output for every cue and harm', () => {
    const harms = new Set(cues.flatMap((cue) => cue.harms.map((harm) => `harm:${harm}`)));
    expect(new Set(model?.head.outputs)).toEqual(new Set([...cues.map(({ id }) => id), ...harms, 'any']));
  });
});
