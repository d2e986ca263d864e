import { type Form, fold } from './fold.ts';
import { teencode } from './teencode.ts';

/** A written word as both pattern reader and model see it; one object a spelling, shared by all texts. */
export interface Word {
  /** What it may stand for: as written first, then what teencode or an undone disguise makes of it. */
  forms: readonly Form[];
  /** True when it is a single letter, which may be part of a word that was spaced out. */
  letter: boolean;
  /** Words it was glued from ("đừngkể"), each with its offsets in the spelling; undefined for nearly all. */
  parts: { word: Word; start: number; end: number }[] | undefined;
  /** What its readers attach: what both pattern indexes know of it, and what it adds in the model. */
  known: [unknown, unknown];
  reading: unknown;
}

/** Which plain words the patterns or the model know: disguises are undone only towards such. */
export type Knows = (base: string) => boolean;

export const NUMBER: Form = { base: '<n>', full: '<n>' };
const numeric = /^\d[\d.,]*(?:k|tr|trieu|m|d|vnd|vnđ|đ|củ|cu)?$/u;
const hidden = /[\u200b-\u200d\u2060-\u2064\ufeff\u00ad\u180e'’`´]|\u034f/g;

const leet: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
};

export const HASH_START = 0x811c9dc5;
/** FNV-1a, one UTF-16 unit at a time. */
export function hashUnit(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

export function makeWord(forms: readonly Form[]): Word {
  return {
    forms,
    letter: forms[0]?.base.length === 1,
    parts: undefined,
    known: [undefined, undefined],
    reading: undefined,
  };
}

/** Words of two sentences are not read as one phrase: this stands between them. */
export const BARRIER: Word = makeWord([]);

/** Finds or makes the word that stands in `text` from `start` to `end`; `hash` is {@link hashUnit} over its units. */
export type WordAt = (text: string, start: number, end: number, hash: number) => Word;

interface Entry {
  raw: string;
  hash: number;
  word: Word;
}

const SLOTS = 1 << 17;
/** A flood of new spellings must not eat the memory: then all are forgotten and those in use come back. */
const MOST_ENTRIES = SLOTS >> 1;

/**
 * Makes the store of words of one reader: an open hash table that compares with the text in place, so that a known
 * word costs no new string.
 */
export function createWords(known: Knows): WordAt {
  let slots: (Entry | undefined)[] = new Array(SLOTS).fill(undefined);
  let count = 0;
  return (text, start, end, hash) => {
    let place = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    for (let entry = slots[place]; entry !== undefined; entry = slots[place]) {
      if (entry.hash === hash && standsAt(entry.raw, text, start, end)) return entry.word;
      place = (place + 1) & (SLOTS - 1);
    }
    const raw = text.slice(start, end);
    const word = readRaw(raw, known);
    if (count >= MOST_ENTRIES) {
      slots = new Array(SLOTS).fill(undefined);
      count = 0;
      place = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    }
    slots[place] = { raw, hash, word };
    count++;
    return word;
  };
}

function standsAt(raw: string, text: string, start: number, end: number): boolean {
  if (raw.length !== end - start) return false;
  for (let at = 0; at < raw.length; at++)
    if (raw.charCodeAt(at) !== text.charCodeAt(start + at)) return false;
  return true;
}

function readRaw(raw: string, known: Knows): Word {
  const word = makeWord(formsOf(raw, known));
  // Only a word that nobody knows in any form can be several glued together.
  if (raw.length >= SHORTEST_GLUED && !word.forms.some(({ base }) => known(base))) {
    word.parts = unglue(raw, known)?.map(({ start, end }) => ({
      word: makeWord(formsOf(raw.slice(start, end), known)),
      start,
      end,
    }));
  }
  return word;
}

function formsOf(raw: string, known: Knows): Form[] {
  const plain = raw.replace(hidden, '');
  const first = fold(plain);
  const forms = [first];
  const add = (form: Form) => {
    if (!forms.some(({ base, full }) => base === form.base && full === form.full)) forms.push(form);
  };
  const short =
    teencode[plain.normalize('NFKC').toLowerCase()] ?? teencode[first.full] ?? teencode[first.base];
  if (short) for (const long of short) add(fold(long.replaceAll(' ', '_')));
  if (numeric.test(first.base)) add(NUMBER);
  else if (!known(first.base)) {
    const straight = unleet(first.base);
    for (const base of new Set([...shortened(first.base), straight, ...shortened(straight)])) {
      if (base === first.base || !known(base)) continue;
      // Whoever disguises a word does not keep its marks in order: without marks it stands for any.
      if (base === undouble(first.base)) add({ base, full: undoubleFull(first.full) });
      add({ base, full: base });
    }
    // "nhaaa", "kooo": a short form drawn out.
    const drawn = teencode[undouble(first.base)];
    if (drawn && forms.length === 1) for (const long of drawn) add(fold(long.replaceAll(' ', '_')));
  }
  return forms;
}

const undouble = (base: string) => base.replace(/(.)\1+/gu, '$1');
/** A word drawn out by repeated letters, made shorter: all of them, the long runs, or the run at its end ("telll"). */
const shortened = (base: string) => [
  undouble(base),
  base.replace(/(.)\1{2,}/gu, '$1$1'),
  base.replace(/(.)\1{2,}/gu, '$1'),
  base.replace(/(.)\1+$/u, '$1'),
];
const undoubleFull = (full: string) => full.replace(/([^\d])\1+/gu, '$1');

function unleet(base: string): string {
  if (!/[0134578@$!*]/.test(base) || !/[a-z]/.test(base)) return base;
  return base.replace(/[0134578@$!]/g, (char) => leet[char] ?? char).replaceAll('*', '');
}

const SHORTEST_GLUED = 4;
const LONGEST_GLUED = 60;
const LONGEST_SYLLABLE = 12;

/** Shape of a Vietnamese syllable without its marks: first consonants, vowels, last consonants. */
const syllable =
  /^(?:ngh|ng|nh|ch|gh|kh|ph|th|tr|qu|gi|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?$/;
const alone = /[uiUI]/;
/** What a single letter costs, against 1 for a word that is known. */
const ALONE = 2.2;
/** What a piece costs that is only shaped like a word, against 1 for a word that is known. */
const SHAPED = 1.7;

/**
 * Splits "đừngkểvớibốmẹ" into words, the fewest that cover it; undefined when none do. Where letters carry marks, pieces
 * need only have the shape of a syllable; plain ones must be known, and longer, since they fall into syllables by chance
 * ("banana").
 */
function unglue(raw: string, known: Knows): { start: number; end: number }[] | undefined {
  if (raw.length > LONGEST_GLUED) return undefined;
  const plain = /^\p{ASCII}*$/u.test(raw);
  const count = new Array<number>(raw.length + 1).fill(0);
  const cost = new Array<number>(raw.length + 1).fill(Number.POSITIVE_INFINITY);
  const from = new Array<number>(raw.length + 1).fill(-1);
  cost[0] = 0;
  for (let end = 1; end <= raw.length; end++) {
    for (let start = Math.max(0, end - LONGEST_SYLLABLE); start < end; start++) {
      const before = cost[start] as number;
      // Single letters would cover anything, but for those that stand for words in English chat.
      const single = end - start === 1;
      if ((single && !alone.test(raw.charAt(start))) || before + 1 >= (cost[end] as number)) continue;
      const { base } = fold(raw.slice(start, end));
      const own = single
        ? ALONE
        : known(base)
          ? 1
          : !plain && syllable.test(base)
            ? SHAPED
            : Number.POSITIVE_INFINITY;
      if (before + own >= (cost[end] as number)) continue;
      cost[end] = before + own;
      count[end] = (count[start] as number) + 1;
      from[end] = start;
    }
  }
  const total = count[raw.length] as number;
  if (!Number.isFinite(cost[raw.length]) || total < 2) return undefined;
  if (raw.length / total < (plain ? 2.4 : 2)) return undefined;
  const parts: { start: number; end: number }[] = [];
  for (let end = raw.length; end > 0; end = from[end] as number) {
    parts.unshift({ start: from[end] as number, end });
  }
  return parts;
}
