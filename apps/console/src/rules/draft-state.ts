import type { Finding, RuleLanguage } from '@keben/cues/rules';
import type { OwnRule, RuleChange, RuleDefinition } from './rules-api.ts';

/** One line of the list: the file's rule, what the organisation says instead, or both. */
export interface Line {
  id: string;
  file?: RuleDefinition;
  own?: OwnRule;
  /** The rule that counts; absent when it is switched off. */
  rule?: RuleDefinition;
}

/** The files' rules in their order, then the organisation's own. */
export function linesOf(files: readonly RuleDefinition[], own: readonly OwnRule[]): Line[] {
  const instead = new Map(own.map((rule) => [rule.id, rule]));
  const known = new Set(files.map(({ id }) => id));
  return [
    ...files.map((file): Line => {
      const rule = instead.get(file.id);
      if (!rule) return { id: file.id, file, rule: file };
      return rule.on === 'off' ? { id: file.id, file, own: rule } : { id: file.id, file, own: rule, rule };
    }),
    ...own.flatMap((rule): Line[] =>
      known.has(rule.id) || rule.on === 'off' ? [] : [{ id: rule.id, own: rule, rule }],
    ),
  ];
}

/** An own copy of a file's rule, to be changed. */
export function ownCopy(file: RuleDefinition): OwnRule {
  const { id, when, reason } = file;
  return file.on === 'message'
    ? { id, on: 'message', when, decision: file.decision ?? 'warn', reason }
    : { id, on: 'assessment', when, actions: ['open-case'], reason };
}

/** True when both say the same, in whatever order their fields stand. */
export function sameRules(one: readonly OwnRule[], other: readonly OwnRule[]): boolean {
  const inOrder = (rules: readonly OwnRule[]) =>
    JSON.stringify(rules.map((rule) => Object.entries(rule).sort(([a], [b]) => (a < b ? -1 : 1))));
  return inOrder(one) === inOrder(other);
}

export interface Faults {
  when: Finding[];
  id?: 'idTaken' | 'idWrong';
  reason: boolean;
}

/** What must be mended before the rules can be saved, by place in `own`; only what is wrong is listed. */
export function faultsOf(
  language: RuleLanguage,
  files: readonly RuleDefinition[],
  own: readonly OwnRule[],
): Map<number, Faults> {
  const fileIds = new Set(files.map(({ id }) => id));
  const found = new Map<number, Faults>();
  own.forEach((rule, at) => {
    if (rule.on === 'off') return;
    const taken = own.some((other, index) => other.id === rule.id && index < at);
    const wrong = !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(rule.id);
    const faults: Faults = {
      when: language.check(rule.when),
      ...(wrong ? { id: 'idWrong' as const } : taken ? { id: 'idTaken' as const } : {}),
      reason: !fileIds.has(rule.id) && (rule.reason.vi.trim() === '' || rule.reason.en.trim() === ''),
    };
    if (faults.when.length > 0 || faults.id !== undefined || faults.reason) found.set(at, faults);
  });
  return found;
}

/** What differs between two sets, by id; the server says the same of what is stored. */
export function differenceOf(
  before: readonly RuleDefinition[],
  after: readonly RuleDefinition[],
): RuleChange[] {
  const old = new Map(before.map((rule) => [rule.id, rule]));
  const fresh = new Map(after.map((rule) => [rule.id, rule]));
  const key = (rule: RuleDefinition) =>
    JSON.stringify([
      rule.on,
      rule.when.trim(),
      rule.decision ?? null,
      rule.actions ?? [],
      rule.reason.vi,
      rule.reason.en,
    ]);
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((id): RuleChange[] => {
    const [one, other] = [old.get(id) ?? null, fresh.get(id) ?? null];
    if (one && other && key(one) === key(other)) return [];
    return [
      {
        id,
        change: one === null ? 'added' : other === null ? 'removed' : 'changed',
        before: one,
        after: other,
      },
    ];
  });
}
