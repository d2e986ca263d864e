import { useWords } from '../i18n.ts';
import { en } from './texts-en.ts';
import { vi } from './texts-vi.ts';

export const safeguardTexts = { vi, en };
export type SafeguardKey = keyof typeof vi;

/** The console's words with those of the policy pages: `s` fills `{{name}}`, `coded` names a code of the API. */
export function useSafeguardWords() {
  const words = useWords();
  const own: Record<string, string> = safeguardTexts[words.lang];
  const s = (key: SafeguardKey, values: Record<string, string | number> = {}) =>
    safeguardTexts[words.lang][key].replace(/\{\{(\w+)\}\}/g, (_, name: string) =>
      String(values[name] ?? ''),
    );
  return {
    ...words,
    s,
    coded: (code: string) => own[code] ?? code,
    versionName: (number: number) => (number === 0 ? s('ofFiles') : s('version', { number })),
    count: (n: number) => new Intl.NumberFormat(words.lang === 'en' ? 'en-GB' : 'vi').format(n),
  };
}
