import type { EvaluationError, ParseError, TypeError as TypeFault } from '@marcbachmann/cel-js';
import type { LocalText } from '../cue.ts';
import { factNames } from './facts.ts';

/** Something wrong in an expression: where, what, and how to mend it. Line and column count from 1. */
export interface Finding {
  from: number;
  to: number;
  line: number;
  column: number;
  code: string;
  detail: LocalText;
  mend: LocalText;
}

type Words = Record<string, string | number>;
interface Text {
  detail: LocalText;
  mend: LocalText;
}

const texts: Record<string, (words: Words) => Text> = {
  empty: () => ({
    detail: { vi: 'Biểu thức còn trống.', en: 'The expression is empty.' },
    mend: { vi: 'Viết một điều kiện, ví dụ: level >= 3', en: 'Write a condition such as: level >= 3' },
  }),
  'too-long': ({ most }) => ({
    detail: {
      vi: `Biểu thức dài hơn ${most} ký tự.`,
      en: `The expression is longer than ${most} characters.`,
    },
    mend: { vi: 'Tách thành nhiều quy tắc.', en: 'Split it into several rules.' },
  }),
  'not-callable': ({ name }) => ({
    detail: { vi: `Quy tắc không dùng được hàm ${name}.`, en: `A rule may not call ${name}.` },
    mend: {
      vi: 'Dùng: in, size(), exists(), all(), filter(), startsWith(), endsWith(), contains() …',
      en: 'Use: in, size(), exists(), all(), filter(), startsWith(), endsWith(), contains() …',
    },
  }),
  'loop-in-loop': ({ name }) => ({
    detail: {
      vi: `${name}() nằm trong một vòng lặp khác.`,
      en: `${name}() stands inside another loop.`,
    },
    mend: {
      vi: 'Nối hai vòng lặp riêng bằng && hoặc ||.',
      en: 'Join two loops that stand beside each other with && or ||.',
    },
  }),
  'not-bool': ({ type }) => ({
    detail: {
      vi: `Biểu thức cho ra ${type}, không phải đúng hoặc sai.`,
      en: `The expression gives ${type}, not true or false.`,
    },
    mend: {
      vi: 'So sánh với một giá trị, ví dụ: … >= 3 hoặc … == "scam"',
      en: 'Compare it with a value, such as … >= 3 or … == "scam"',
    },
  }),
  'unknown-value': ({ value, vi, en, near }) => ({
    detail: { vi: `Không có ${vi} nào là “${value}”.`, en: `There is no ${en} “${value}”.` },
    mend: near
      ? { vi: `Có phải “${near}” không?`, en: `Did you mean “${near}”?` }
      : { vi: 'Chọn trong danh sách gợi ý (Ctrl+Space).', en: 'Choose from the list (Ctrl+Space).' },
  }),
  'out-of-range': ({ name, value, low, high }) => ({
    detail: {
      vi: `${name} chỉ từ ${low} đến ${high}; ${value} không bao giờ xảy ra.`,
      en: `${name} is only ${low} to ${high}; ${value} never happens.`,
    },
    mend: { vi: `Dùng số từ ${low} đến ${high}.`, en: `Use a number from ${low} to ${high}.` },
  }),
  unknown_variable: ({ name, near }) => ({
    detail: { vi: `Không có biến nào tên “${name}”.`, en: `There is no variable “${name}”.` },
    mend: near
      ? { vi: `Có phải “${near}” không?`, en: `Did you mean “${near}”?` }
      : { vi: 'Chọn trong danh sách gợi ý (Ctrl+Space).', en: 'Choose from the list (Ctrl+Space).' },
  }),
  no_such_overload: ({ why }) => ({
    detail: { vi: `Hai vế không cùng loại (${why}).`, en: `The two sides do not fit together (${why}).` },
    mend: {
      vi: 'So số nguyên với số nguyên (3), số thực với số thực (1.5), chữ với chữ trong ngoặc kép.',
      en: 'Compare whole numbers with 3, decimals with 1.5, words with words in double quotes.',
    },
  }),
  no_matching_overload: ({ why }) => ({
    detail: { vi: `Không có hàm như vậy (${why}).`, en: `There is no such function (${why}).` },
    mend: {
      vi: 'Dùng: in, size(), exists(), all(), startsWith(), contains() …',
      en: 'Use: in, size(), exists(), all(), startsWith(), contains() …',
    },
  }),
  unexpected_token: ({ why }) => ({
    detail: { vi: `Không đọc được ở đây (${why}).`, en: `This cannot be read here (${why}).` },
    mend: {
      vi: 'Kiểm tra phần đứng trước: thiếu vế phải, dấu ngoặc hoặc toán tử && ||.',
      en: 'Look at what stands before it: a missing right side, bracket, or && ||.',
    },
  }),
  unterminated_string: () => ({
    detail: { vi: 'Dấu ngoặc kép chưa được đóng.', en: 'The quotation mark is not closed.' },
    mend: { vi: 'Thêm dấu " ở cuối chữ.', en: 'Add " at the end of the word.' },
  }),
  limit_exceeded: () => ({
    detail: { vi: 'Biểu thức quá phức tạp.', en: 'The expression is too complex.' },
    mend: { vi: 'Tách thành nhiều quy tắc.', en: 'Split it into several rules.' },
  }),
  no_such_key: ({ why }) => ({
    detail: { vi: `Giá trị này có thể không có (${why}).`, en: `This value may be missing (${why}).` },
    mend: {
      vi: 'Kiểm tra trước: "tên" in features && …, hoặc size(cues) > 0 && …',
      en: 'Ask first: "name" in features && …, or size(cues) > 0 && …',
    },
  }),
  division_by_zero: () => ({
    detail: { vi: 'Có thể chia cho không.', en: 'This may divide by zero.' },
    mend: {
      vi: 'Nhân thay vì chia, hoặc kiểm tra khác 0 trước.',
      en: 'Multiply instead, or ask for != 0 first.',
    },
  }),
  other: ({ why }) => ({
    detail: { vi: `Chưa dùng được (${why}).`, en: `This cannot be used (${why}).` },
    mend: { vi: 'Sửa chỗ được đánh dấu.', en: 'Mend the marked place.' },
  }),
};
// Codes of the CEL library for which the same words fit.
const sameAs: Record<string, string> = {
  index_out_of_bounds: 'no_such_key',
  newline_in_string: 'unterminated_string',
  unterminated_triple_quoted_string: 'unterminated_string',
  expected_token: 'unexpected_token',
  unexpected_character: 'unexpected_token',
  reserved_identifier: 'unexpected_token',
};

