import type { Tx } from '../base/database.ts';
import { addMarks, removeActed } from './marks-store.ts';

/**
 * A person acted on this account (`actionId`): an account made later on one of its devices carries the hint that it may be
 * a return, also when no level was ever high.
 */
export async function noteActedOn(
  tx: Tx,
  organisationId: string,
  account: string,
  actionId: string,
  at: Date,
): Promise<void> {
  await addMarks(tx, [
    {
      organisationId,
      kind: 'account',
      subject: account,
      account,
      step: `acted:${actionId}`,
      at: at.getTime(),
      // No message stands behind it.
      position: -1,
      source: 'respond',
      eventId: actionId,
      band: 'unknown',
      standing: null,
    },
  ]);
}

/** A person took back what was done to this account: it no longer casts a shadow on others of its devices. */
export async function noteLifted(tx: Tx, organisationId: string, account: string): Promise<void> {
  await removeActed(tx, organisationId, account);
}
