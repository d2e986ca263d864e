import { type PageTexts, usePageWords } from '../i18n.ts';
import { versionTexts } from './texts.ts';

type VersionKey = keyof typeof versionTexts.vi;

/** Words of a page of versions; `versionName` is a version's name, 0 the defaults of the files. */
export function useVersionWords<Name extends string>(texts: PageTexts<Name | 'ofFiles' | VersionKey>) {
  const words = usePageWords(texts);
  return {
    ...words,
    versionName: (number: number) => (number === 0 ? words.say('ofFiles') : words.say('version', { number })),
  };
}

/** The words that all pages of versions share. */
export const useSharedWords = () => usePageWords(versionTexts);