export function findingAt(when: string, from: number, to: number, code: string, words: Words = {}): Finding {
  const text = (texts[code] ?? texts[sameAs[code] ?? 'other'])?.(words);
  const before = when.slice(0, from).split('\n');
  return {
    from: Math.min(from, when.length),
    to: Math.min(Math.max(to, from), when.length),
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    code,
    detail: text?.detail ?? { vi: code, en: code },
    mend: text?.mend ?? { vi: '', en: '' },
  };
}

/** A refusal of the CEL library in our words. */
export function findingOfCel(
  when: string,
  error: ParseError | TypeFault | EvaluationError | undefined,
): Finding {
  const range = error?.range ?? { start: 0, end: when.length };
  const code = error?.code ?? 'other';
  const why = error?.summary ?? 'unknown';
  if (code === 'unknown_variable') {
    const name = when.slice(range.start, range.end);
    return findingAt(when, range.start, range.end, code, { name, near: nearest(name, factNames) });
  }
  return findingAt(when, range.start, range.end, code in texts || code in sameAs ? code : 'other', { why });
}

/** The name in `names` that differs least from `word` (Levenshtein), or '' when none is near. */
export function nearest(word: string, names: readonly string[]): string {
  let best = '';
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const far = distance(word, name);
    if (far < least) {
      least = far;
      best = name;
    }
  }
  return best;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(
        (next[j - 1] ?? 0) + 1,
        (row[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
