import {
  type ASTNode,
  Environment,
  EvaluationError,
  ParseError,
  TypeError as TypeFault,
} from '@marcbachmann/cel-js';
import { checkCost } from './cost.ts';
import { emptyFacts, factNames, type RuleFacts, ruleFacts } from './facts.ts';
import { type Finding, findingAt, findingOfCel } from './finding.ts';
import { checkValues } from './values.ts';

/** Longest expression, in characters: a rule that is longer is a program. */
export const MOST_CHARACTERS = 2000;

/** True when the rule fires; `failed` when it could not be answered (a missing key, a division by zero). */
export type Verdict = boolean | 'failed';

export interface RuleLanguage {
  /** Names of the features a rule may ask for, each 0 when nothing was measured. */
  readonly features: readonly string[];
  /** What is wrong with an expression; empty when it may be used. Offsets are UTF-16 in `when`. */
  check(when: string): Finding[];
  /**
   * The expression as a function. Never throws.
   * @throws Error when {@link check} has findings.
   */
  compile(when: string): (facts: RuleFacts) => Verdict;
}

/** The language of rules: CEL (github.com/google/cel-spec) over {@link ruleFacts}. Runs in browser and server. */
export function createRuleLanguage(features: readonly string[]): RuleLanguage {
  const environment = new Environment({ limits: { maxAstNodes: 400, maxDepth: 40 } });
  for (const name of factNames) environment.registerVariable(name, ruleFacts[name].type);
  const zeros = Object.fromEntries(features.map((name) => [name, 0]));
  const contextOf = (facts: RuleFacts) => ({
    ...facts,
    level: BigInt(facts.level),
    severity: BigInt(facts.severity),
    features: { ...zeros, ...facts.features },
  });

  function check(when: string): Finding[] {
    if (when.trim() === '') return [findingAt(when, 0, when.length, 'empty')];
    if (when.length > MOST_CHARACTERS) {
      return [findingAt(when, MOST_CHARACTERS, when.length, 'too-long', { most: MOST_CHARACTERS })];
    }
    let ast: ASTNode;
    try {
      const program = environment.parse(when);
      const verdict = program.check();
      if (!verdict.valid) return [findingOfCel(when, verdict.error)];
      if (verdict.type !== 'bool')
        return [findingAt(when, 0, when.length, 'not-bool', { type: verdict.type ?? 'dyn' })];
      ast = program.ast;
      const wrong = [...checkCost(when, ast), ...checkValues(when, ast, features)];
      if (wrong.length > 0) return wrong;
      // What fails already on a plain message would fail every day.
      for (const facts of samples(features)) {
        if (typeof program(contextOf(facts)) !== 'boolean') throw new Error('the answer is not yes or no');
      }
      return [];
    } catch (cause) {
      if (cause instanceof ParseError || cause instanceof TypeFault || cause instanceof EvaluationError)
        return [findingOfCel(when, cause)];
      return [findingAt(when, 0, when.length, 'other', { why: String(cause) })];
    }
  }

  return {
    features,
    check,
    compile(when) {
      const [first] = check(when);
      if (first) throw new Error(`line ${first.line}, column ${first.column}: ${first.detail.en}`);
      const program = environment.parse(when);
      return (facts) => {
        try {
          return program(contextOf(facts)) === true;
        } catch (cause) {
          if (cause instanceof EvaluationError) return 'failed';
          throw cause;
        }
      };
    },
  };
}

/** Messages a rule must be able to answer for: nothing seen at all, and everything at its highest. */
function samples(features: readonly string[]): RuleFacts[] {
  return [
    emptyFacts(),
    {
      ...emptyFacts(),
      level: 4,
      score: 6,
      severity: 5,
      cues: [...(ruleFacts.cues.values ?? [])],
      stages: [...(ruleFacts.stages.values ?? [])],
      harm: 'sextortion',
      actorBand: 'adult',
      actorAdult: true,
      recipientBand: '13-15',
      recipientMinor: true,
      features: Object.fromEntries(features.map((name) => [name, 10])),
    },
  ];
}
