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
