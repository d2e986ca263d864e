import { useWords } from '../i18n.ts';
import { ruleTexts } from './texts.ts';

export type RuleKey = keyof typeof ruleTexts.vi;

/** The console's words with those of the rules pages: `r` fills `{{name}}`, `coded` names a code of the API. */
export function useRuleWords() {
  const words = useWords();
  const own: Record<string, string> = ruleTexts[words.lang];
  const r = (key: RuleKey, values: Record<string, string | number> = {}) =>
    ruleTexts[words.lang][key].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
  return {
    ...words,
    r,
    coded: (code: string) => own[code] ?? words.value(code),
    versionName: (number: number) => (number === 0 ? r('ofFiles') : r('version', { number })),
    count: (n: number) => new Intl.NumberFormat(words.lang === 'en' ? 'en-GB' : 'vi').format(n),
  };
}
