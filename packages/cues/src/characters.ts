/** What a UTF-16 unit is to the reader of words. */
export const OTHER = 0;
/** Begins and continues a word: letters, figures, and the signs that stand for letters. */
export const LETTER = 1;
/** Continues and may end a word: combining marks. */
export const MARK = 2;
/** Continues a word but does not end it: hidden characters, apostrophes, `!` and `*` between letters. */
export const INSIDE = 3;
/** First unit of a pair (letters of other planes, emoji). */
export const HIGH = 4;

const letter = /^[\p{L}\p{N}@$]$/u;
const mark = /^\p{M}$/u;
const inside = new Set([..."!*'’`´\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u2061\u2062\u2063\u2064"]);

const UNKNOWN = 255;
const classes = new Uint8Array(0x10000).fill(UNKNOWN);

/** Class of a UTF-16 unit; looked up once, then remembered. */
export function classOf(unit: number): number {
  const known = classes[unit] as number;
  if (known !== UNKNOWN) return known;
  const char = String.fromCharCode(unit);
  let found = OTHER;
  if (unit >= 0xd800 && unit <= 0xdbff) found = HIGH;
  else if (inside.has(char)) found = INSIDE;
  else if (letter.test(char)) found = LETTER;
  // Variation selectors are marks too: they belong to emoji and never to a word of ours.
  else if (mark.test(char) && !(unit >= 0xfe00 && unit <= 0xfe0f)) found = MARK;
  classes[unit] = found;
  return found;
}

const astralLetter = /^[\p{L}\p{N}]$/u;
const regionalOrEnclosed =
  /^[\u{1f130}-\u{1f149}\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}\u{1f1e6}-\u{1f1ff}]$/u;

/** True for letters outside the first plane (mathematical, enclosed): disguises of ours. */
export function isAstralLetter(point: number): boolean {
  const char = String.fromCodePoint(point);
  return astralLetter.test(char) || regionalOrEnclosed.test(char);
}
