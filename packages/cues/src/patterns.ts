import everyday from '../generated/everyday.json' with { type: 'json' };
import { type Form, fold, stands } from './fold.ts';
import type { Token } from './tokens.ts';
import type { Word } from './words.ts';

/** One place of a pattern: alternatives of one or more words each, or a gap of up to `gap` words. */
type Slot = Words | { gap: number };

interface Words {
  words: Form[][];
  /** The same by the plain form of their first word. */
  byFirst: Map<string, Form[][]>;
  /** Names equal places of all patterns of an index, from 0. */
  id: number;
  /** True when every alternative is one word: then a word that may begin the place fills it. */
  simple: boolean;
}

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
  return { words, byFirst, id: -1, simple: words.every((alternative) => alternative.length === 1) };
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

// How often a plain word stands in a thousand everyday messages: a pattern is looked up by the place that is rarest.
const frequency = new Map(Object.entries(everyday.perThousand));
const RARE = 0.5;
const frequencyOf = (base: string) => frequency.get(base) ?? RARE;

export interface Match {
  pattern: Pattern;
  /** Index of the first token, and of the one after the last. */
  from: number;
  end: number;
}

/** A pattern under one of the words of its rarest place. */
interface Anchored {
  pattern: Pattern;
  /** Its other places: each must be able to begin somewhere in the message. */
  others: Uint16Array;
  /** Which of the pattern's slots that place is, and the most tokens that can stand before it. */
  slot: number;
  before: number;
  /** Words of that place that can stand before the one it is looked up by. */
  lead: number;
}

/** What an index knows of a word: the patterns looked up by it, and the places that can begin with it, as ids and as bits. */
interface Known {
  anchored: readonly Anchored[];
  ids: Uint16Array;
  places: Uint32Array;
  /** False when the word may be short for several. */
  plain: boolean;
}

/** Patterns by the rarest of their words, so that an everyday message touches hardly any. */
export class PatternIndex {
  readonly #byAnchor = new Map<string, Anchored[]>();
  readonly #vocabulary = new Set<string>();
  /** Distinct places of all patterns; those that may begin with a plain word. */
  readonly #places: Words[] = [];
  readonly #byFirst = new Map<string, Words[]>();
  /** By place: the number of the message in which it last could begin. */
  readonly #seen: Uint32Array;
  readonly #nothing: Known;
  #message = 0;
  readonly #kept: 0 | 1;

  /** `kept` names where in a word this index keeps what it knows of it: two indexes read the same words. */
  constructor(patterns: readonly Pattern[], kept: 0 | 1) {
    this.#kept = kept;
    const same = new Map<string, Words>();
    for (const pattern of patterns) {
      for (const [index, slot] of pattern.slots.entries()) {
        if (!('words' in slot)) continue;
        const name = slot.words.map((words) => words.map(({ full }) => full).join('_')).join('|');
        let place = same.get(name);
        if (!place) {
          place = { ...slot, id: this.#places.length };
          this.#addPlace(place);
          same.set(name, place);
        }
        pattern.slots[index] = place;
      }
      const { slot, words } = anchorOf(pattern);
      const before = longestOf(pattern.slots.slice(0, slot));
      const lead = longestOf(pattern.slots.slice(slot, slot + 1)) - 1;
      const others = Uint16Array.from(
        pattern.slots.flatMap((one, index) => ('words' in one && index !== slot ? [one.id] : [])),
      );
      for (const base of words) {
        const one = { pattern, others, slot, before, lead };
        this.#byAnchor.set(base, [...(this.#byAnchor.get(base) ?? []), one]);
      }
    }
    this.#seen = new Uint32Array(this.#places.length);
    this.#nothing = {
      anchored: [],
      ids: new Uint16Array(0),
      places: new Uint32Array(this.#parts()),
      plain: true,
    };
  }

  #addPlace(place: Words): void {
    this.#places.push(place);
    for (const words of place.words) for (const { base } of words) this.#vocabulary.add(base);
    for (const first of place.byFirst.keys())
      this.#byFirst.set(first, [...(this.#byFirst.get(first) ?? []), place]);
  }

  #parts(): number {
    return (this.#places.length + 31) >> 5;
  }

  knows(base: string): boolean {
    return this.#vocabulary.has(base);
  }

