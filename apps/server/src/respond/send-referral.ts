import { randomUUID } from 'node:crypto';
import { recordAudit } from '../base/audit.ts';
import type { Staff } from '../base/auth.ts';
import type { Tx } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import type { Keys } from '../base/keys.ts';
import { organisationById } from '../base/organisation-store.ts';
import { publish } from '../base/outbox.ts';
import { type CaseRow, caseNumber, evidenceOf } from './case-store.ts';
import { appendReferralEvent, insertReferral } from './referral-store.ts';
import { referralDue } from './urgency.ts';
import { caseFor, stepCase } from './work-case.ts';

export interface ReferralRequest {
  to: string;
  note: string;
  basis: 'consent' | 'legal-duty' | 'urgent-risk';
}

/** Hands a case to another organisation: summary and evidence, sealed under the receiver's key; the case stays ours. */
export async function sendReferral(
  tx: Tx,
  keys: Keys,
  staff: Staff,
  id: string,
  request: ReferralRequest,
  now: Date,
): Promise<CaseRow> {
  const row = await caseFor(tx, staff, id);
  const receiver = await organisationById(tx, request.to);
  if (!receiver || receiver.id === staff.organisationId) {
    throw new AppError('invalid-request', 'There is no other organisation with this id.', { pointer: '/to' });
  }
  const referralId = randomUUID();
  const parties = { referralId, fromOrganisation: staff.organisationId, toOrganisation: receiver.id };
  const own = await keys.sealerOf(tx, staff.organisationId, now);
  const theirs = await keys.sealerOf(tx, receiver.id, now);
  const evidence = await evidenceOf(tx, row.id);
  await insertReferral(
    tx,
    {
      id: referralId,
      fromOrganisation: staff.organisationId,
      toOrganisation: receiver.id,
      caseId: row.id,
      caseNumber: caseNumber(row),
      state: 'in_progress',
      note: request.note,
      basis: request.basis,
      summary: summaryOf(row),
      outcomeKind: null,
      outcomeNote: null,
      sentAt: now,
      dueAt: referralDue(now),
      updatedAt: now,
    },
    evidence.map((item) => ({
      id: randomUUID(),
      ...parties,
      at: item.at,
      sender: item.sender,
      severity: item.severity,
      cues: item.cues,
      sealed: item.sealed === null ? null : theirs.seal(own.open(item.sealed)),
      digest: item.digest,
    })),
  );
  await appendReferralEvent(tx, {
    ...parties,
    at: now,
    actorId: staff.userId,
    actorName: staff.name,
    type: 'sent',
    note: null,
  });
  const updated = await stepCase(tx, staff, row, 'referred', now, {
    note: request.note,
    data: { referral: referralId, to: receiver.id, basis: request.basis },
  });
  await recordAudit(tx, {
    organisationId: staff.organisationId,
    actor: staff.userId,
    action: 'referral.sent',
    target: referralId,
    data: { to: receiver.id, basis: request.basis, messages: evidence.length },
    at: now,
  });
  await publish(tx, [
    { organisationId: staff.organisationId, topic: 'referral.changed', payload: { referralId }, at: now },
  ]);
  return updated;
}

function summaryOf(row: CaseRow) {
  return {
    harm: row.harm,
    level: row.level,
    urgency: row.urgency,
    subject: row.subject === null ? null : { id: row.subject, ageBand: row.subjectBand ?? 'unknown' },
    counterpart:
      row.counterpart === null ? null : { id: row.counterpart, ageBand: row.counterpartBand ?? 'unknown' },
    cues: row.cues,
    contributions: row.contributions.map(({ kind, id, weight }) => ({ kind, id, weight })),
    generativeAi: row.generativeAi,
  };
}
