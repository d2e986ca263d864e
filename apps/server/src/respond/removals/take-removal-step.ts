import { recordAudit } from '../../base/audit.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import { contentsById, removalActor, removeContents, takeContentStep } from '../../detect/index.ts';
import { afterRemovalStep, type DeclineReason, isStanding } from './removal-state.ts';
import { appendRemovalStep, contentsOf, dropContentsOf, type RemovalRow, updateRequest } from './store.ts';

export type RemovalDecision =
  | { step: 'confirm'; by: { id: string; name: string } }
  | { step: 'decline'; by: { id: string; name: string }; reason: DeclineReason }
  | { step: 'withdraw' };

/**
 * Moves a locked request on. What it put into the bank is confirmed, or removed for good when it stands no longer; audited.
 * `state-conflict` when its state does not allow the step. A second withdrawal changes nothing.
 */
export async function takeRemovalStep(
  tx: Tx,
  row: RemovalRow,
  decision: RemovalDecision,
  now: Date,
): Promise<RemovalRow> {
  const state = afterRemovalStep(row.state, decision.step);
  if (!state)
    throw new AppError('state-conflict', `A request that is ${row.state} cannot be changed like this.`);
  if (decision.step === 'withdraw' && row.state === 'withdrawn') return row;
  const by = 'by' in decision ? decision.by : removalActor;
  const reason = decision.step === 'decline' ? decision.reason : null;
  const ids = (await contentsOf(tx, row)).map(({ id }) => id);
  if (decision.step === 'confirm') {
    const known = await contentsById(tx, row.organisationId, ids);
    // What staff disputed, retired or removed in the bank meanwhile stays as they left it.
    for (const id of ids)
      if (known.get(id)?.content.status === 'unconfirmed')
        await takeContentStep(tx, row.organisationId, id, 'confirm', { by, reason: 'removal' }, now);
  } else if (isStanding(row.state)) {
    await removeContents(tx, row.organisationId, ids, by, now);
    await dropContentsOf(tx, row);
  }
  const moved = await updateRequest(tx, row, { state, declineReason: reason, changedAt: now });
  await appendRemovalStep(tx, row, {
    step: decision.step,
    actorName: 'by' in decision ? by.name : null,
    reason,
    at: now,
  });
  await recordAudit(tx, {
    organisationId: row.organisationId,
    actor: by.id,
    action: `removal.${state}`,
    target: row.id,
    data: reason === null ? {} : { reason },
    at: now,
  });
  return moved;
}
