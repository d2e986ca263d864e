import { recordAudit } from '../base/audit.ts';
import type { Staff } from '../base/auth.ts';
import type { Tx } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import { assessmentById } from '../detect/index.ts';
import { type CaseRow, evidenceOf } from './case-store.ts';
import { assessmentIdsOf, insertLabel, insertMark } from './label-store.ts';
import {
  labelledAssessment,
  type Mark,
  type Outcome,
  type Reason,
  reasonFits,
  reasons,
  sightingsOf,
  verdictOf,
} from './labels.ts';
import { caseFor, stepCase } from './work-case.ts';

export interface Closing {
  outcome: Outcome;
  reason: Reason;
  note: string;
}

/** Closes the case and keeps the decision as a label, in one transaction. */
export async function closeCase(
  tx: Tx,
  staff: Staff,
  id: string,
  { outcome, reason, note }: Closing,
  now: Date,
): Promise<CaseRow> {
  if (!reasonFits(outcome, reason)) {
    throw new AppError(
      'invalid-request',
      `The reason ${reason} does not fit the outcome ${outcome}; use one of ${reasons[outcome].join(', ')}.`,
      { pointer: '/reason' },
    );
  }
  const row = await caseFor(tx, staff, id);
  const verdict = verdictOf(outcome, reason);
  const closed = await stepCase(tx, staff, row, 'closed', now, { note, data: { outcome, reason } });
  const evidence = await evidenceOf(tx, row.id);
  const assessments = [];
  for (const assessmentId of await assessmentIdsOf(tx, row.id)) {
    const assessment = await assessmentById(tx, row.organisationId, assessmentId);
    // Retention may have dropped it; the label then rests on what the case itself still holds.
    if (assessment) assessments.push(labelledAssessment(assessment, evidence));
  }
  await insertLabel(tx, {
    organisationId: row.organisationId,
    caseId: row.id,
    at: now,
    actorId: staff.userId,
    outcome,
    reason,
    verdict,
    kind: row.kind,
    level: row.level,
    harm: row.harm,
    assessments,
    sightings: sightingsOf(evidence),
  });
  await recordAudit(tx, {
    organisationId: staff.organisationId,
    actor: staff.userId,
    action: 'case.labelled',
    target: row.id,
    data: { outcome, reason, verdict, assessments: assessments.map((one) => one.id) },
    at: now,
  });
  return closed;
}

/** Says of one cue in one message that it is wrong there (or right after all); possible in any state of the case. */
export async function markSighting(
  tx: Tx,
  staff: Staff,
  id: string,
  { evidence, cue, mark }: { evidence: string; cue: string; mark: Mark },
  now: Date,
): Promise<CaseRow> {
  const row = await caseFor(tx, staff, id);
  const item = (await evidenceOf(tx, row.id)).find((one) => one.id === evidence);
  if (!item) throw new AppError('not-found', 'There is no such message in this case.');
  if (!item.cues.some((one) => one.cue === cue)) {
    throw new AppError('invalid-request', `The cue ${cue} was not seen in this message.`, {
      pointer: '/cue',
    });
  }
  await insertMark(tx, {
    organisationId: row.organisationId,
    caseId: row.id,
    evidenceId: evidence,
    cue,
    mark,
    at: now,
    actorId: staff.userId,
  });
  return stepCase(tx, staff, row, 'marked', now, { data: { evidence, cue, mark } });
}
