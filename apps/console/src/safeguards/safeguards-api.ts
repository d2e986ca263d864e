import type { LocalText } from '../api.ts';

/** What the organisation says differently: see OwnSafeguard of the API. */
export type OwnPolicy = { id: string; off: true } | { id: string; file: string; text: string };

export type VersionState = 'draft' | 'proposed' | 'published' | 'superseded' | 'refused' | 'withdrawn';
interface Person {
  id: string;
  name: string;
}
interface Named {
  id: string;
  name: LocalText;
}
export interface PolicyTold {
  id: string;
  file: string;
  origin: 'files' | 'changed' | 'own';
  kind: 'permit' | 'deny' | 'limit' | 'warn' | 'unreadable';
  effect: LocalText;
  actions: LocalText[];
  conditions: {
    text: LocalText;
    cedar: boolean;
    anyOf?: { text: LocalText; cedar: boolean }[];
  }[];
  sentence: LocalText;
  whole: boolean;
  reason: LocalText;
  cue: Named | null;
  law: Named | null;
  obligation: string | null;
  text: string;
}
export interface VersionSummary {
  number: number;
  name: string;
  state: VersionState;
  basedOn: number;
  hash: string;
  author: Person;
  hands: string[];
  createdAt: string;
  updatedAt: string;
}
export interface PolicyChange {
  id: string;
  file: string;
  change: 'added' | 'removed' | 'changed';
  before: string | null;
  after: string | null;
}
export interface HistoryStep {
  version: number;
  step: string;
  reason: string;
  changes: PolicyChange[];
  by: Person;
  at: string;
}
export interface VersionDetail extends VersionSummary {
  policies: OwnPolicy[];
  effective: PolicyTold[];
  changes: PolicyChange[];
  history: HistoryStep[];
}
export interface Vocabulary {
  actions: Named[];
  account: string[];
  context: string[];
  settings: (Named & { values: string[] })[];
  obligations: Named[];
  laws: Named[];
}
export interface Overview {
  files: { version: string; policies: PolicyTold[] };
  inForce: number;
  fault: string | null;
  policies: PolicyTold[];
  off: string[];
  versions: VersionSummary[];
  history: HistoryStep[];
  vocabulary: Vocabulary;
  floor: { id: string; name: LocalText; law: Named | null }[];
  you: string;
  mayDraft: boolean;
  mayApprove: boolean;
}
export interface Outcome {
  decision: 'allow' | 'deny' | 'limit';
  obligations: string[];
  text: LocalText;
}
export interface PolicyFault {
  index: number;
  policy: string;
  file: string;
  line: number | null;
  detail: string;
}
export interface FloorBreak {
  protection: string;
  name: LocalText;
  law: Named | null;
  count: number;
  situations: LocalText[];
}
export interface MatrixChange {
  id: string;
  name: LocalText;
  before: Outcome;
  after: Outcome;
  policies: string[];
}
export interface Examined {
  faults: PolicyFault[];
  floor: FloorBreak[];
  matrix: MatrixChange[];
  situations: number;
  told: PolicyTold[];
}
export interface Difference extends Examined {
  against: number;
  samples: {
    from: string | null;
    total: number;
    requests: number;
    alike: number;
    changed: number;
    stricter: number;
    looser: number;
    unreadable: number;
    groups: {
      action: string;
      actionName: LocalText;
      before: Outcome;
      after: Outcome;
      policies: string[];
      requests: number;
      alike: number;
      examples: LocalText[];
    }[];
  };
}
