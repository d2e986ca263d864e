export { emptyFacts, type Fact, type FactName, factNames, type RuleFacts, ruleFacts } from './facts.ts';
export type { Finding } from './finding.ts';
export { createRuleLanguage, MOST_CHARACTERS, type RuleLanguage, type Verdict } from './language.ts';
