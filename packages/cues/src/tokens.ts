import { type Form, fold } from './fold.ts';

/** A word of the message: `start` and `end` are UTF-16 offsets in the original; `forms` what it may stand for. */
export interface Token {
  start: number;
  end: number;
  forms: Form[];
}

/** Short forms that Vietnamese teenagers write, each with the word it stands for. */
const teencode: Record<string, string[]> = {
  k: ['không'],
  ko: ['không'],
  kh: ['không'],
  kg: ['không'],
  hok: ['không'],
  hong: ['không'],
  hông: ['không'],
  hem: ['không'],
  khum: ['không'],
  kím: ['kiếm'],
  dc: ['được'],
  đc: ['được'],
  đk: ['được', 'đăng ký'],
  mk: ['mình'],
  mik: ['mình'],
  mh: ['mình'],
  ng: ['người'],
  j: ['gì'],
  r: ['rồi', 'are'],
  rui: ['rồi'],
  v: ['vậy'],
  z: ['vậy'],
  zậy: ['vậy'],
  vs: ['với'],
  vz: ['với'],
  e: ['em'],
  iem: ['em'],
  a: ['anh'],
  c: ['chị', 'cậu'],
  b: ['bạn'],
  bn: ['bạn', 'bao nhiêu'],
  ac: ['acc'],
  kb: ['kết bạn'],
  gd: ['giao dịch'],
  ck: ['chuyển khoản'],
  m: ['mày'],
  t: ['tao', 'tớ'],
  ny: ['người yêu'],
  ib: ['inbox'],
  inb: ['inbox'],
  cx: ['cũng'],
  cg: ['cũng'],
  đt: ['điện thoại'],
  dt: ['điện thoại'],
  tk: ['tài khoản'],
  stk: ['tài khoản'],
  tg: ['thời gian'],
  nt: ['nhắn tin'],
  tn: ['tin nhắn'],
  ah: ['anh'],
  bik: ['biết'],
  bít: ['biết'],
  bit: ['biết'],
  thik: ['thích'],
  thíc: ['thích'],
  iu: ['yêu'],
  yêw: ['yêu'],
  lun: ['luôn'],
  nhìu: ['nhiều'],
  nx: ['nữa'],
  nhoa: ['nha'],
  nhé: ['nhé'],
  nhóe: ['nhé'],
  wa: ['qua', 'quá'],
  wá: ['quá'],
  wen: ['quen'],
  of: ['của'],
  cũa: ['của'],
  pm: ['bố mẹ'],
  pame: ['ba mẹ'],
  bme: ['bố mẹ'],
  bm: ['bố mẹ'],
  gđ: ['gia đình'],
  đag: ['đang'],
  hx: ['học'],
  trc: ['trước'],
  ns: ['nói'],
  nc: ['nói chuyện'],
  lm: ['làm'],
  ntn: ['như thế nào'],
  bh: ['bây giờ', 'bao giờ'],
  h: ['giờ'],
  ảh: ['ảnh'],
  jờ: ['giờ'],
  bj: ['bị'],
  u: ['you'],
  ur: ['your'],
  ya: ['you'],
  pls: ['please'],
  plz: ['please'],
  thx: ['thanks'],
  rn: ['right now'],
  pw: ['password'],
  pwd: ['password'],
  acct: ['account'],
  ppl: ['people'],
  b4: ['before'],
  gf: ['girlfriend'],
  bf: ['boyfriend'],
  sb: ['somebody'],
  insta: ['instagram'],
  tele: ['telegram'],
  zl: ['zalo'],
};

