import { recordAudit } from '../base/audit.ts';
import type { Staff } from '../base/auth.ts';
import type { Tx } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import type { CaseStep } from './case-state.ts';
import { appendStep, type CaseRow, lockCase } from './case-store.ts';

/** The case under `id` of the member's organisation, locked; `not-found` when there is none. */
export async function caseFor(tx: Tx, staff: Staff, id: string): Promise<CaseRow> {
  const row = await lockCase(tx, staff.organisationId, id);
  if (!row) throw new AppError('not-found', 'There is no such case in your organisation.');
  return row;
}

/** One step by a member of staff: history, derived state and audit in one transaction. */
export async function stepCase(
  tx: Tx,
  staff: Staff,
  row: CaseRow,
  step: CaseStep,
  now: Date,
  more: { note?: string | undefined; data?: Record<string, unknown> } = {},
  changes: Partial<CaseRow> = {},
): Promise<CaseRow> {
  const updated = await appendStep(
    tx,
    row,
    { step, at: now, actor: { id: staff.userId, name: staff.name }, note: more.note, data: more.data ?? {} },
    changes,
  );
  if (!updated) throw new AppError('state-conflict', `A case that is ${row.state} cannot be ${step}.`);
  await recordAudit(tx, {
    organisationId: staff.organisationId,
    actor: staff.userId,
    action: `case.${step}`,
    target: row.id,
    data: more.data ?? {},
    at: now,
  });
  return updated;
}

export async function takeCase(tx: Tx, staff: Staff, id: string, now: Date): Promise<CaseRow> {
  const row = await caseFor(tx, staff, id);
  return stepCase(tx, staff, row, 'taken', now, {}, { assigneeId: staff.userId, assigneeName: staff.name });
}

export async function noteOnCase(
  tx: Tx,
  staff: Staff,
  id: string,
  text: string,
  now: Date,
): Promise<CaseRow> {
  return stepCase(tx, staff, await caseFor(tx, staff, id), 'noted', now, { note: text });
}

export async function reopenCase(
  tx: Tx,
  staff: Staff,
  id: string,
  note: string,
  now: Date,
): Promise<CaseRow> {
  return stepCase(tx, staff, await caseFor(tx, staff, id), 'reopened', now, { note });
}
