/** A word in the two shapes that patterns compare: `base` is plain a–z0–9, `full` keeps vowel marks with the tone last. */
export interface Form {
  base: string;
  full: string;
}

const tones: Record<string, string> = {
  '\u0300': '1',
  '\u0309': '2',
  '\u0303': '3',
  '\u0301': '4',
  '\u0323': '5',
};
const vowelMarks = new Set(['\u0302', '\u0306', '\u031b']);

// Letters of other scripts that look like ours (from Unicode confusables), beyond what NFKC already folds.
const lookAlikes: Record<string, string> = {
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  ѐ: 'e',
  ё: 'e',
  һ: 'h',
  і: 'i',
  ї: 'i',
  ј: 'j',
  к: 'k',
  ӏ: 'l',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  ԛ: 'q',
  ѕ: 's',
  т: 't',
  у: 'y',
  ѵ: 'v',
  ԝ: 'w',
  х: 'x',
  α: 'a',
  β: 'b',
  ε: 'e',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ı: 'i',
  ɡ: 'g',
  ɑ: 'a',
  ł: 'l',
  ø: 'o',
  ß: 'ss',
  ʜ: 'h',
  ᴀ: 'a',
  ᴇ: 'e',
  ᴋ: 'k',
  ᴍ: 'm',
  ɴ: 'n',
  ᴏ: 'o',
  ᴛ: 't',
  ᴜ: 'u',
  ʟ: 'l',
  ɪ: 'i',
  ѡ: 'w',
  ӕ: 'ae',
  գ: 'q',
  ո: 'n',
  ս: 'u',
  օ: 'o',
};

/** Letters in squares and circles that have no compatibility form in Unicode: a–z from these points on. */
const boxed = [0x1f150, 0x1f170, 0x1f1e6];

function unbox(word: string): string {
  // All of them are beyond the first plane, so plain words are left alone at once.
  if (!/[\ud83c]/.test(word)) return word;
  return [...word]
    .map((char) => {
      const point = char.codePointAt(0) ?? 0;
      const first = boxed.find((start) => point >= start && point < start + 26);
      return first === undefined ? char : String.fromCharCode(97 + point - first);
    })
    .join('');
}

/**
 * Folds one word. The tone goes to the end of `full`, so that old and new tone placement (hoà, hòa) are the same word.
 * Marks that Vietnamese does not use are dropped as disguise.
 */
export function fold(word: string): Form {
  if (isPlain(word)) {
    const plain = word.toLowerCase();
    return { base: plain, full: plain };
  }
  let base = '';
  let full = '';
  let tone = '';
  for (const char of unbox(word).normalize('NFKC').toLowerCase().normalize('NFD')) {
    const toneOfChar = tones[char];
    if (toneOfChar !== undefined) tone = toneOfChar;
    else if (vowelMarks.has(char)) full += char;
    else if (char >= '\u0300' && char <= '\u036f') continue;
    else if (char === 'đ') {
      base += 'd';
      full += 'đ';
    } else {
      const plain = lookAlikes[char] ?? char;
      base += plain;
      full += plain;
    }
  }
  return { base, full: full + tone };
}

/** True for ASCII alone: nothing to take apart. */
function isPlain(word: string): boolean {
  for (let at = 0; at < word.length; at++) if (word.charCodeAt(at) > 127) return false;
  return true;
}

const TONE = /[1-5]$/;

/**
 * True when the written word may stand for the pattern's word: the same, or with its marks left out
 * (all of them, or only the tone). A word with other marks is another word: "mà" is not "mã".
 */
export function stands(written: Form, wanted: Form): boolean {
  if (written.base !== wanted.base) return false;
  return (
    written.full === wanted.full ||
    written.full === written.base ||
    (!TONE.test(written.full) && written.full === wanted.full.replace(TONE, ''))
  );
}