const leet: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};
// A word: letters and digits with their marks, invisible characters and apostrophes inside.
const word = /[\p{L}\p{N}@$](?:[\p{L}\p{N}\p{M}@$!\u200b-\u200d\u2060\ufeff\u00ad'’]*[\p{L}\p{N}\p{M}@$])?/gu;
const endOfSentence = /[.…]\s|[?!\n]/;
const invisible = /[\u200b-\u200d\u2060\ufeff\u00ad'’]/g;
const NUMBER: Form = { base: '<n>', full: '<n>' };
const numeric = /^\d[\d.,]*(?:k|tr|trieu|m|d|vnd|vnđ|đ|củ|cu)?$/u;

const CACHE_SIZE = 20_000;

/**
 * Makes a reader of words. `known` says whether patterns use a plain word: disguises are undone only towards such, so
 * what is remembered of a word belongs to one reader.
 */
export function createTokeniser(known: (base: string) => boolean): (text: string) => Token[] {
  const cache = new Map<string, Form[]>();
  const remembered = (raw: string): Form[] => {
    const before = cache.get(raw);
    if (before) return before;
    const forms = formsOf(raw, known);
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(raw, forms);
    return forms;
  };
  return (text) => {
    const tokens: Token[] = [];
    let last = 0;
    for (const match of text.matchAll(word)) {
      // A barrier: words of two sentences are not read as one phrase, though a gap may reach across.
      if (last > 0 && endOfSentence.test(text.slice(last, match.index))) {
        tokens.push({ start: last, end: last, forms: [] });
      }
      last = match.index + match[0].length;
      tokens.push({ start: match.index, end: last, forms: remembered(match[0]) });
    }
    return joinSpaced(text, tokens, known);
  };
}

function formsOf(raw: string, known: (base: string) => boolean): Form[] {
  const plain = raw.replace(invisible, '');
  const first = fold(plain);
  const forms = [first];
  const short = teencode[plain.normalize('NFC').toLowerCase()];
  if (short) for (const long of short) forms.push(fold(long.replaceAll(' ', '_')));
  if (numeric.test(first.base)) forms.push(NUMBER);
  else if (!known(first.base)) {
    for (const other of [undouble(first), undouble({ base: unleet(first.base), full: unleet(first.base) })]) {
      if (known(other.base)) forms.push(other);
    }
    const plainLeet = unleet(first.base);
    if (plainLeet !== first.base && known(plainLeet)) forms.push({ base: plainLeet, full: plainLeet });
  }
  return forms;
}

const undouble = ({ base, full }: Form): Form => ({
  base: base.replace(/(.)\1+/gu, '$1'),
  full: full.replace(/([^\d])\1+/gu, '$1'),
});

function unleet(base: string): string {
  return /[a-z]/.test(base) ? base.replace(/[0134578@$!]/g, (char) => leet[char] ?? char) : base;
}

/** Joins letters that were spaced out ("b í  m ậ t", "z-a-l-o") when they spell words that patterns know. */
function joinSpaced(text: string, tokens: Token[], known: (base: string) => boolean): Token[] {
  const isLetter = (token: Token | undefined) => token !== undefined && token.forms[0]?.base.length === 1;
  const result: Token[] = [];
  for (let at = 0; at < tokens.length; ) {
    let end = at;
    while (isLetter(tokens[end])) end++;
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

function spell(text: string, letters: Token[], known: (base: string) => boolean): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < letters.length; ) {
    let taken = 1;
    for (let length = Math.min(10, letters.length - at); length >= 2; length--) {
      const part = letters.slice(at, at + length);
      const form = fold(part.map((token) => text.slice(token.start, token.end)).join(''));
      if (known(form.base)) {
        const start = part[0]?.start ?? 0;
        found.push({ start, end: part.at(-1)?.end ?? start, forms: [form] });
        taken = length;
        break;
      }
    }
    const single = letters[at];
    if (taken === 1 && single) found.push(single);
    at += taken;
  }
  return found;
}

const plainWords = createTokeniser(() => false);

/** The message as detection reads it: plain words, one space between; for tests and for grouping equal texts. */
export function normalise(text: string): string {
  return plainWords(text)
    .flatMap((token) => token.forms[0]?.base ?? [])
    .join(' ');
}
