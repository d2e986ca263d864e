import { recordAudit } from '../base/audit.ts';
import type { Staff } from '../base/auth.ts';
import type { Tx } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import type { Keys } from '../base/keys.ts';
import { publish } from '../base/outbox.ts';
import type { CaseStep } from './case-state.ts';
import { appendStep, lockCase } from './case-store.ts';
import { afterReferralStep, type ReferralState, type ReferralStep } from './referral-state.ts';
import {
  appendReferralEvent,
  evidenceOfReferral,
  historyOfReferral,
  lockReferral,
  type ReferralRow,
  referralById,
  updateReferral,
} from './referral-store.ts';

export type ReferralAnswer =
  | { step: 'accept' }
  | { step: 'reject'; note: string }
  | { step: 'revoke'; note: string }
  | { step: 'done'; note: string; outcome: 'investigating' | 'resolved' | 'no-action' };

/** Moves a referral as its sender or receiver; the sender's case follows by the outbox. */
export async function answerReferral(
  tx: Tx,
  staff: Staff,
  id: string,
  answer: ReferralAnswer,
  now: Date,
): Promise<ReferralRow> {
  const row = await lockReferral(tx, id);
  if (!row) throw new AppError('not-found', 'There is no such referral to or from your organisation.');
  const side = row.toOrganisation === staff.organisationId ? 'receiver' : 'sender';
  const next = afterReferralStep(row.state as ReferralState, answer.step as ReferralStep, side);
  if (next === undefined) {
    throw new AppError(
      'state-conflict',
      `The ${side} cannot ${answer.step} a referral that is ${row.state}.`,
    );
  }
  const changes = {
    state: next,
    updatedAt: now,
    ...(answer.step === 'done' ? { outcomeKind: answer.outcome, outcomeNote: answer.note } : {}),
    ...(answer.step === 'reject' ? { outcomeKind: 'rejected', outcomeNote: answer.note } : {}),
  };
  await updateReferral(tx, id, changes);
  await appendReferralEvent(tx, {
    referralId: id,
    fromOrganisation: row.fromOrganisation,
    toOrganisation: row.toOrganisation,
    at: now,
    actorId: staff.userId,
    actorName: staff.name,
    type: next,
    note: 'note' in answer ? answer.note : null,
  });
  await recordAudit(tx, {
    organisationId: staff.organisationId,
    actor: staff.userId,
    action: `referral.${answer.step}`,
    target: id,
    at: now,
  });
  await publish(tx, [
    { organisationId: row.fromOrganisation, topic: 'referral.changed', payload: { referralId: id }, at: now },
  ]);
  return { ...row, ...changes };
}

/** Writes what became of a referral into the sender's case (outbox handler, system scope). Returns the two sides. */
export async function followReferral(
  tx: Tx,
  referralId: string,
  now: Date,
): Promise<{ from: string; to: string; caseId: string } | undefined> {
  const row = await referralById(tx, referralId);
  if (!row) return undefined;
  const sides = { from: row.fromOrganisation, to: row.toOrganisation, caseId: row.caseId };
  const step = (
    {
      accepted: 'referral-accepted',
      rejected: 'referral-rejected',
      done: 'referral-done',
      revoked: 'referral-revoked',
    } as Record<string, CaseStep>
  )[row.state];
  if (step === undefined) return sides;
  const last = (await historyOfReferral(tx, referralId)).at(-1);
  const caseRow = await lockCase(tx, row.fromOrganisation, row.caseId);
  if (caseRow) {
    await appendStep(tx, caseRow, {
      step,
      at: now,
      actor: last ? { id: last.actorId, name: last.actorName } : null,
      note: last?.note ?? undefined,
      data: { referral: referralId, outcome: row.outcomeKind },
    });
  }
  return sides;
}

/** Opens one message of a referral for the receiver, who must have accepted it first. Audited. */
export async function revealReferralEvidence(
  tx: Tx,
  keys: Keys,
  staff: Staff,
  referralId: string,
  evidenceId: string,
  now: Date,
) {
  const row = await referralById(tx, referralId);
  if (!row || row.toOrganisation !== staff.organisationId) {
    throw new AppError('not-found', 'There is no such referral to your organisation.');
  }
  if (row.state !== 'accepted' && row.state !== 'done') {
    throw new AppError('state-conflict', 'Accept the referral first; its messages open after that.');
  }
  const item = (await evidenceOfReferral(tx, referralId)).find(({ id }) => id === evidenceId);
  if (!item) throw new AppError('not-found', 'There is no such message in this referral.');
  await recordAudit(tx, {
    organisationId: staff.organisationId,
    actor: staff.userId,
    action: 'referral.evidence-revealed',
    target: referralId,
    data: { evidence: evidenceId },
    at: now,
  });
  const sealer = await keys.sealerOf(tx, staff.organisationId, now);
  return { text: item.sealed === null ? null : sealer.open(item.sealed), cues: item.cues };
}
