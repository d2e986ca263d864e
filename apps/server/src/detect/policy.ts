import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRuleLanguage, type RuleFacts, type RuleLanguage } from '@keben/cues/rules';
import { parse } from 'yaml';
import { z } from 'zod';
import { StartError } from '../base/data-dir.ts';
import { RiskFile, type RiskPolicy } from './risk-policy.ts';
import { compileRules, type Decision, type Rule, RuleDefinition } from './rules/rule-set.ts';

export type { RuleFacts } from '@keben/cues/rules';
export type { Decision, Rule } from './rules/rule-set.ts';

export const policyFolder = join(import.meta.dirname, '../../../../policy');

const RuleFile = z.strictObject({
  version: z.string(),
  on: z.enum(['message', 'assessment']),
  rules: z.array(RuleDefinition.omit({ on: true })),
});

export interface DetectionPolicy {
  risk: RiskPolicy;
  rules: Rule[];
  /** Names the exact policy that decided: versions of the files and a hash of their bytes. */
  version: string;
  /** Rules that are asked as well and only noted: a version in shadow, or the other side of a rollout. */
  silent?: Rule[];
}

/** The policy of the files, with what is needed to lay an organisation's rules over it. */
export interface FilePolicy extends DetectionPolicy {
  language: RuleLanguage;
  definitions: RuleDefinition[];
}

/**
 * Reads risk weights and rules; `secondReader` names the text model that reads beside the built-in one. A file with an error stops the start and is named with what is wrong.
 */
export function loadDetectionPolicy(
  options: { rulesFolder?: string; secondReader?: string | undefined } = {},
): FilePolicy {
  const hash = createHash('sha256');
  const riskText = readFileSync(join(policyFolder, 'risk.yaml'), 'utf8');
  hash.update(riskText);
  const risk = checked('risk.yaml', RiskFile, riskText);
  const language = createRuleLanguage(Object.keys(risk.features));
  const definitions: RuleDefinition[] = [];
  const folder = options.rulesFolder ?? join(policyFolder, 'rules');
  for (const file of ruleFilesIn(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    hash.update(text);
    const { on, rules } = checked(file, RuleFile, text);
    for (const rule of rules) {
      const [wrong] = language.check(rule.when);
      if (wrong) {
        const where = `line ${wrong.line}, column ${wrong.column} of its \`when\``;
        throw new StartError(
          `policy: rule ${rule.id} in ${file} is not valid CEL at ${where}: ${wrong.detail.en} ${wrong.mend.en}`,
        );
      }
      definitions.push({ ...rule, on });
    }
  }
  const twice = definitions.find((rule, at) => definitions.findIndex((other) => other.id === rule.id) !== at);
  if (twice) throw new StartError(`policy: two rules have the id ${twice.id}. Give each its own.`);
  return {
    risk,
    rules: compileRules(language, definitions),
    version: [risk.version, hash.digest('hex').slice(0, 12), options.secondReader ?? []].flat().join('+'),
    language,
    definitions,
  };
}

/** Rule files of a folder, sorted; their tests (`*.test.yaml`) stand beside them. */
export function ruleFilesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
    .sort();
}

export function checked<T>(file: string, schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new StartError(`policy: ${file} is not valid:\n${why}`, { cause });
  }
}

const strictness: Decision[] = ['allow', 'warn', 'hold', 'block'];

/** The stricter of two decisions. */
export function stricter(one: Decision, other: Decision): Decision {
  return strictness.indexOf(other) > strictness.indexOf(one) ? other : one;
}

/**
 * The strictest decision of the message rules that fire, with their ids. A rule that cannot answer warns at most: unknown
 * is not safe, and not proof either; it is listed as `failed:ID`.
 */
export function decideMessage(
  policy: Pick<DetectionPolicy, 'rules'>,
  facts: RuleFacts,
): { decision: Decision; rules: string[] } {
  let decision: Decision = 'allow';
  const rules: string[] = [];
  for (const rule of policy.rules) {
    if (rule.on !== 'message') continue;
    const verdict = rule.holds(facts);
    if (verdict === false) continue;
    const wanted = rule.decision ?? 'allow';
    decision = stricter(decision, verdict === 'failed' && wanted !== 'allow' ? 'warn' : wanted);
    rules.push(verdict === 'failed' ? `failed:${rule.id}` : rule.id);
  }
  return { decision, rules };
}

interface Actions {
  actions: string[];
  rules: string[];
}

/** Actions that the assessment rules ask for, with the ids of the rules; `silent`: what the silent rules would ask for. */
export function decideAssessment(
  policy: Pick<DetectionPolicy, 'rules' | 'silent'>,
  facts: RuleFacts,
): Actions & { silent?: Actions } {
  const decided = actionsOf(policy.rules, facts);
  return policy.silent ? { ...decided, silent: actionsOf(policy.silent, facts) } : decided;
}

// A rule that cannot answer asks for a person (`open-case`), never for more.
function actionsOf(rules: readonly Rule[], facts: RuleFacts): Actions {
  const actions = new Set<string>();
  const fired: string[] = [];
  for (const rule of rules) {
    if (rule.on !== 'assessment') continue;
    const verdict = rule.holds(facts);
    if (verdict === false) continue;
    for (const action of verdict === 'failed' ? ['open-case'] : rule.actions) actions.add(action);
    fired.push(verdict === 'failed' ? `failed:${rule.id}` : rule.id);
  }
  return { actions: [...actions], rules: fired };
}
