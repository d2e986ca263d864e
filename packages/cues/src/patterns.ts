import { type Form, fold, stands } from './fold.ts';
import type { Token } from './tokens.ts';

/** One place of a pattern: alternatives of one or more words each, or a gap of up to `gap` words. */
type Slot = { words: Form[][] } | { gap: number };

export interface Pattern {
  cue: string;
  score: number;
  slots: Slot[];
}

const NUMBER = '<n>';

/**
 * Reads one line of the pattern language: words with `|` between alternatives, `_` inside an alternative of several
 * words, `@set`, `?` after an optional place, `..` for up to 3 words, `...` for up to 6, `<n>` for a number,
 * `^0.6` at the end for the score. Throws on an unknown set, or when nothing but gaps and options stands there.
 */
export function parsePattern(line: string, cue: string, sets: Record<string, string[]>): Pattern[] {
  const words = line.trim().split(/\s+/);
  let score = 0.9;
  const last = words.at(-1);
  if (last?.startsWith('^')) {
    score = Number(last.slice(1));
    if (!(score > 0 && score <= 1)) throw new Error(`${cue}: score ${last} is not between 0 and 1`);
    words.pop();
  }
  let variants: Slot[][] = [[]];
  for (const part of words) {
    const optional = part.endsWith('?') && part.length > 1;
    const slot = slotOf(optional ? part.slice(0, -1) : part, cue, sets);
    const longer = variants.map((slots) => [...slots, slot]);
    variants = optional ? [...variants, ...longer] : longer;
  }
  return variants.map((slots) => {
    const trimmed = trimGaps(slots);
    if (trimmed.length === 0) throw new Error(`${cue}: the pattern "${line}" names no word`);
    return { cue, score, slots: trimmed };
  });
}

function slotOf(part: string, cue: string, sets: Record<string, string[]>): Slot {
  if (part === '..') return { gap: 3 };
  if (part === '...') return { gap: 6 };
  const alternatives = part.split('|').flatMap((word) => {
    if (!word.startsWith('@')) return [word];
    const set = sets[word.slice(1)];
    if (!set) throw new Error(`${cue}: there is no set ${word}`);
    return set;
  });
  return { words: alternatives.map((alternative) => alternative.split('_').map(wordOf)) };
}

function wordOf(word: string): Form {
  return word === NUMBER ? { base: NUMBER, full: NUMBER } : fold(word.replace(/['’]/g, ''));
}

function trimGaps(slots: Slot[]): Slot[] {
  const first = slots.findIndex((slot) => 'words' in slot);
  const last = slots.findLastIndex((slot) => 'words' in slot);
  return first === -1 ? [] : slots.slice(first, last + 1);
}

/** Patterns by the plain form of the word they begin with. */
export class PatternIndex {
  readonly #byFirst = new Map<string, Pattern[]>();
  readonly #vocabulary = new Set<string>();

  constructor(patterns: readonly Pattern[]) {
    for (const pattern of patterns) {
      for (const slot of pattern.slots) {
        if ('words' in slot)
          for (const words of slot.words) for (const { base } of words) this.#vocabulary.add(base);
      }
      const [first] = pattern.slots;
      if (!first || !('words' in first)) continue;
      for (const base of new Set(first.words.map((words) => words[0]?.base ?? ''))) {
        this.#byFirst.set(base, [...(this.#byFirst.get(base) ?? []), pattern]);
      }
    }
  }

  knows(base: string): boolean {
    return this.#vocabulary.has(base);
  }

  /** Every place where a pattern begins; `end` is the index after its last token. */
  *matches(tokens: readonly Token[]): Generator<{ pattern: Pattern; from: number; end: number }> {
    for (let from = 0; from < tokens.length; from++) {
      const seen = new Set<Pattern>();
      for (const { base } of tokens[from]?.forms ?? []) {
        // A short form may stand for two words ("nói chuyện"): they are looked up under the first.
        const key = base.includes('_') ? (base.split('_')[0] ?? base) : base;
        for (const pattern of this.#byFirst.get(key) ?? []) {
          if (seen.has(pattern)) continue;
          seen.add(pattern);
          const end = matchFrom(pattern.slots, 0, tokens, from);
          if (end !== -1) yield { pattern, from, end };
        }
      }
    }
  }
}

function matchFrom(slots: readonly Slot[], index: number, tokens: readonly Token[], at: number): number {
  const slot = slots[index];
  if (!slot) return at;
  if ('gap' in slot) {
    for (let skipped = 0; skipped <= slot.gap && at + skipped < tokens.length; skipped++) {
      const end = matchFrom(slots, index + 1, tokens, at + skipped);
      if (end !== -1) return end;
    }
    return -1;
  }
  for (const words of slot.words) {
    const next = matchWords(words, tokens, at);
    if (next === -1) continue;
    const end = matchFrom(slots, index + 1, tokens, next);
    if (end !== -1) return end;
  }
  return -1;
}

/** Index after the words when they stand at `at`, else -1. */
function matchWords(words: readonly Form[], tokens: readonly Token[], at: number): number {
  let index = at;
  for (let word = 0; word < words.length; ) {
    const token = tokens[index];
    const wanted = words[word];
    if (!token || !wanted) return -1;
    const taken = takes(token, words, word, wanted);
    if (taken === 0) return -1;
    word += taken;
    index++;
  }
  return index;
}

/** How many of the wanted words the token stands for: 1, more for a short form of several, or 0. */
function takes(token: Token, words: readonly Form[], word: number, wanted: Form): number {
  for (const form of token.forms) {
    if (form.base.includes('_')) {
      const parts = form.base.split('_');
      if (parts.every((part, offset) => words[word + offset]?.base === part)) return parts.length;
    } else if (stands(form, wanted)) return 1;
  }
  return 0;
}
