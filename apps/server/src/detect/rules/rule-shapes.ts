import { z } from 'zod';
import { Level } from '../../base/vocabulary.ts';
import type { FilePolicy } from '../policy.ts';
import { type BacktestResult, BacktestResult as Result } from './backtest-result.ts';
import type { BacktestRow } from './backtest-store.ts';
import { layOver, OrganisationRules, RuleChange, RuleDefinition } from './rule-set.ts';
import { ruleStates } from './rule-state.ts';
import type { RuleEventRow, VersionRow } from './rule-store.ts';

const Person = z.object({ id: z.string(), name: z.string() });

export const VersionSummary = z
  .object({
    number: z.number().int(),
    name: z.string(),
    state: z.enum(ruleStates),
    percent: z.number().int().describe('Share of accounts that a rollout takes in'),
    basedOn: z.number().int().describe('0: the rules of the files'),
    hash: z.string(),
    author: Person,
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'RuleVersion' });

export const RuleStepTold = z
  .object({
    version: z.number().int(),
    step: z.string(),
    percent: z.number().int().nullable(),
    reason: z.string(),
    changes: z.array(RuleChange),
    by: Person,
    at: z.string(),
  })
  .meta({ id: 'RuleHistoryStep' });

export const VersionDetail = VersionSummary.extend({
  rules: OrganisationRules,
  effective: z
    .array(RuleDefinition)
    .describe('The rules that would be in force: those of the files with these laid over'),
  history: z.array(RuleStepTold),
}).meta({ id: 'RuleVersionDetail' });

export const RulesOverview = z
  .object({
    files: z.object({ version: z.string(), rules: z.array(RuleDefinition) }),
    features: z.array(z.string()),
    inForce: z.number().int().describe('0: the rules of the files'),
    effective: z.array(RuleDefinition),
    candidate: z.number().int().nullable().describe('The version in shadow or rollout'),
    versions: z.array(VersionSummary),
    history: z.array(RuleStepTold),
    mayDraft: z.boolean(),
    mayPublish: z.boolean(),
  })
  .meta({ id: 'RulesOverview' });

export const Shadow = z
  .object({
    counts: z.array(
      z.object({
        on: z.enum(['message', 'assessment']),
        inForce: z.string(),
        candidate: z.string(),
        count: z.number().int(),
      }),
    ),
    rules: z.array(z.object({ rule: z.string(), inForce: z.number().int(), candidate: z.number().int() })),
    differences: z.array(
      z.object({
        eventId: z.string(),
        account: z.string(),
        on: z.enum(['message', 'assessment']),
        level: Level,
        side: z.enum(['in-force', 'candidate']).describe('Which of the two decided'),
        inForce: z.string(),
        candidate: z.string(),
        rules: z.array(z.string()),
        at: z.string(),
      }),
    ),
  })
  .meta({ id: 'RuleShadow' });

export const BacktestTold = z
  .object({
    id: z.string(),
    version: z.number().int(),
    against: z.number().int(),
    hash: z.string().describe('Content of the draft that was tried'),
    days: z.number().int(),
    state: z.enum(['waiting', 'running', 'done', 'cancelled', 'failed']),
    percent: z.number().int(),
    read: z.number().int(),
    total: z.number().int(),
    by: Person,
    createdAt: z.string(),
    updatedAt: z.string(),
    result: Result.nullable(),
  })
  .meta({ id: 'RuleBacktest' });

export function summaryOf(row: VersionRow): z.infer<typeof VersionSummary> {
  return {
    number: row.number,
    name: row.name,
    state: row.state,
    percent: row.percent,
    basedOn: row.basedOn,
    hash: row.hash,
    author: { id: row.authorId, name: row.authorName },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function stepTold(row: RuleEventRow): z.infer<typeof RuleStepTold> {
  return {
    version: row.version,
    step: row.step,
    percent: row.percent,
    reason: row.reason,
    changes: row.changes,
    by: { id: row.actorId, name: row.actorName },
    at: row.at.toISOString(),
  };
}

export function detailOf(
  files: FilePolicy,
  row: VersionRow,
  history: RuleEventRow[],
): z.infer<typeof VersionDetail> {
  return {
    ...summaryOf(row),
    rules: row.rules,
    effective: layOver(files.definitions, row.rules),
    history: history.map(stepTold),
  };
}

export function backtestTold(row: BacktestRow): z.infer<typeof BacktestTold> {
  // A run reads no more than it counted; 100 is said only when the result stands.
  const part = row.total === 0 ? 0 : Math.min(99, Math.floor((row.read / row.total) * 100));
  return {
    id: row.id,
    version: row.version,
    against: row.against,
    hash: row.hash,
    days: row.days,
    state: row.state,
    percent: row.state === 'done' ? 100 : part,
    read: row.read,
    total: row.total,
    by: { id: row.authorId, name: row.authorName },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    result: row.result as BacktestResult | null,
  };
}
