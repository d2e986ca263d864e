import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFacts, factNames, type RuleFacts } from '@keben/cues/rules';
import { z } from 'zod';
import { StartError } from '../../base/data-dir.ts';
import {
  checked,
  decideAssessment,
  decideMessage,
  loadDetectionPolicy,
  type Rule,
  ruleFilesIn,
} from '../policy.ts';
import { Decision, RuleAction } from './rule-set.ts';

const text = z.array(z.string());
const Facts = z
  .strictObject({
    level: z.number().int().min(0).max(4),
    score: z.number(),
    severity: z.number().int().min(0).max(5),
    cues: text,
    stages: text,
    harm: z.string(),
    relationship: z.string(),
    known: z.boolean(),
    actorBand: z.string(),
    actorAdult: z.boolean(),
    recipientBand: z.string(),
    recipientMinor: z.boolean(),
    features: z.record(z.string(), z.number()),
  } satisfies Record<keyof RuleFacts, z.ZodType>)
  .partial();

const TestFile = z.strictObject({
  tests: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        facts: Facts,
        expect: z.strictObject({
          rules: text,
          decision: Decision.optional(),
          actions: z.array(RuleAction).optional(),
        }),
      }),
    )
    .min(1),
});

/** Of a rule file only what tests need; loading the policy has checked the rest. */
const Told = z.object({
  on: z.enum(['message', 'assessment']),
  rules: z.array(z.object({ id: z.string() })),
});

export interface RuleTestResult {
  file: string;
  name: string;
  /** What differs from what was expected; undefined when the test passes. */
  wrong?: string;
}

/**
 * Runs the tests that stand beside the rule files of a folder (`messages.test.yaml` for `messages.yaml`): facts in,
 * decision or actions and ids of rules out. A rule that no test sees fire, or none sees keep quiet, counts as wrong.
 * @throws StartError when a file cannot be read.
 */
export function runRuleTests(folder?: string): RuleTestResult[] {
  const policy = loadDetectionPolicy(folder === undefined ? {} : { rulesFolder: folder });
  const from = folder ?? join(import.meta.dirname, '../../../../../policy/rules');
  const results: RuleTestResult[] = [];
  for (const ruleFile of ruleFilesIn(from)) {
    const file = ruleFile.replace(/\.yaml$/, '.test.yaml');
    const { on, rules: told } = checked(ruleFile, Told, readFileSync(join(from, ruleFile), 'utf8'));
    const known = new Set(told.map(({ id }) => id));
    const rules = policy.rules.filter((rule) => known.has(rule.id));
    if (!existsSync(join(from, file))) {
      results.push({ file, name: '(the file)', wrong: `there is no ${file} beside ${ruleFile}: write one` });
      continue;
    }
    const { tests } = checked(file, TestFile, readFileSync(join(from, file), 'utf8'));
    const seen = new Map(rules.map((rule) => [rule.id, { fired: false, quiet: false }]));
    for (const { name, facts, expect } of tests) {
      const whole = factsOf(file, name, facts, policy.language.features);
      for (const rule of rules) {
        const state = seen.get(rule.id);
        if (state) state[rule.holds(whole) === true ? 'fired' : 'quiet'] = true;
      }
      const wrong = differs(on, rules, whole, expect);
      results.push(wrong === undefined ? { file, name } : { file, name, wrong });
    }
    for (const [id, { fired, quiet }] of seen) {
      if (fired && quiet) continue;
      const what = fired
        ? 'fires in every test: add one in which it must not'
        : 'fires in no test: add one in which it must';
      results.push({ file, name: `rule ${id}`, wrong: what });
    }
  }
  if (results.length === 0) throw new StartError(`There are no rule files (*.yaml) in ${from}.`);
  return results;
}

function factsOf(
  file: string,
  name: string,
  facts: z.infer<typeof Facts>,
  features: readonly string[],
): RuleFacts {
  const unknown = Object.keys(facts.features ?? {}).find((feature) => !features.includes(feature));
  if (unknown !== undefined)
    throw new StartError(`policy: ${file}, test "${name}": there is no feature ${unknown}.`);
  const given = Object.fromEntries(
    factNames.flatMap((fact) => (facts[fact] === undefined ? [] : [[fact, facts[fact]]])),
  );
  return { ...emptyFacts(), ...given };
}

function differs(
  on: Rule['on'],
  rules: Rule[],
  facts: RuleFacts,
  expect: { rules: string[]; decision?: string | undefined; actions?: string[] | undefined },
): string | undefined {
  const same = (one: string[], other: string[]) =>
    JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
  if (on === 'message') {
    const got = decideMessage({ rules }, facts);
    if (expect.decision !== undefined && got.decision !== expect.decision)
      return `decision ${got.decision}, expected ${expect.decision} (rules ${got.rules.join(', ') || 'none'})`;
    if (!same(got.rules, expect.rules))
      return `rules ${got.rules.join(', ') || 'none'}, expected ${expect.rules.join(', ') || 'none'}`;
    return undefined;
  }
  const got = decideAssessment({ rules }, facts);
  if (expect.actions !== undefined && !same(got.actions, expect.actions))
    return `actions ${got.actions.join(', ') || 'none'}, expected ${expect.actions.join(', ') || 'none'}`;
  if (!same(got.rules, expect.rules))
    return `rules ${got.rules.join(', ') || 'none'}, expected ${expect.rules.join(', ') || 'none'}`;
  return undefined;
}
