const LONGEST_WORD = 100;
const punctuation = /[!-/:-@[-`{-~\p{P}]/u;
const ideograph = /[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\u{20000}-\u{2fa1f}]/u;

/**
 * The tokeniser of BERT (Devlin et al. 2018): words and single punctuation marks, each cut into the longest pieces of
 * the vocabulary, later pieces marked `##`. Gives ids from `[CLS]` to `[SEP]`, at most `maxTokens`.
 * @throws Error when the vocabulary lacks [CLS], [SEP] or [UNK]
 */
export function createWordPiece(
  vocabulary: string,
  { lowerCase, stripMarks, maxTokens }: { lowerCase: boolean; stripMarks: boolean; maxTokens: number },
): (text: string) => number[] {
  const ids = new Map(
    vocabulary
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
      .map((token, id) => [token, id]),
  );
  const special = (token: string): number => {
    const id = ids.get(token);
    if (id === undefined) throw new Error(`the vocabulary has no token ${token}`);
    return id;
  };
  const [begin, end, unknown] = [special('[CLS]'), special('[SEP]'), special('[UNK]')];
  return (text) => {
    const found = [begin];
    for (const word of wordsOf(text, lowerCase, stripMarks)) {
      if (found.length >= maxTokens - 1) break;
      found.push(...(piecesOf(word, ids) ?? [unknown]));
    }
    return [...found.slice(0, maxTokens - 1), end];
  };
}

function wordsOf(text: string, lowerCase: boolean, stripMarks: boolean): string[] {
  // Format characters (zero-width ones among them) and control characters other than white space are no text.
  let clean = text.normalize('NFC').replace(/[\p{Cf}\ufffd]|(?![\t\n\r])\p{Cc}/gu, '');
  if (lowerCase) clean = clean.toLowerCase();
  if (stripMarks) clean = clean.normalize('NFD').replace(/\p{Mn}/gu, '');
  const words: string[] = [];
  let word = '';
  const finish = () => {
    if (word !== '') words.push(word);
    word = '';
  };
  for (const char of clean) {
    if (/\s/u.test(char)) finish();
    else if (punctuation.test(char) || ideograph.test(char)) {
      finish();
      words.push(char);
    } else word += char;
  }
  finish();
  return words;
}

function piecesOf(word: string, ids: ReadonlyMap<string, number>): number[] | undefined {
  const chars = [...word];
  if (chars.length > LONGEST_WORD) return undefined;
  const found: number[] = [];
  for (let start = 0; start < chars.length; ) {
    let end = chars.length;
    let id: number | undefined;
    for (; end > start; end--) {
      id = ids.get((start === 0 ? '' : '##') + chars.slice(start, end).join(''));
      if (id !== undefined) break;
    }
    if (id === undefined) return undefined;
    found.push(id);
    start = end;
  }
  return found;
}
