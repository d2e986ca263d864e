import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { texts } from './texts.ts';

export type Lang = 'vi' | 'en';

const stored = localStorage.getItem('console-lang');
void i18next.use(initReactI18next).init({
  resources: { vi: { translation: texts.vi }, en: { translation: texts.en } },
  lng: stored === 'en' ? 'en' : 'vi',
  fallbackLng: 'vi',
  interpolation: { escapeValue: false },
});

type Key = Exclude<keyof typeof texts.vi, 'v'>;

/** Words in the language of the reader; `value` names a code of the API such as a state or a harm. */
export function useWords() {
  const { t, i18n } = useTranslation();
  const lang: Lang = i18n.language === 'en' ? 'en' : 'vi';
  return {
    lang,
    t: (key: Key, values?: Record<string, unknown>) => t(key, values ?? {}) as string,
    value: (code: string) => texts[lang].v[code] ?? code,
    time: (iso: string) =>
      new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'vi', {
        dateStyle: 'short',
        timeStyle: 'short',
      }).format(new Date(iso)),
    toggle() {
      const next = lang === 'vi' ? 'en' : 'vi';
      localStorage.setItem('console-lang', next);
      document.documentElement.lang = next;
      void i18n.changeLanguage(next);
    },
  };
}

/** Words that a page keeps beside the console's own: each key in both languages. */
export interface PageTexts<Name extends string> {
  vi: Readonly<Record<Name, string>>;
  en: Readonly<Record<Name, string>>;
}

/** The console's words with those of a page: `say` fills `{{name}}`, `coded` names a code of the API. */
export function usePageWords<Name extends string>(texts: PageTexts<Name>) {
  const words = useWords();
  const own = texts[words.lang];
  return {
    ...words,
    say: (key: Name, values: Record<string, string | number> = {}) =>
      own[key].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? '')),
    coded: (code: string) => (Object.hasOwn(own, code) ? own[code as Name] : words.value(code)),
    count: (n: number) => new Intl.NumberFormat(words.lang === 'en' ? 'en-GB' : 'vi').format(n),
  };
}
