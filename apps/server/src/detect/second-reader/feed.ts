import type { ModelDescription } from './describe-model.ts';
import { createWordPiece } from './word-piece.ts';

/** One tensor to feed: shape [1, data.length]. */
export type Feed =
  | { name: string; type: 'float32'; data: Float32Array }
  | { name: string; type: 'int64'; data: BigInt64Array };

/** Turns a text into what the model takes. `inputs`: the names that the model has. */
export type Feeder = (text: string) => Feed[];

/** Name of the input of hashed n-grams, and the inputs that a word-piece model may have (the first it must). */
export const HASHED_INPUT = 'features';
export const PIECE_INPUTS = ['input_ids', 'attention_mask', 'token_type_ids'] as const;

/** @throws Error when the vocabulary lacks a token that every text needs */
export function createFeeder(
  { tokenizer, vocabularyText = '' }: ModelDescription,
  inputs: readonly string[],
): Feeder {
  if (tokenizer.kind === 'hashed-ngrams') {
    const { buckets, runs } = tokenizer;
    return (text) => [{ name: HASHED_INPUT, type: 'float32', data: hashedRuns(text, buckets, runs) }];
  }
  const pieces = createWordPiece(vocabularyText, tokenizer);
  return (text) => {
    const ids = BigInt64Array.from(pieces(text), BigInt);
    const given = { input_ids: ids, attention_mask: ids.map(() => 1n), token_type_ids: ids.map(() => 0n) };
    return PIECE_INPUTS.filter((name) => inputs.includes(name)).map((name) => ({
      name,
      type: 'int64',
      data: given[name],
    }));
  };
}

const encoder = new TextEncoder();
/** FNV-1a, 32 bits, over UTF-8. */
function hashOf(feature: string): number {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(feature)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * Features of a text: words (`w:`), pairs of neighbours (`p:`, a space between), runs of characters of `^word$` (`c:`),
 * of the text in NFC and lower case, words being runs of letters, marks and digits. A feature counts in the bucket
 * FNV-1a(UTF-8) mod `buckets`; counts are divided by the root of their sum of squares.
 */
export function hashedRuns(
  text: string,
  buckets: number,
  [shortest, longest]: readonly [number, number],
): Float32Array {
  const counts = new Float32Array(buckets);
  const add = (feature: string) => {
    const bucket = hashOf(feature) % buckets;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  };
  let before: string | undefined;
  for (const word of text
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
    add(`w:${word}`);
    if (before !== undefined) add(`p:${before} ${word}`);
    const edged = [...`^${word}$`];
    for (let length = shortest; length <= longest; length++)
      for (let at = 0; at + length <= edged.length; at++) add(`c:${edged.slice(at, at + length).join('')}`);
    before = word;
  }
  const norm = Math.sqrt(counts.reduce((sum, count) => sum + count * count, 0));
  return norm === 0 ? counts : counts.map((count) => count / norm);
}
