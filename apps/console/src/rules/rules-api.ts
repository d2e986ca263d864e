import type { LocalText } from '../api.ts';

export type Decision = 'allow' | 'warn' | 'hold' | 'block';
export const decisions: Decision[] = ['allow', 'warn', 'hold', 'block'];

export interface RuleDefinition {
  id: string;
  on: 'message' | 'assessment';
  when: string;
  decision?: Decision;
  actions?: string[];
  reason: LocalText;
}
/** What the organisation says differently: see OrganisationRule of the API. */
export type OwnRule =
  | { id: string; on: 'off' }
  | { id: string; on: 'message'; when: string; decision: Decision; reason: LocalText }
  | { id: string; on: 'assessment'; when: string; actions: ['open-case']; reason: LocalText };

export type VersionState = 'draft' | 'shadow' | 'rollout' | 'published' | 'replaced' | 'discarded';
interface Person {
  id: string;
  name: string;
}
export interface VersionSummary {
  number: number;
  name: string;
  state: VersionState;
  percent: number;
  basedOn: number;
  hash: string;
  author: Person;
  createdAt: string;
  updatedAt: string;
}
export interface RuleChange {
  id: string;
  change: 'added' | 'removed' | 'changed';
  before: RuleDefinition | null;
  after: RuleDefinition | null;
}
export interface HistoryStep {
  version: number;
  step: string;
  percent: number | null;
  reason: string;
  changes: RuleChange[];
  by: Person;
  at: string;
}
export interface VersionDetail extends VersionSummary {
  rules: OwnRule[];
  effective: RuleDefinition[];
  history: HistoryStep[];
}
export interface RulesOverview {
  files: { version: string; rules: RuleDefinition[] };
  features: string[];
  inForce: number;
  effective: RuleDefinition[];
  candidate: number | null;
  versions: VersionSummary[];
  history: HistoryStep[];
  mayDraft: boolean;
  mayPublish: boolean;
}
export interface Shadow {
  counts: { on: 'message' | 'assessment'; inForce: string; candidate: string; count: number }[];
  rules: { rule: string; inForce: number; candidate: number }[];
  differences: {
    eventId: string;
    account: string;
    on: 'message' | 'assessment';
    level: string;
    side: 'in-force' | 'candidate';
    inForce: string;
    candidate: string;
    rules: string[];
    at: string;
  }[];
}
interface Both {
  inForce: number;
  draft: number;
}
export interface Example {
  eventId: string;
  account: string;
  at: string;
  level: string;
  inForce: string;
  draft: string;
  rules: string[];
  outcome: 'confirmed' | 'dismissed' | 'undecided' | 'none';
  caseId: string | null;
}
export interface BacktestResult {
  events: number;
  messages: number;
  assessments: number;
  levels: { level: string; assessments: number; cases: Both }[];
  rules: ({ id: string; on: 'message' | 'assessment' } & Both)[];
  decisions: ({ decision: string } & Both)[];
  outcomes: ({ outcome: Example['outcome'] } & Both)[];
  cases: Both;
  gained: Example[];
  lost: Example[];
  gainedCount: number;
  lostCount: number;
  stricter: Example[];
  milder: Example[];
  stricterCount: number;
  milderCount: number;
  textMissing: number;
}
export interface Backtest {
  id: string;
  version: number;
  against: number;
  hash: string;
  days: number;
  state: 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';
  percent: number;
  read: number;
  total: number;
  by: Person;
  createdAt: string;
  result: BacktestResult | null;
}
