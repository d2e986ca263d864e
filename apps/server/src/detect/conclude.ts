import { createHash } from 'node:crypto';
import { cueById } from '@keben/cues';
import { type AgeBand, isMinor, rank } from '../base/vocabulary.ts';
import type { Assessment } from './assessment.ts';
import { type DetectionPolicy, decideAssessment, type RuleFacts } from './policy.ts';
import type { Risk } from './risk.ts';

/** Everything an assessment is made of; `key` names it for ever, `facts` what the rules may see beyond the risk. */
export interface Finding {
  key: string[];
  event: { organisationId: string; position: number; eventId: string; time: Date };
  account: string;
  accountBand: AgeBand;
  counterpart: string | null;
  counterpartBand: AgeBand | null;
  relationship: string;
  risk: Risk;
  /** Cues of the message itself; without, those of the risk. */
  cues?: readonly { cue: string }[];
  stages?: string[];
  features?: Record<string, number>;
}

/** Asks the rules and writes the assessment down. Pure: the same finding gives the same assessment, byte for byte. */
export function conclude(policy: DetectionPolicy, finding: Finding): Assessment {
  const { event, risk } = finding;
  const { actions, rules, silent } = decideAssessment(policy, factsOf(finding));
  return {
    id: stableId(finding.key),
    organisationId: event.organisationId,
    position: event.position,
    eventId: event.eventId,
    account: finding.account,
    accountBand: finding.accountBand,
    counterpart: finding.counterpart,
    counterpartBand: finding.counterpartBand,
    level: risk.level,
    score: risk.score,
    harm: risk.harm,
    cues: risk.contributions.filter((term) => term.kind === 'cue').map((term) => term.id),
    contributions: risk.contributions,
    rules,
    actions,
    version: policy.version,
    at: event.time,
    ...(silent === undefined ? {} : { silent }),
  };
}

/** What the rules may look at. */
export function factsOf(
  finding: Pick<
    Finding,
    'risk' | 'relationship' | 'accountBand' | 'counterpartBand' | 'cues' | 'stages' | 'features'
  >,
): RuleFacts {
  const { risk, relationship, accountBand, counterpartBand } = finding;
  const terms = risk.contributions;
  const cues = finding.cues ?? terms.filter((term) => term.kind === 'cue').map((term) => ({ cue: term.id }));
  const recipientBand = counterpartBand ?? 'unknown';
  return {
    level: rank(risk.level),
    score: risk.score,
    severity: severityOf(cues),
    cues: [...new Set(cues.map((cue) => cue.cue))],
    stages: finding.stages ?? terms.filter((term) => term.kind === 'stage').map((term) => term.id),
    harm: risk.harm ?? '',
    relationship,
    known: relationship === 'friend' || relationship === 'family' || relationship === 'teacher',
    actorBand: accountBand,
    actorAdult: accountBand === 'adult' || accountBand === '18-24',
    recipientBand,
    recipientMinor: isMinor(recipientBand),
    features: finding.features ?? {},
  };
}

/** The gravest cue's severity, 0 without cues. */
export function severityOf(cues: readonly { cue: string }[]): number {
  let worst = 0;
  for (const { cue } of cues) worst = Math.max(worst, cueById(cue)?.severity ?? 0);
  return worst;
}

/** A UUID (version 8, RFC 9562) that follows from its parts: the same parts give the same id, always. */
export function stableId(parts: string[]): string {
  const hex = createHash('sha256').update(parts.join('\n')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
