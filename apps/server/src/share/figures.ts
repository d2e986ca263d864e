import type { Tx } from '../base/database.ts';
import { figuresOfDetection } from '../detect/index.ts';
import { figuresOfResponse } from '../respond/index.ts';

/** Counts below this are not shown: a small number could point at a person. */
export const SUPPRESSED_BELOW = 5;

const shown = (count: number): number | null => (count === 0 || count >= SUPPRESSED_BELOW ? count : null);

/** What the public sees: counts since `from`, over all organisations, small ones as null. */
export async function publicFigures(tx: Tx, from: Date, to: Date) {
  const detected = await figuresOfDetection(tx, from);
  const answered = await figuresOfResponse(tx, from);
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    suppressedBelow: SUPPRESSED_BELOW,
    cues: detected.cues.map(({ cue, count }) => ({ cue, count: shown(count) })),
    assessments: detected.assessments.map(({ level, count }) => ({ level, count: shown(count) })),
    actions: answered.actions.map(({ action, count }) => ({ action, count: shown(count) })),
    referrals: answered.referrals.map(({ state, count }) => ({ state, count: shown(count) })),
    cases: answered.cases.map(({ state, count }) => ({ state, count: shown(count) })),
    reports: { count: shown(answered.reports) },
    updatedAt: to.toISOString(),
  };
}
