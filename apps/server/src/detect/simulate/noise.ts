import type { Random } from './random.ts';

export type Lang = 'vi' | 'en';

/** How one person types: each a probability per message (or per word where said). */
export interface Style {
  /** Per word. */
  teencode: number;
  bareVowels: number;
  /** Per word. */
  typos: number;
  emoji: number;
  /** Per word that has a counterpart in the other language. */
  switching: number;
  lower: number;
  stretch: number;
}

const shortForms: Record<Lang, Record<string, readonly string[]>> = {
  vi: {
    không: ['ko', 'k', 'hông', 'hok', 'khum'],
    được: ['đc', 'dc', 'đk'],
    gì: ['j', 'gì z'],
    rồi: ['r', 'rùi', 'ròi'],
    biết: ['bít', 'bt'],
    với: ['vs', 'zới'],
    vậy: ['zậy', 'v', 'z'],
    bạn: ['b', 'pạn'],
    mình: ['mk', 'mih', 'm'],
    tớ: ['t', 'tớ'],
    quá: ['wá', 'qá', 'quớ'],
    nhé: ['nha', 'nhe', 'nhóa'],
    thôi: ['thui', 'thoi'],
    yêu: ['iu'],
    thích: ['thik', 'thik'],
    người: ['ng', 'ngừi'],
    bây: ['bi'],
    giờ: ['h', 'giờ'],
    nhắn: ['ib', 'nt'],
    cũng: ['cx', 'cũm'],
    những: ['nhg'],
    trường: ['trg', 'trường'],
    anh: ['a', 'ank'],
    em: ['e', 'iem'],
    ảnh: ['ảk', 'hình'],
    cho: ['cko', 'cho'],
    đừng: ['đg', 'đừg'],
    chuyện: ['chiện'],
    hôm: ['hum'],
    nay: ['ni', 'nay'],
  },
  en: {
    you: ['u', 'ya'],
    your: ['ur'],
    are: ['r'],
    please: ['pls', 'plz'],
    because: ['cuz', 'bc'],
    tomorrow: ['tmr', 'tmrw'],
    tonight: ['2nite', 'tn'],
    before: ['b4'],
    great: ['gr8'],
    thanks: ['thx', 'ty'],
    people: ['ppl'],
    picture: ['pic'],
    message: ['msg'],
    really: ['rly'],
    right: ['rite'],
    okay: ['k'],
    to: ['2', 'to'],
    for: ['4', 'for'],
    with: ['w', 'wit'],
    know: ['kno'],
    what: ['wut', 'wat'],
    love: ['luv'],
  },
};

/** Words that people swap into the other language while they chat. */
const swaps: Record<Lang, Record<string, string>> = {
  vi: {
    bài: 'homework',
    trận: 'match',
    ảnh: 'pic',
    gọi: 'call',
    nhắn: 'inbox',
    chặn: 'block',
    nhóm: 'group',
    mật: 'private',
    tiền: 'money',
    xinh: 'cute',
    buồn: 'sad',
    vui: 'happy',
    phim: 'movie',
    đội: 'team',
    chán: 'boring',
  },
  en: {
    homework: 'bài tập',
    mum: 'mẹ',
    dad: 'bố',
    hungry: 'đói',
    teacher: 'cô',
    friend: 'bạn',
    money: 'tiền',
    yes: 'ừ',
    ok: 'oke',
    school: 'trường',
  },
};

const emoji = [
  '😂',
  '🤣',
  '😭',
  '❤️',
  '😍',
  '🙏',
  '🔥',
  '😅',
  '🥺',
  '👍',
  ':))',
  '=))',
  ':3',
  '^^',
  '😡',
  '🎉',
];

/** A person's way of typing; the young use more of everything. */
export function styleFor(random: Random, young: boolean): Style {
  const habit = (most: number) => (random.chance(0.25) ? 0 : random.next() * most) * (young ? 1 : 0.4);
  return {
    teencode: habit(0.5),
    bareVowels: random.chance(young ? 0.3 : 0.2) ? 0.6 + random.next() * 0.4 : habit(0.15),
    typos: habit(0.05),
    emoji: habit(0.5),
    switching: habit(0.3),
    lower: habit(1),
    stretch: habit(0.12),
  };
}

/** The text as this person would have typed it: short forms, slips, lost diacritics, emoji, a word of the other language. */
export function roughen(text: string, lang: Lang, style: Style, random: Random): string {
  let words = text.split(' ').map((word) => {
    const bare = word.toLowerCase().replace(/[.,!?]+$/u, '');
    const tail = word.slice(bare.length);
    const swap = swaps[lang][bare];
    if (swap && random.chance(style.switching * 0.5)) return swap + tail;
    const forms = shortForms[lang][bare];
    if (forms && random.chance(style.teencode)) return random.pick(forms) + tail;
    return random.chance(style.typos) ? slip(word, random) : word;
  });
  if (random.chance(style.stretch)) words = [...words.slice(0, -1), stretch(words.at(-1) ?? '', random)];
  let out = words.join(' ');
  if (lang === 'vi' && random.chance(style.bareVowels)) out = withoutDiacritics(out);
  if (random.chance(style.lower)) out = out.toLowerCase();
  if (random.chance(style.emoji)) out = `${out} ${random.pick(emoji).repeat(random.int(1, 3))}`;
  return out.normalize('NFC');
}

/** What somebody does who wants to pass a filter: dots or spaces inside a word, look-alike letters. */
export function disguise(text: string, random: Random): string {
  const words = text.split(' ');
  const long = words.flatMap((word, index) => (word.length >= 3 && !/\d/.test(word) ? [index] : []));
  if (long.length === 0) return text;
  const index = random.pick(long);
  const word = words[index] ?? '';
  words[index] = random.pick([
    [...word].join('.'),
    [...word].join(' '),
    word.replaceAll('o', '0').replaceAll('i', '1').replaceAll('a', '@'),
    word.replaceAll('a', '\u0430').replaceAll('e', '\u0435').replaceAll('o', '\u043e'),
    `${word.slice(0, 2)}\u200b${word.slice(2)}`,
  ]);
  return words.join(' ');
}

export function withoutDiacritics(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .normalize('NFC');
}

function slip(word: string, random: Random): string {
  const letters = [...word];
  if (letters.length < 3 || /\d/.test(word)) return word;
  const at = random.int(0, letters.length - 2);
  const [one = '', two = ''] = [letters[at], letters[at + 1]];
  const change = random.pick([[two, one], [one], [one, one, two]]);
  return [...letters.slice(0, at), ...change, ...letters.slice(at + 2)].join('');
}

function stretch(word: string, random: Random): string {
  const match = /[\p{L}](?=[^\p{L}]*$)/u.exec(word);
  if (!match) return word;
  const letter = match[0].normalize('NFC');
  return (
    word.slice(0, match.index) + letter.repeat(random.int(2, 5)) + word.slice(match.index + match[0].length)
  );
}
