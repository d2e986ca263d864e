import { useVersionWords } from '../versions/words.ts';
import { ruleTexts } from './texts.ts';

export type RuleKey = keyof typeof ruleTexts.vi;

/** The console's words with those of the rules pages. */
export function useRuleWords() {
  const { say, ...words } = useVersionWords<RuleKey>(ruleTexts);
  return { ...words, r: say };
}
