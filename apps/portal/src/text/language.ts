export type Lang = 'vi' | 'en';

/** A text in both languages; Vietnamese first. */
export interface LocalText {
  vi: string;
  en: string;
}

/** Paths of a page in both languages: Vietnamese at `/…`, English at `/en/…`. */
export function languagePaths(): { params: { lang: string | undefined } }[] {
  return [{ params: { lang: undefined } }, { params: { lang: 'en' } }];
}

export function langOf(param: string | undefined): Lang {
  return param === 'en' ? 'en' : 'vi';
}

/** Address of a page (`/check/`) in a language. */
export function address(lang: Lang, path: string): string {
  return lang === 'en' ? `/en${path}` : path;
}