  #read(word: Word): Known {
    const anchored = new Set<Anchored>();
    const ids: number[] = [];
    let places: Uint32Array | undefined;
    for (const { base, full } of word.forms) {
      const parts = base.split('_');
      // A short form may stand for two words ("nói chuyện"): either may be what a pattern is looked up by.
      for (const part of parts) for (const one of this.#byAnchor.get(part) ?? []) anchored.add(one);
      const first = parts[0] ?? base;
      for (const place of this.#byFirst.get(first) ?? []) {
        const fits =
          parts.length > 1 ||
          place.byFirst
            .get(first)
            ?.some(([wanted]) => wanted !== undefined && stands({ base, full }, wanted));
        if (!fits) continue;
        ids.push(place.id);
        places ??= new Uint32Array(this.#parts());
        places[place.id >> 5] = (places[place.id >> 5] as number) | (1 << (place.id & 31));
      }
    }
    if (places === undefined && anchored.size === 0) return this.#nothing;
    return {
      anchored: [...anchored],
      ids: Uint16Array.from(new Set(ids)),
      places: places ?? this.#nothing.places,
      plain: !word.forms.some(({ base }) => base.includes('_')),
    };
  }

  /** Every place where a pattern begins. What the index knows of a word is kept with the word. */
  matches(tokens: readonly Token[]): Match[] {
    const seen = this.#seen;
    const message = ++this.#message;
    const known = new Array<Known>(tokens.length);
    let anchors = 0;
    for (let at = 0; at < tokens.length; at++) {
      const { word } = tokens[at] as Token;
      let own = word.known[this.#kept] as Known | undefined;
      if (own === undefined) word.known[this.#kept] = own = this.#read(word);
      known[at] = own;
      anchors += own.anchored.length;
      const { ids } = own;
      for (let id = 0; id < ids.length; id++) seen[ids[id] as number] = message;
    }
    const found: Match[] = [];
    if (anchors === 0) return found;
    for (let at = 0; at < tokens.length; at++) {
      for (const one of (known[at] as Known).anchored) {
        if (possible(one.others, seen, message)) tryAt(one, at, tokens, known, found);
      }
    }
    return found;
  }
}

const has = (places: Uint32Array, id: number) => ((places[id >> 5] as number) & (1 << (id & 31))) !== 0;

/** False when some other place of the pattern can begin nowhere in the message. */
function possible(others: Uint16Array, seen: Uint32Array, message: number): boolean {
  for (let at = 0; at < others.length; at++) if (seen[others[at] as number] !== message) return false;
  return true;
}

function tryAt(
  { pattern, slot, before, lead }: Anchored,
  at: number,
  tokens: readonly Token[],
  known: readonly Known[],
  found: Match[],
): void {
  const { id } = pattern.slots[slot] as Words;
  const first = (pattern.slots[0] as Words).id;
  for (let place = Math.max(0, at - lead); place <= at; place++) {
    if (!has((known[place] as Known).places, id)) continue;
    // What follows the anchor decides quickest: most lookups end here.
    if (matchFrom(pattern.slots, slot, tokens, known, place) === -1) continue;
    for (let from = Math.max(0, place - before); from <= place; from++) {
      if (!has((known[from] as Known).places, first)) continue;
      const end = matchFrom(pattern.slots, 0, tokens, known, from);
      if (end > at) add(found, pattern, from, end);
    }
  }
}

function add(found: Match[], pattern: Pattern, from: number, end: number): void {
  if (end !== -1 && !found.some((one) => one.pattern === pattern && one.from === from))
    found.push({ pattern, from, end });
}

/** The rarest place of a pattern, and the plain words by one of which every match of it is known. */
function anchorOf(pattern: Pattern): { slot: number; words: Set<string> } {
  let best = { slot: 0, words: new Set<string>() };
  let bestCost = Number.POSITIVE_INFINITY;
  for (const [index, slot] of pattern.slots.entries()) {
    if (!('words' in slot)) continue;
    // Of an alternative of several words the rarest stands for all.
    const words = new Set(slot.words.map((alternative) => rarest(alternative)));
    const cost = [...words].reduce((sum, word) => sum + frequencyOf(word), 0);
    if (cost < bestCost) {
      best = { slot: index, words };
      bestCost = cost;
    }
  }
  return best;
}

function rarest(alternative: readonly Form[]): string {
  let best = alternative[0]?.base ?? '';
  for (const { base } of alternative) if (frequencyOf(base) < frequencyOf(best)) best = base;
  return best;
}

/** Index after the slots from `index` on when they match at `at`, else -1. */
function matchFrom(
  slots: readonly Slot[],
  index: number,
  tokens: readonly Token[],
  known: readonly Known[],
  at: number,
): number {
  const slot = slots[index];
  if (!slot) return at;
  if ('gap' in slot) {
    const after = slots[index + 1];
    const id = after && 'words' in after ? after.id : -1;
    for (let skipped = 0; skipped <= slot.gap && at + skipped < tokens.length; skipped++) {
      if (id >= 0 && !has((known[at + skipped] as Known).places, id)) continue;
      const end = matchFrom(slots, index + 1, tokens, known, at + skipped);
      if (end !== -1) return end;
    }
    return -1;
  }
  const token = tokens[at];
  if (!token) return -1;
  const { word } = token;
  const own = known[at] as Known;
  if (!has(own.places, slot.id)) return -1;
  if (slot.simple && own.plain) return matchFrom(slots, index + 1, tokens, known, at + 1);
  for (const { base } of word.forms) {
    const alternatives = slot.byFirst.get(base.includes('_') ? (base.split('_')[0] ?? base) : base);
    if (!alternatives) continue;
    for (const words of alternatives) {
      const next = matchWords(words, tokens, at);
      if (next === -1) continue;
      const end = matchFrom(slots, index + 1, tokens, known, next);
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
  for (const form of token.word.forms) {
    if (form.base.includes('_')) {
      const parts = form.base.split('_');
      if (parts.every((part, offset) => words[word + offset]?.base === part)) return parts.length;
    } else if (stands(form, wanted)) return 1;
  }
  return 0;
}
