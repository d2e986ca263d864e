import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Environment } from '@marcbachmann/cel-js';
import { parse } from 'yaml';
import { z } from 'zod';
import { StartError } from '../base/data-dir.ts';
import { LocalText } from '../base/vocabulary.ts';

export const policyFolder = join(import.meta.dirname, '../../../../policy');

const Feature = z.strictObject({ from: z.number(), each: z.number(), max: z.number() });

const RiskFile = z.strictObject({
  version: z.string(),
  prior: z.strictObject({
    stranger: z.number(),
    contact: z.number(),
    friend: z.number(),
    family: z.number(),
    teacher: z.number(),
  }),
  ageGap: z.strictObject({ adult: z.number(), '18-24': z.number(), unknown: z.number() }),
  severity: z.record(z.string(), z.number()),
  repeat: z.number().min(0).max(1),
  halfLifeDays: z.number().positive(),
  stage: z.number(),
  features: z.record(z.string(), Feature),
  levels: z.strictObject({ watch: z.number(), elevated: z.number(), high: z.number(), critical: z.number() }),
});
export type RiskPolicy = z.infer<typeof RiskFile>;

const Decision = z.enum(['allow', 'warn', 'hold', 'block']);
export type Decision = z.infer<typeof Decision>;

const RuleFile = z.strictObject({
  version: z.string(),
  on: z.enum(['message', 'assessment']),
  rules: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9-]+$/),
      when: z.string(),
      decision: Decision.optional(),
      actions: z.array(z.enum(['open-case', 'restrict-contact', 'suspend', 'warn'])).optional(),
      reason: LocalText,
    }),
  ),
});

/** What a rule may look at; levels are ranks 0..4. */
export interface RuleFacts {
  level: number;
  score: number;
  severity: number;
  cues: string[];
  stages: string[];
  harm: string;
  relationship: string;
  known: boolean;
  actorBand: string;
  actorAdult: boolean;
  recipientBand: string;
  recipientMinor: boolean;
  features: Record<string, number>;
}

export interface Rule {
  id: string;
  on: 'message' | 'assessment';
  decision: Decision | undefined;
  actions: string[];
  reason: LocalText;
  holds(facts: RuleFacts): boolean;
}

export interface DetectionPolicy {
  risk: RiskPolicy;
  rules: Rule[];
  /** Names the exact policy that decided: versions of the files and a hash of their bytes. */
  version: string;
}

const celTypes: Record<keyof RuleFacts, string> = {
  level: 'int',
  score: 'double',
  severity: 'int',
  cues: 'list<string>',
  stages: 'list<string>',
  harm: 'string',
  relationship: 'string',
  known: 'bool',
  actorBand: 'string',
  actorAdult: 'bool',
  recipientBand: 'string',
  recipientMinor: 'bool',
  features: 'map<string, double>',
};

/** Reads risk weights and rules; a file with an error stops the start and is named with what is wrong. */
export function loadDetectionPolicy(options: { rulesFolder?: string } = {}): DetectionPolicy {
  const hash = createHash('sha256');
  const riskText = readFileSync(join(policyFolder, 'risk.yaml'), 'utf8');
  hash.update(riskText);
  const risk = checked('risk.yaml', RiskFile, riskText);
  const folder = options.rulesFolder ?? join(policyFolder, 'rules');
  const environment = new Environment();
  for (const [name, type] of Object.entries(celTypes)) environment.registerVariable(name, type);
  const rules: Rule[] = [];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()) {
    const text = readFileSync(join(folder, file), 'utf8');
    hash.update(text);
    const parsed = checked(file, RuleFile, text);
    for (const rule of parsed.rules) rules.push(compileRule(environment, file, parsed.on, rule));
  }
  const twice = rules.find((rule, index) => rules.findIndex((other) => other.id === rule.id) !== index);
  if (twice) throw new StartError(`policy: two rules have the id ${twice.id}. Give each its own.`);
  return { risk, rules, version: `${risk.version}+${hash.digest('hex').slice(0, 12)}` };
}

function compileRule(
  environment: Environment,
  file: string,
  on: Rule['on'],
  rule: z.infer<typeof RuleFile>['rules'][number],
): Rule {
  try {
    const program = environment.parse(rule.when);
    const verdict = program.check();
    if (!verdict.valid) throw new Error(String(verdict.error?.message ?? verdict.error));
    if (verdict.type !== 'bool') throw new Error(`the expression gives ${verdict.type}, not bool`);
    return {
      id: rule.id,
      on,
      decision: rule.decision,
      actions: rule.actions ?? [],
      reason: rule.reason,
      holds: (facts) =>
        program({ ...facts, level: BigInt(facts.level), severity: BigInt(facts.severity) }) === true,
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`policy: rule ${rule.id} in ${file} is not valid CEL: ${why}`, { cause });
  }
}

function checked<T>(file: string, schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new StartError(`policy: ${file} is not valid:\n${why}`, { cause });
  }
}

const strictness: Decision[] = ['allow', 'warn', 'hold', 'block'];

/** The strictest decision of the message rules that fire, with their ids. */
export function decideMessage(
  policy: DetectionPolicy,
  facts: RuleFacts,
): { decision: Decision; rules: string[] } {
  const fired = policy.rules.filter((rule) => rule.on === 'message' && rule.holds(facts));
  const decision = fired.reduce<Decision>(
    (worst, rule) =>
      strictness.indexOf(rule.decision ?? 'allow') > strictness.indexOf(worst)
        ? (rule.decision ?? 'allow')
        : worst,
    'allow',
  );
  return { decision, rules: fired.map((rule) => rule.id) };
}

/** Actions that the assessment rules ask for, with the ids of the rules. */
export function decideAssessment(
  policy: DetectionPolicy,
  facts: RuleFacts,
): { actions: string[]; rules: string[] } {
  const fired = policy.rules.filter((rule) => rule.on === 'assessment' && rule.holds(facts));
  return {
    actions: [...new Set(fired.flatMap((rule) => rule.actions))],
    rules: fired.map((rule) => rule.id),
  };
}
