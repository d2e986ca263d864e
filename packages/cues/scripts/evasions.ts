/**
 * Ways in which a sender hides a message from a filter. Each is a function of the text and a seeded source of
 * numbers 0..1, so that the same seed gives the same disguise. Used to train (on train texts) and to test (on others).
 */
export type Random = () => number;

/** A small seeded generator (mulberry32, public domain). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const strip = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D');
const stripTone = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[\u0300\u0301\u0303\u0309\u0323]/g, '')
    .normalize('NFC');

/** Puts each tone on the other vowel of its syllable, as old and new spelling and hasty typing do. */
function moveTones(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => {
    const parts = word.normalize('NFD');
    const tone = /[\u0300\u0301\u0303\u0309\u0323]/.exec(parts)?.[0];
    if (tone === undefined) return word;
    const bare = parts.replace(tone, '');
    const vowels = [...bare.matchAll(/[aeiouyAEIOUY][\u0302\u0306\u031b]*/g)];
    if (vowels.length < 2) return word;
    const old = parts.indexOf(tone);
    const other = vowels.find((vowel) => vowel.index + vowel[0].length !== old) ?? vowels[0];
    const at = (other?.index ?? 0) + (other?.[0].length ?? 0);
    return (bare.slice(0, at) + tone + bare.slice(at)).normalize('NFC');
  });
}

const shortForms: Record<string, string[]> = {
  không: ['k', 'ko', 'hok', 'hong', 'kh'], được: ['dc', 'đc'], mình: ['mk', 'mik'], em: ['e'], anh: ['a'], với: ['vs', 'vz'],
  gì: ['j'], rồi: ['r', 'ròi'], vậy: ['v', 'z'], bạn: ['b', 'bn'], biết: ['bít', 'bik'], người: ['ng'], giờ: ['h', 'jờ'],
  quá: ['wá', 'wa'], yêu: ['iu'], bây: ['bi'], nhắn: ['nt'], cũng: ['cx'], điện: ['đt'], tớ: ['t'], mày: ['m'],
  trước: ['trc'], nữa: ['nx'], nói: ['ns'], làm: ['lm'], của: ['of'], luôn: ['lun'], thích: ['thik'], nhiều: ['nhìu'],
  you: ['u'], are: ['r'], your: ['ur'], please: ['pls'], people: ['ppl'], before: ['b4'], because: ['bc'], to: ['2'],
  for: ['4'], okay: ['k'], thanks: ['thx'], "don't": ['dont'], message: ['msg'], picture: ['pic'], pictures: ['pics'],
  tonight: ['tonite'], with: ['w'], want: ['wnt'], really: ['rly'], about: ['abt'], nobody: ['nobdy'], parents: ['parentz'],
}; // biome-ignore format: a table reads better in rows
const switches: Record<string, string[]> = {
  ảnh: ['pic', 'photo'], hình: ['pic'], 'bí mật': ['secret'], 'bố mẹ': ['parents'], 'ba mẹ': ['parents'], tiền: ['money', 'cash'],
  gửi: ['send'], nhanh: ['fast'], đừng: ["don't"], nhóm: ['group'], đăng: ['post'], mật: ['mật'], 'mật khẩu': ['password', 'pass'],
  bạn: ['friend'], công: ['công'], việc: ['job'], lương: ['salary'], 'nhà riêng': ['home'], yêu: ['love'], chơi: ['play'],
  'tài khoản': ['account', 'acc'], chuyển: ['transfer'], gặp: ['meet'], xinh: ['cute'], thật: ['real'], ngay: ['now'],
  secret: ['bí mật'], parents: ['bố mẹ'], money: ['tiền'], send: ['gửi'], picture: ['ảnh'], photo: ['ảnh'], now: ['ngay'],
  meet: ['gặp'], alone: ['một mình'], tonight: ['tối nay'], password: ['mật khẩu'], everyone: ['mọi người'], school: ['trường'],
}; // biome-ignore format: a table reads better in rows
const lookAlikes: Record<string, string> = {
  a: 'а',
  e: 'е',
  o: 'о',
  p: 'р',
  c: 'с',
  x: 'х',
  y: 'у',
  i: 'і',
  s: 'ѕ',
  h: 'һ',
};
const leet: Record<string, string> = { a: '4', e: '3', o: '0', i: '1', s: '5', t: '7' };
const emoji = ['😊', '🤫', '🙈', '✨', '❤️', '😅', '🔥', '👀'];

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const words = (text: string, change: (word: string) => string) =>
  text.replace(/[\p{L}\p{M}\p{N}'’]+/gu, change);
const each = (text: string, table: Record<string, string>, random: Random, share: number) =>
  [...text].map((char) => (table[char] && random() < share ? table[char] : char)).join('');

function replaceWords(text: string, table: Record<string, string[]>, random: Random, share: number): string {
  let result = text;
  for (const [word, others] of Object.entries(table)) {
    const found = new RegExp(`(?<![\\p{L}\\p{M}])${word}(?![\\p{L}\\p{M}])`, 'giu');
    result = result.replace(found, (same) => (random() < share ? pick(random, others) : same));
  }
  return result;
}

/** The disguises by name; the text of `split` is two messages with a new line between. */
export const evasions: Record<string, (text: string, random: Random) => string> = {
  'no-diacritics': strip,
  'no-tones': stripTone,
  'moved-tones': moveTones,
  teencode: (text, random) => replaceWords(text, shortForms, random, 0.9),
  'spaced-letters': (text, random) =>
    words(text, (word) =>
      word.length > 2 && random() < 0.35
        ? [...word.normalize('NFC')].join(pick(random, [' ', '.', '-', '_']))
        : word,
    ),
  homoglyphs: (text, random) => each(text, lookAlikes, random, 0.6),
  'zero-width': (text, random) =>
    words(text, (word) =>
      random() < 0.6
        ? [...word.normalize('NFC')].join(pick(random, ['\u200b', '\u200c', '\u2060', '\u00ad']))
        : word,
    ),
  emoji: (text, random) => text.replace(/ /g, () => (random() < 0.4 ? ` ${pick(random, emoji)} ` : ' ')),
  leet: (text, random) =>
    words(text, (word) => (random() < 0.4 ? each(strip(word), leet, random, 0.6) : word)),
  'repeated-letters': (text, random) =>
    words(text, (word) =>
      random() < 0.5
        ? word.normalize('NFC').replace(/(\p{L})$/u, (last) => last.repeat(2 + Math.floor(random() * 3)))
        : word,
    ),
  'glued-words': (text, random) => text.replace(/(?<=\p{L}) (?=\p{L})/gu, () => (random() < 0.45 ? '' : ' ')),
  'code-switch': (text, random) => replaceWords(text, switches, random, 0.7),
  'split-messages': (text) => {
    const at = text.indexOf(' ', Math.floor(text.length / 2));
    return at < 0 ? text : `${text.slice(0, at)}\n${text.slice(at + 1)}`;
  },
};
