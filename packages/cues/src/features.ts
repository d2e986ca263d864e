import { conceptsAt, conceptsOfWord, type WordConcepts } from './concepts.ts';
import type { Form } from './fold.ts';
import type { Token } from './tokens.ts';
import type { Word } from './words.ts';

/** Rows of the hashed model: every feature falls into one of these. */
export const BUCKETS = 1 << 16;

/** A word as the model sees it: rows of what is inside it, and what stands for it beside its neighbours. */
export interface Reading {
  /** The word itself and its runs of characters, in both views: as written with marks, and plain. */
  inside: number[];
  /** Hash of the plain and of the marked form; of a short form for several words those of its first and last. */
  first: number;
  last: number;
  firstFull: number;
  lastFull: number;
  concepts: WordConcepts;
}

const PRIME = 0x01000193;
function hashOf(kind: number, text: string): number {
  let hash = Math.imul(0x811c9dc5 ^ kind, PRIME);
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  return hash;
}
/** Spreads a hash over all bits (the finaliser of MurmurHash3, public domain). */
function spread(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
const bucket = (hash: number) => spread(hash) & (BUCKETS - 1);
const together = (kind: number, a: number, b: number) =>
  Math.imul(Math.imul(a ^ kind, PRIME) ^ b, 0x9e3779b1);

/** What one word gives: itself plain and marked, its runs of 3 and 4 plain and of 3 marked characters. */
export function readWord(word: Word): Reading {
  // What the writer meant counts, not how it was disguised.
  const form = word.forms[1] ?? word.forms[0] ?? { base: '', full: '' };
  const parts = partsOf(form);
  const inside: number[] = [];
  let before: Form | undefined;
  for (const part of parts) {
    inside.push(bucket(hashOf(1, part.base)));
    if (part.full !== part.base) inside.push(bucket(hashOf(2, part.full)));
    runs(inside, 3, part.base, 3);
    runs(inside, 4, part.base, 4);
    if (part.full !== part.base) runs(inside, 5, part.full, 3);
    if (before) {
      inside.push(pair(hashOf(1, before.base), hashOf(1, part.base)));
      inside.push(pairFull(hashOf(2, before.full), hashOf(2, part.full)));
    }
    before = part;
  }
  const first = parts[0] ?? form;
  const last = parts.at(-1) ?? form;
  return {
    inside,
    first: hashOf(1, first.base),
    last: hashOf(1, last.base),
    firstFull: hashOf(2, first.full),
    lastFull: hashOf(2, last.full),
    concepts: conceptsOfWord(word),
  };
}

function partsOf(form: Form): Form[] {
  if (!form.base.includes('_')) return [form];
  const fulls = form.full.split('_');
  return form.base.split('_').map((base, at) => ({ base, full: fulls[at] ?? base }));
}

function runs(inside: number[], kind: number, text: string, length: number): void {
  const edged = `^${text}$`;
  for (let at = 0; at + length <= edged.length; at++) {
    inside.push(bucket(hashOf(kind, edged.slice(at, at + length))));
  }
}

const pair = (a: number, b: number) => bucket(together(6, a, b));
const pairFull = (a: number, b: number) => bucket(together(7, a, b));

const EDGE = 0x2545f491;
/** How many words apart two concepts may stand to be read together. */
const REACH = 8;

/** A message read for the model: a reading a word (undefined where a sentence ends), and the concepts that begin there. */
export interface ReadMessage<R extends Reading = Reading> {
  readings: (R | undefined)[];
  concepts: (readonly number[] | undefined)[];
}

/** The concepts of a message whose words have been read. */
export function conceptsOf(
  tokens: readonly Token[],
  readings: readonly (Reading | undefined)[],
): ReadMessage['concepts'] {
  const concepts = new Array<readonly number[] | undefined>(tokens.length);
  for (let at = 0; at < tokens.length; at++) {
    const reading = readings[at];
    if (reading) concepts[at] = conceptsAt(tokens, at, reading.concepts);
  }
  return concepts;
}

/** Rows of one word in its place, at the most: more are left out. */
const MOST_ROWS = 256;
export const newRows = () => new Int32Array(MOST_ROWS);

/**
 * Rows of a word in its place: pairs plain and marked, the pair over a gap of one, three in a row; its concepts, and
 * each of them after a concept of the words before. Written to `into`; returns how many.
 */
export function readContext({ readings, concepts }: ReadMessage, at: number, into: Int32Array): number {
  const own = readings[at];
  if (!own) return 0;
  let count = 0;
  const before = readings[at - 1];
  if (!before) into[count++] = bucket(together(8, EDGE, own.first));
  else {
    into[count++] = pair(before.last, own.first);
    into[count++] = pairFull(before.lastFull, own.firstFull);
    const second = readings[at - 2];
    if (second) {
      into[count++] = bucket(together(9, second.last, own.first));
      into[count++] = bucket(together(10, together(6, second.last, before.first), own.first));
    }
  }
  const meant = concepts[at];
  if (meant === undefined || meant.length === 0) return count;
  for (let m = 0; m < meant.length; m++) into[count++] = bucket(together(12, (meant[m] as number) + 1, 1));
  for (let back = Math.max(0, at - REACH); back < at; back++) {
    const earlier = concepts[back];
    if (earlier === undefined) continue;
    for (let e = 0; e < earlier.length; e++) {
      for (let m = 0; m < meant.length && count < MOST_ROWS; m++) {
        into[count++] = bucket(together(13, (earlier[e] as number) + 1, (meant[m] as number) + 1));
      }
    }
  }
  return count;
}

/** Rows of what is said about the whole message by others: a pattern that matched, a kind of link, a number. */
export function signBucket(sign: string): number {
  return bucket(hashOf(11, sign));
}

/** All rows of a message, one entry a time that a feature occurs; for training. */
export function bucketsOf(tokens: readonly Token[], signs: readonly string[]): number[] {
  const readings = tokens.map(({ word }) => {
    if (word.forms.length === 0) return undefined;
    word.reading ??= readWord(word);
    return word.reading as Reading;
  });
  const message = { readings, concepts: conceptsOf(tokens, readings) };
  const all: number[] = signs.map(signBucket);
  const rows = newRows();
  for (const [at, reading] of readings.entries()) {
    if (!reading) continue;
    all.push(...reading.inside, ...rows.subarray(0, readContext(message, at, rows)));
  }
  return all;
}

/** By how much a message's sum is scaled: long messages do not win by length, and two words prove little. */
export function scaleOf(words: number): number {
  return 1 / Math.sqrt(words + 6);
}
