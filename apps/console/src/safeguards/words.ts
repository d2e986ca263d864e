import { useVersionWords } from '../versions/words.ts';
import { en } from './texts-en.ts';
import { vi } from './texts-vi.ts';

export const safeguardTexts = { vi, en };
export type SafeguardKey = keyof typeof vi;

/** The console's words with those of the policy pages. */
export function useSafeguardWords() {
  const { say, ...words } = useVersionWords<SafeguardKey>(safeguardTexts);
  return { ...words, s: say };
}
