import { createHash } from 'node:crypto';
import type { Finding, RuleFacts, RuleLanguage, Verdict } from '@keben/cues/rules';
import { z } from 'zod';
import { LocalText } from '../../base/vocabulary.ts';

export const Decision = z.enum(['allow', 'warn', 'hold', 'block']);
export type Decision = z.infer<typeof Decision>;
export const RuleAction = z.enum(['open-case', 'restrict-contact', 'suspend', 'warn']);

const id = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens')
  .max(64);
const reason = LocalText.refine(({ vi, en }) => vi.trim() !== '' && en.trim() !== '', {
  message: 'must be written in Vietnamese and in English',
});

/** One rule as a file or an organisation writes it. */
export const RuleDefinition = z
  .strictObject({
    id,
    on: z.enum(['message', 'assessment']),
    when: z.string().max(4000),
    decision: Decision.optional(),
    actions: z.array(RuleAction).max(4).optional(),
    reason,
  })
  .meta({ id: 'RuleDefinition' });
export type RuleDefinition = z.infer<typeof RuleDefinition>;

/**
 * What an organisation lays over the rules of the files: a rule of its own, one that stands in for the file's rule of the
 * same id, or (`off`) the file's rule of that id switched off. Only what a person can still turn back may be asked for.
 */
export const OrganisationRule = z
  .discriminatedUnion('on', [
    z.strictObject({ id, on: z.literal('off') }),
    z.strictObject({ id, on: z.literal('message'), when: z.string().max(4000), decision: Decision, reason }),
    z.strictObject({
      id,
      on: z.literal('assessment'),
      when: z.string().max(4000),
      actions: z.tuple([z.literal('open-case')]),
      reason,
    }),
  ])
  .meta({ id: 'OrganisationRule' });
export type OrganisationRule = z.infer<typeof OrganisationRule>;
export const OrganisationRules = z.array(OrganisationRule).max(100);

/** The rules in force when `own` is laid over the files' rules: the files' order, then what is new. */
export function layOver(
  files: readonly RuleDefinition[],
  own: readonly OrganisationRule[],
): RuleDefinition[] {
  const byId = new Map(own.map((rule) => [rule.id, rule]));
  const known = new Set(files.map((rule) => rule.id));
  const told = (rule: OrganisationRule): RuleDefinition[] => (rule.on === 'off' ? [] : [rule]);
  return [
    ...files.flatMap((rule) => {
      const instead = byId.get(rule.id);
      return instead ? told(instead) : [rule];
    }),
    ...own.filter((rule) => !known.has(rule.id)).flatMap(told),
  ];
}

/** One thing wrong in a set: a JSON Pointer into the list of rules, and the place in `when` if it is there. */
export interface RuleFault {
  pointer: string;
  finding?: Finding;
  detail: string;
}

/** Everything wrong in an organisation's rules; empty when they may be used. */
export function faultsOf(
  language: RuleLanguage,
  files: readonly RuleDefinition[],
  own: readonly OrganisationRule[],
): RuleFault[] {
  const inFiles = new Set(files.map((rule) => rule.id));
  return own.flatMap((rule, index): RuleFault[] => {
    const twice = own.findIndex((other) => other.id === rule.id) !== index;
    if (twice)
      return [{ pointer: `/${index}/id`, detail: `two rules have the id ${rule.id}: give each its own` }];
    if (rule.on === 'off') {
      return inFiles.has(rule.id)
        ? []
        : [
            {
              pointer: `/${index}/id`,
              detail: `there is no rule ${rule.id} to switch off: remove this line`,
            },
          ];
    }
    return language.check(rule.when).map((finding) => ({
      pointer: `/${index}/when`,
      finding,
      detail: `rule ${rule.id}, line ${finding.line}, column ${finding.column}: ${finding.detail.en} ${finding.mend.en}`,
    }));
  });
}

/** A rule that can be asked. */
export interface Rule {
  id: string;
  on: 'message' | 'assessment';
  decision: Decision | undefined;
  actions: string[];
  reason: LocalText;
  holds(facts: RuleFacts): Verdict;
}

/** @throws Error when an expression is not valid: check first. */
export function compileRules(language: RuleLanguage, rules: readonly RuleDefinition[]): Rule[] {
  return rules.map((rule) => ({
    id: rule.id,
    on: rule.on,
    decision: rule.decision,
    actions: rule.actions ?? [],
    reason: rule.reason,
    holds: language.compile(rule.when),
  }));
}

/** Ten hexadecimal digits that name the content of a set. */
export function hashOf(rules: readonly OrganisationRule[]): string {
  return createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 10);
}

export const RuleChange = z
  .object({
    id: z.string(),
    change: z.enum(['added', 'removed', 'changed']),
    before: RuleDefinition.nullable(),
    after: RuleDefinition.nullable(),
  })
  .meta({ id: 'RuleChange' });
export type RuleChange = z.infer<typeof RuleChange>;

/** What differs between two sets in force, by id. */
export function differenceOf(
  before: readonly RuleDefinition[],
  after: readonly RuleDefinition[],
): RuleChange[] {
  const old = new Map(before.map((rule) => [rule.id, rule]));
  const fresh = new Map(after.map((rule) => [rule.id, rule]));
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((ruleId) => {
    const [one, other] = [old.get(ruleId) ?? null, fresh.get(ruleId) ?? null];
    const same =
      one !== null && other !== null && JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
    if (same) return [];
    const change = one === null ? 'added' : other === null ? 'removed' : 'changed';
    return [{ id: ruleId, change, before: one, after: other }];
  });
}

function inOrder({ on, when, decision, actions, reason: { vi, en } }: RuleDefinition) {
  return [on, when.trim(), decision ?? null, actions ?? [], vi, en];
}
