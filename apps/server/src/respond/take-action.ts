import { randomUUID } from 'node:crypto';
import type { Staff } from '../base/auth.ts';
import type { Tx } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import { publish } from '../base/outbox.ts';
import { noteActedOn, noteLifted } from '../detect/index.ts';
import { type CaseRow, insertAction } from './case-store.ts';
import { type AccountAction, statementOf } from './statement.ts';
import { caseFor, stepCase } from './work-case.ts';

/** Decides on the case's account: action, statement of reasons, history and the message to the platform together. */
export async function takeAction(
  tx: Tx,
  staff: Staff,
  id: string,
  chosen: { action: AccountAction; note?: string | undefined },
  now: Date,
): Promise<CaseRow> {
  if (staff.organisationKind !== 'platform') {
    throw new AppError('not-allowed', 'Only a platform acts on its accounts; refer the case to it instead.');
  }
  const row = await caseFor(tx, staff, id);
  if (row.subject === null) throw new AppError('state-conflict', 'This case names no account to act on.');
  const statement = statementOf(chosen.action, row.cues);
  const actionId = randomUUID();
  const updated = await stepCase(tx, staff, row, 'acted', now, {
    note: chosen.note,
    data: { action: chosen.action, actionId },
  });
  await insertAction(tx, {
    id: actionId,
    organisationId: staff.organisationId,
    caseId: row.id,
    action: chosen.action,
    account: row.subject,
    counterpart: row.counterpart,
    at: now,
    byId: staff.userId,
    byName: staff.name,
    status: 'requested',
    statementId: randomUUID(),
    ground: row.harm === null ? 'child-safety' : `child-safety/${row.harm}`,
    statementVi: statement.vi,
    statementEn: statement.en,
  });
  if (chosen.action === 'suspend' || chosen.action === 'restrict-contact') {
    // Whoever returns on the same device is looked at sooner (docs/detection.md).
    await noteActedOn(tx, staff.organisationId, row.subject, actionId, now);
  }
  if (chosen.action === 'lift') await noteLifted(tx, staff.organisationId, row.subject);
  await publish(tx, [
    { organisationId: staff.organisationId, topic: 'action.decided', payload: { actionId }, at: now },
  ]);
  return updated;
}
