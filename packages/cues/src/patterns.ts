import { type Form, fold, stands } from './fold.ts';
import type { Token } from './tokens.ts';

/** One place of a pattern: alternatives of one or more words each, or a gap of up to `gap` words. */
type Slot =
  | { words: Form[][] /** The same by the plain form of their first word. */; byFirst: Map<string, Form[][]> }
  | { gap: number };

export interface Pattern {
  cue: string;
  score: number;
  slots: Slot[];
  /** Tokens that a match can take at most. */
  longest: number;
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
    return { cue, score, slots: trimmed, longest: longestOf(trimmed) };
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
  const words = alternatives.map((alternative) => alternative.split('_').map(wordOf));
  const byFirst = new Map<string, Form[][]>();
  for (const alternative of words) {
    const first = alternative[0]?.base ?? '';
    byFirst.set(first, [...(byFirst.get(first) ?? []), alternative]);
  }
  return { words, byFirst };
}

function wordOf(word: string): Form {
  return word === NUMBER ? { base: NUMBER, full: NUMBER } : fold(word.replace(/['’]/g, ''));
}

function longestOf(slots: readonly Slot[]): number {
  const lengths = slots.map((slot) =>
    'gap' in slot ? slot.gap : Math.max(...slot.words.map((words) => words.length)),
  );
  return lengths.reduce((sum, length) => sum + length, 0);
}

function trimGaps(slots: Slot[]): Slot[] {
  const first = slots.findIndex((slot) => 'words' in slot);
  const last = slots.findLastIndex((slot) => 'words' in slot);
  return first === -1 ? [] : slots.slice(first, last + 1);
}

// Words of nearly every message: a pattern is never looked up by one of these if it has anything rarer.
const everyday = new Set(
  'em ban may con cau be chau you u anh chi minh tao toi chu co to me i a an the is are am to in on at of and or it this that my your ur la va de cho voi thi ma nhe nha di da roi khong dung nay kia do o ve ra vao len duoc lam noi ke gui xem biet cung nua thoi qua rat gi ai dau sao not no do dont for with we they he she be was will can just so me all have has get go send tell only more'.split(
    ' ',
  ),
);

export interface Match {
  pattern: Pattern;
  /** Index of the first token, and of the one after the last. */
  from: number;
  end: number;
}

/** Patterns by the rarest of their words, so that an everyday message touches hardly any. */
export class PatternIndex {
  readonly #byAnchor = new Map<string, Pattern[]>();
  readonly #vocabulary = new Set<string>();

  constructor(patterns: readonly Pattern[]) {
    for (const pattern of patterns) {
      for (const slot of pattern.slots) {
        if ('words' in slot)
          for (const words of slot.words) for (const { base } of words) this.#vocabulary.add(base);
      }
      for (const base of anchorOf(pattern)) {
        this.#byAnchor.set(base, [...(this.#byAnchor.get(base) ?? []), pattern]);
      }
    }
  }

  knows(base: string): boolean {
    return this.#vocabulary.has(base);
  }

  /** Every place where a pattern begins. */
  matches(tokens: readonly Token[]): Match[] {
    const found: Match[] = [];
    // Up to which start each pattern has been tried: anchors come in order, so no start is tried twice.
    const tried = new Map<Pattern, number>();
    for (let at = 0; at < tokens.length; at++) {
      for (const { base } of tokens[at]?.forms ?? []) {
        // A short form may stand for two words ("nói chuyện"): either may be what a pattern is looked up by.
        if (base.includes('_'))
          for (const part of base.split('_')) this.#tryAll(part, at, tokens, tried, found);
        else this.#tryAll(base, at, tokens, tried, found);
      }
    }
    return found;
  }

  #tryAll(
    base: string,
    at: number,
    tokens: readonly Token[],
    tried: Map<Pattern, number>,
    found: Match[],
  ): void {
    const patterns = this.#byAnchor.get(base);
    if (!patterns) return;
    for (const pattern of patterns) {
      const first = Math.max((tried.get(pattern) ?? -1) + 1, at - pattern.longest);
      tried.set(pattern, at);
      for (let from = first; from <= at; from++) {
        const end = matchFrom(pattern.slots, 0, tokens, from);
        if (end !== -1) found.push({ pattern, from, end });
      }
    }
  }
}

/** The plain words by one of which every match of the pattern is known: those of its rarest place. */
function anchorOf(pattern: Pattern): Set<string> {
  let best: Set<string> | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const slot of pattern.slots) {
    if (!('words' in slot)) continue;
    // Of an alternative of several words the rarest stands for all.
    const words = new Set(slot.words.map((alternative) => rarest(alternative)));
    const cost = [...words].reduce((sum, word) => sum + (everyday.has(word) ? 50 : 1), 0);
    if (cost < bestCost) {
      best = words;
      bestCost = cost;
    }
  }
  return best ?? new Set();
}

function rarest(alternative: readonly Form[]): string {
  const bases = alternative.map(({ base }) => base);
  return bases.find((base) => !everyday.has(base)) ?? bases[0] ?? '';
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
  const token = tokens[at];
  if (!token) return -1;
  for (const { base } of token.forms) {
    const alternatives = slot.byFirst.get(base.includes('_') ? (base.split('_')[0] ?? base) : base);
    if (!alternatives) continue;
    for (const words of alternatives) {
      const next = matchWords(words, tokens, at);
      if (next === -1) continue;
      const end = matchFrom(slots, index + 1, tokens, next);
      if (end !== -1) return end;
    }
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
