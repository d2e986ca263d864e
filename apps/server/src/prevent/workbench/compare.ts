import type { LocalText } from '../../base/vocabulary.ts';
import type { ActionName } from '../actions.ts';
import type { Situation } from '../facts.ts';
import type { Safeguards, Verdict } from '../safeguards.ts';
import type { MatrixRow } from './matrix.ts';
import { type Outcome, saySituation } from './say-situation.ts';

/** Real requests that were alike: their facts and how many there were. */
export interface Sample {
  situation: Situation;
  count: number;
}

/** Requests that come out differently in the same way. */
export interface ChangeGroup {
  action: ActionName;
  before: Outcome;
  after: Outcome;
  /** Policies that decide on one side only. */
  policies: string[];
  requests: number;
  /** Distinct facts among them. */
  alike: number;
  /** Some of them in words, the most frequent first. */
  examples: LocalText[];
}

export interface SampleComparison {
  /** Requests judged on both sides. */
  requests: number;
  alike: number;
  changed: number;
  /** Among `changed`: stricter than before, or looser; the rest comes with other obligations. */
  stricter: number;
  looser: number;
  /** Requests from before an update, whose facts the schema no longer knows. */
  unreadable: number;
  groups: ChangeGroup[];
}

export interface MatrixChange {
  id: string;
  name: LocalText;
  before: Outcome;
  after: Outcome;
  policies: string[];
}

/** Examples that are told of each group. */
const EXAMPLES = 3;

export function outcomeOf({ decision, obligations }: Verdict): Outcome {
  // What is denied is denied, whatever else would have been asked.
  if (decision === 'deny') return { decision, obligations: [] };
  return { decision, obligations: [...new Set(obligations.map(({ id }) => id))].sort() };
}

const same = (one: Outcome, other: Outcome) =>
  one.decision === other.decision && one.obligations.join() === other.obligations.join();

const strictness = { allow: 0, limit: 1, deny: 2 } as const;

/** Policies that stand behind what is not simply allowed. */
const behind = (verdict: Verdict) =>
  verdict.decision === 'allow' && verdict.obligations.length === 0 ? [] : verdict.policies;

/** Policies that determine one of the verdicts and not the other. */
function differing(one: Verdict, other: Verdict): string[] {
  const [old, fresh] = [behind(one), behind(other)];
  return [...old.filter((id) => !fresh.includes(id)), ...fresh.filter((id) => !old.includes(id))].sort();
}

type Judge = Pick<Safeguards, 'judge'>;

/** The built-in situations that come out differently. */
export function compareMatrix(before: Judge, after: Judge, rows: readonly MatrixRow[]): MatrixChange[] {
  return rows.flatMap(({ id, name, situation }) => {
    const [old, fresh] = [before.judge(situation), after.judge(situation)];
    const [from, to] = [outcomeOf(old), outcomeOf(fresh)];
    return same(from, to) ? [] : [{ id, name, before: from, after: to, policies: differing(old, fresh) }];
  });
}

/** How real requests would have come out, the most frequent changes first. */
export function compareSamples(before: Judge, after: Judge, samples: readonly Sample[]): SampleComparison {
  const groups = new Map<string, ChangeGroup & { situations: Situation[] }>();
  const total = { requests: 0, alike: 0, changed: 0, stricter: 0, looser: 0, unreadable: 0 };
  for (const { situation, count } of [...samples].sort((a, b) => b.count - a.count)) {
    const verdicts = judgeBoth(before, after, situation);
    if (!verdicts) {
      total.unreadable += count;
      continue;
    }
    total.requests += count;
    total.alike++;
    const [old, fresh] = verdicts;
    const [from, to] = [outcomeOf(old), outcomeOf(fresh)];
    if (same(from, to)) continue;
    total.changed += count;
    const rise = strictness[to.decision] - strictness[from.decision];
    if (rise > 0) total.stricter += count;
    if (rise < 0) total.looser += count;
    const policies = differing(old, fresh);
    const key = JSON.stringify([situation.action, from, to, policies]);
    const group = groups.get(key) ?? {
      action: situation.action,
      before: from,
      after: to,
      policies,
      requests: 0,
      alike: 0,
      examples: [],
      situations: [],
    };
    group.requests += count;
    group.alike++;
    if (group.situations.length < EXAMPLES) group.situations.push(situation);
    groups.set(key, group);
  }
  return {
    ...total,
    groups: [...groups.values()]
      .sort((a, b) => b.requests - a.requests)
      .map(({ situations, ...group }) => ({ ...group, examples: situations.map(saySituation) })),
  };
}

/** Undefined when the facts fit neither schema: they were noted before an update. */
function judgeBoth(before: Judge, after: Judge, situation: Situation): [Verdict, Verdict] | undefined {
  try {
    return [before.judge(situation), after.judge(situation)];
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('safeguards could not judge')) return undefined;
    throw error;
  }
}
