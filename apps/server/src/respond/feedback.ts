import type { Tx } from '../base/database.ts';
import {
  countByCue,
  countByReason,
  countByRule,
  type DecisionRow,
  decisionsOfAccounts,
  decisionsOfEvents,
  type LabelCount,
} from './label-store.ts';
import type { Verdict } from './labels.ts';
import { type Precision, precisionOf } from './precision.ts';

export interface Tally {
  confirmed: number;
  dismissed: number;
  undecided: number;
  precision: Precision | null;
}

export interface PrecisionRow extends Tally {
  id: string;
  levels: (Tally & { level: string })[];
  months: (Tally & { month: string })[];
}

/** What responders decided, held against what detection said. Counts are closed cases. */
export interface Feedback {
  from: string;
  to: string;
  /** Cases in which detection raised an assessment; reports by people say nothing of its precision. */
  detected: PrecisionRow;
  cues: PrecisionRow[];
  rules: PrecisionRow[];
  reasons: { outcome: string; reason: string; count: number }[];
}

/** The report over the last `months` months (UTC), the one that runs included. */
export async function readFeedback(
  tx: Tx,
  organisationId: string,
  months: number,
  now: Date,
): Promise<Feedback> {
  const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months + 1, 1));
  const byReason = await countByReason(tx, organisationId, from);
  const detected = byReason.filter((row) => row.detected).map((row) => ({ ...row, id: 'all' }));
  const reasons = new Map<string, { outcome: string; reason: string; count: number }>();
  for (const { outcome, reason, count } of byReason) {
    const before = reasons.get(reason)?.count ?? 0;
    reasons.set(reason, { outcome, reason, count: before + count });
  }
  return {
    from: from.toISOString(),
    to: now.toISOString(),
    detected: foldRows(detected)[0] ?? { id: 'all', ...tallyOf([]), levels: [], months: [] },
    cues: foldRows(await countByCue(tx, organisationId, from)),
    rules: foldRows(await countByRule(tx, organisationId, from)),
    reasons: [...reasons.values()].sort((a, b) => b.count - a.count),
  };
}

/** Counts folded by id, most decided first. Pure. */
export function foldRows(counts: readonly LabelCount[]): PrecisionRow[] {
  return grouped(counts, ({ id }) => id)
    .map(([id, own]) => ({
      id,
      ...tallyOf(own),
      levels: grouped(own, ({ level }) => level).map(([level, some]) => ({ level, ...tallyOf(some) })),
      months: grouped(own, ({ month }) => month)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([month, some]) => ({ month, ...tallyOf(some) })),
    }))
    .sort((a, b) => b.confirmed + b.dismissed - (a.confirmed + a.dismissed) || (a.id < b.id ? -1 : 1));
}

function tallyOf(counts: readonly LabelCount[]): Tally {
  const sum = (verdict: Verdict) =>
    counts.filter((one) => one.verdict === verdict).reduce((total, { count }) => total + count, 0);
  const confirmed = sum('confirmed');
  const dismissed = sum('dismissed');
  return { confirmed, dismissed, undecided: sum('undecided'), precision: precisionOf(confirmed, dismissed) };
}

function grouped<T>(items: readonly T[], key: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups];
}

/** What people decided about a case; `verdict` is what that says of detection. */
export interface HumanDecision {
  caseId: string;
  verdict: Verdict;
  outcome: string;
  reason: string;
  at: Date;
}

/**
 * The newest human decision for each given account (as the subject of a case) and each given event (as evidence in
 * one); what nobody decided, or what was reopened, is absent. For backtests: hold a draft rule against it.
 */
export async function humanDecisions(
  tx: Tx,
  organisationId: string,
  of: { accounts?: readonly string[]; eventIds?: readonly string[] },
): Promise<{ accounts: Map<string, HumanDecision>; events: Map<string, HumanDecision> }> {
  return {
    accounts: newest(await decisionsOfAccounts(tx, organisationId, of.accounts ?? [])),
    events: newest(await decisionsOfEvents(tx, organisationId, of.eventIds ?? [])),
  };
}

function newest(found: DecisionRow[]): Map<string, HumanDecision> {
  return new Map(
    found.map(({ key, case_id, verdict, outcome, reason, at }) => [
      key,
      { caseId: case_id, verdict, outcome, reason, at: new Date(at) },
    ]),
  );
}
