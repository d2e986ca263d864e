import type { Assessment } from '../detect/index.ts';

export const outcomes = ['confirmed', 'dismissed', 'referred'] as const;
export type Outcome = (typeof outcomes)[number];

/** Why a case was closed as it was: the short list of the closing dialog. Codes are stable: labels keep them. */
export const reasons = {
  confirmed: ['harm-happened', 'attempt', 'other-harm'],
  dismissed: [
    'misread',
    'innocent-context',
    'known-people',
    'false-report',
    'not-enough-information',
    'duplicate',
    'test',
  ],
  referred: ['not-ours', 'needs-investigation', 'needs-care'],
} as const satisfies Record<Outcome, readonly string[]>;
export type Reason = (typeof reasons)[Outcome][number];
export const reasonCodes = Object.values(reasons).flat() as [Reason, ...Reason[]];

/** What a closing says of the machine: right, wrong, or nothing. */
export const verdicts = ['confirmed', 'dismissed', 'undecided'] as const;
export type Verdict = (typeof verdicts)[number];

// Closed, but nobody found out whether the signs meant harm: these must neither raise nor lower precision.
const silent = new Set<Reason>(['not-enough-information', 'duplicate', 'test']);

export function reasonFits(outcome: Outcome, reason: Reason): boolean {
  return (reasons[outcome] as readonly Reason[]).includes(reason);
}

/** A referral leaves the judgement to somebody else, so it decides nothing about the machine. */
export function verdictOf(outcome: Outcome, reason: Reason): Verdict {
  if (outcome === 'referred' || silent.has(reason)) return 'undecided';
  return outcome;
}

/** What is read of an evidence message. */
interface Evidence {
  id: string;
  position: number | null;
  eventId: string | null;
  cues: { cue: string; score: number }[];
}

/** What a label keeps of one assessment; texts stay sealed in the evidence. */
export interface LabelledAssessment {
  id: string;
  level: string;
  harm: string | null;
  rules: string[];
  /** Policy version that decided. */
  version: string;
  eventId: string;
  at: string;
  cues: { cue: string; score: number; events: string[] }[];
}

/** One cue in one evidence message when the case was closed; `score` is the strongest sighting there. */
export interface LabelledSighting {
  evidence: string;
  eventId: string | null;
  cue: string;
  score: number;
}

/** The cues that an assessment counted, with their scores and events as the case's evidence holds them. */
export function labelledAssessment(
  assessment: Assessment,
  evidence: readonly Evidence[],
): LabelledAssessment {
  const at = new Map(
    evidence.flatMap((row) => (row.position === null ? [] : [[row.position, row] as const])),
  );
  return {
    id: assessment.id,
    level: assessment.level,
    harm: assessment.harm,
    rules: assessment.rules,
    version: assessment.version,
    eventId: assessment.eventId,
    at: assessment.at.toISOString(),
    cues: assessment.contributions
      .filter(({ kind }) => kind === 'cue')
      .map(({ id, evidence: positions }) => {
        const behind = positions.flatMap((position) => at.get(position) ?? []);
        const scores = behind.flatMap(({ cues }) => cues.filter(({ cue }) => cue === id));
        return {
          cue: id,
          score: Math.max(0, ...scores.map(({ score }) => score)),
          events: behind.flatMap(({ eventId }) => eventId ?? []),
        };
      }),
  };
}

export function sightingsOf(evidence: readonly Evidence[]): LabelledSighting[] {
  return evidence.flatMap(({ id, eventId, cues }) =>
    [...new Set(cues.map(({ cue }) => cue))].map((cue) => ({
      evidence: id,
      eventId,
      cue,
      score: Math.max(...cues.filter((one) => one.cue === cue).map(({ score }) => score)),
    })),
  );
}

export type Mark = 'wrong' | 'right';

/**
 * Whether a cue stands in a text, as training may use it: 1, 0, or undefined when the decision says nothing of the text.
 * A mark on the sighting itself outweighs the case. Among people who know each other the words may well be there:
 * such a dismissal speaks of the relation, not of the text.
 */
export function textLabel(verdict: Verdict, reason: string, mark: Mark | undefined): 0 | 1 | undefined {
  if (mark !== undefined) return mark === 'right' ? 1 : 0;
  if (verdict === 'confirmed') return 1;
  return verdict === 'dismissed' && (reason === 'misread' || reason === 'innocent-context') ? 0 : undefined;
}
