import list from '../generated/concepts.json' with { type: 'json' };
import { type Form, fold, stands } from './fold.ts';
import type { Token } from './tokens.ts';
import type { Word } from './words.ts';

/** Several words that stand for a concept together. */
interface Phrase {
  concept: number;
  words: readonly Form[];
}

/** What a word says by itself, and which phrases may begin with it. */
export interface WordConcepts {
  own: readonly number[];
  /** By the plain form of their second word; undefined for most words. */
  phrases: ReadonlyMap<string, readonly Phrase[]> | undefined;
}

const byBase = new Map<string, { concept: number; form: Form }[]>();
const phrasesByBase = new Map<string, Phrase[]>();
for (const [concept, { words }] of list.concepts.entries()) {
  for (const entry of words) {
    const forms = entry.split('_').map((word) => (word === '<n>' ? { base: word, full: word } : fold(word)));
    const [first] = forms;
    if (!first) continue;
    if (forms.length === 1)
      byBase.set(first.base, [...(byBase.get(first.base) ?? []), { concept, form: first }]);
    else phrasesByBase.set(first.base, [...(phrasesByBase.get(first.base) ?? []), { concept, words: forms }]);
  }
}

/** Names the list that features were made with. */
export const conceptsVersion: string = list.version;

/** True when some concept has the plain word. */
export function conceptsKnow(base: string): boolean {
  return byBase.has(base) || phrasesByBase.has(base);
}

const NONE: readonly never[] = [];

export function conceptsOfWord(word: Word): WordConcepts {
  const own = new Set<number>();
  const phrases: Phrase[] = [];
  for (const written of word.forms) {
    for (const { concept, form } of byBase.get(written.base) ?? NONE)
      if (stands(written, form)) own.add(concept);
    for (const phrase of phrasesByBase.get(written.base) ?? NONE) {
      const [first] = phrase.words;
      if (first && stands(written, first)) phrases.push(phrase);
    }
    // A short form for several words ("kết_bạn") may be a phrase of the list by itself.
    if (written.base.includes('_')) {
      const parts = written.base.split('_');
      for (const { concept, words } of phrasesByBase.get(parts[0] ?? '') ?? NONE) {
        if (words.length === parts.length && words.every(({ base }, at) => base === parts[at]))
          own.add(concept);
      }
    }
  }
  if (phrases.length === 0) return { own: [...own], phrases: undefined };
  const bySecond = new Map<string, Phrase[]>();
  for (const phrase of phrases) {
    const second = phrase.words[1]?.base ?? '';
    bySecond.set(second, [...(bySecond.get(second) ?? []), phrase]);
  }
  return { own: [...own], phrases: bySecond };
}

/** The concepts that begin at a token: those of its word, and of the phrases that go on in the next tokens. */
export function conceptsAt(
  tokens: readonly Token[],
  at: number,
  { own, phrases }: WordConcepts,
): readonly number[] {
  const next = phrases && tokens[at + 1]?.word.forms;
  if (!next) return own;
  let all: number[] | undefined;
  for (let form = 0; form < next.length; form++) {
    const begun = phrases.get((next[form] as Form).base);
    if (begun === undefined) continue;
    for (const { concept, words } of begun) {
      if (!goesOn(tokens, at, words) || own.includes(concept) || all?.includes(concept)) continue;
      all ??= [...own];
      all.push(concept);
    }
  }
  return all ?? own;
}

function goesOn(tokens: readonly Token[], at: number, words: readonly Form[]): boolean {
  for (let offset = 1; offset < words.length; offset++) {
    const token = tokens[at + offset];
    if (token === undefined) return false;
    const wanted = words[offset] as Form;
    const { forms } = token.word;
    let fits = false;
    for (let form = 0; !fits && form < forms.length; form++) fits = stands(forms[form] as Form, wanted);
    if (!fits) return false;
  }
  return true;
}
