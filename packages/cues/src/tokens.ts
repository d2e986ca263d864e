import { classOf, HIGH, INSIDE, isAstralLetter, LETTER, MARK } from './characters.ts';
import { fold } from './fold.ts';
import { BARRIER, createWords, HASH_START, hashUnit, type Knows, makeWord, type Word } from './words.ts';

/** A word of the message: `start` and `end` are UTF-16 offsets in the original. */
export interface Token {
  start: number;
  end: number;
  word: Word;
}

/**
 * Makes a reader of words. `known` says whether patterns or the model use a plain word: disguises are undone only
 * towards such, so what is remembered of a word belongs to one reader.
 */
export function createTokeniser(known: Knows): (text: string) => Token[] {
  const wordOf = createWords(known);
  return (text) => {
    const tokens: Token[] = [];
    let singles = 0;
    let last = 0;
    for (let at = 0; at < text.length; ) {
      const length = startsWord(text, at);
      if (length === 0) {
        at++;
        continue;
      }
      const start = at;
      // The hash of the word is made while it is read; marks after the last letter do not count.
      let hash = HASH_START;
      for (let unit = 0; unit < length; unit++) hash = hashUnit(hash, text.charCodeAt(start + unit));
      let running = hash;
      at += length;
      for (let next = at; next < text.length; ) {
        const unit = text.charCodeAt(next);
        const kind = classOf(unit);
        if (kind === LETTER || kind === MARK) {
          running = hash = hashUnit(running, unit);
          at = ++next;
        } else if (kind === INSIDE) {
          running = hashUnit(running, unit);
          next++;
        } else if (kind === HIGH && isAstralLetter(text.codePointAt(next) ?? 0)) {
          running = hash = hashUnit(hashUnit(running, unit), text.charCodeAt(next + 1));
          at = next += 2;
        } else break;
      }
      if (last > 0 && endsSentence(text, last, start)) tokens.push({ start: last, end: last, word: BARRIER });
      last = at;
      const word = wordOf(text, start, at, hash);
      if (word.parts === undefined) tokens.push({ start, end: at, word });
      else {
        for (const part of word.parts)
          tokens.push({ start: start + part.start, end: start + part.end, word: part.word });
      }
      if (word.letter) singles++;
    }
    return singles >= 3 ? joinSpaced(text, tokens, known) : tokens;
  };
}

/** Units of the letter that begins a word at `at`, or 0. */
function startsWord(text: string, at: number): number {
  const kind = classOf(text.charCodeAt(at));
  if (kind === LETTER) return 1;
  return kind === HIGH && isAstralLetter(text.codePointAt(at) ?? 0) ? 2 : 0;
}

/** True when a sentence ends between two words: a stop and white space, a question or exclamation mark, a new line. */
function endsSentence(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 63 || unit === 33 || unit === 10) return true;
    if ((unit === 46 || unit === 0x2026) && at + 1 < text.length && text.charCodeAt(at + 1) <= 32)
      return true;
  }
  return false;
}

/** Joins letters that were spaced out ("b í  m ậ t", "z-a-l-o") when they spell words that are known. */
function joinSpaced(text: string, tokens: Token[], known: Knows): Token[] {
  const result: Token[] = [];
  for (let at = 0; at < tokens.length; ) {
    let end = at;
    while (end < tokens.length && (tokens[end] as Token).word.letter) end++;
    if (end - at >= 3) {
      result.push(...spell(text, tokens.slice(at, end), known));
      at = end;
    } else {
      const token = tokens[at++];
      if (token) result.push(token);
    }
  }
  return result;
}

const LONGEST_SPELT = 12;

/** Reads a run of letters as the fewest known words; letters that fit nowhere stay alone. */
function spell(text: string, letters: Token[], known: Knows): Token[] {
  const form = (from: number, to: number) =>
    fold(
      letters
        .slice(from, to)
        .map((token) => text.slice(token.start, token.end))
        .join(''),
    );
  const cost = new Array<number>(letters.length + 1).fill(Number.POSITIVE_INFINITY);
  const from = new Array<number>(letters.length + 1).fill(0);
  cost[0] = 0;
  for (let end = 1; end <= letters.length; end++) {
    for (let start = Math.max(0, end - LONGEST_SPELT); start < end; start++) {
      const single = end - start === 1;
      if (!single && !known(form(start, end).base)) continue;
      const total = (cost[start] as number) + (single ? 3 : 1);
      if (total < (cost[end] as number)) {
        cost[end] = total;
        from[end] = start;
      }
    }
  }
  const found: Token[] = [];
  for (let end = letters.length; end > 0; ) {
    const start = from[end] as number;
    const first = letters[start] as Token;
    const last = letters[end - 1] as Token;
    found.unshift(
      end - start === 1 ? first : { start: first.start, end: last.end, word: makeWord([form(start, end)]) },
    );
    end = start;
  }
  return found;
}

const plainWords = createTokeniser(() => false);

/** The message as detection reads it: plain words, one space between; for tests and for grouping equal texts. */
export function normalise(text: string): string {
  return plainWords(text)
    .flatMap((token) => token.word.forms[0]?.base ?? [])
    .join(' ');
}
