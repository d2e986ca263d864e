import { randomUUID } from 'node:crypto';
import { recordAudit } from '../../base/audit.ts';
import type { Staff } from '../../base/auth.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import { lockChoices } from '../store.ts';
import { numberOf } from './secrets.ts';
import { type Supervision, supervisionsOf } from './store.ts';
import { stateAt } from './supervision-state.ts';
import { insertSuspension, liftStored, type Suspension, standingOn } from './suspension-store.ts';
import { takeStep } from './take-step.ts';

export interface SuspensionOrder {
  /** The account's platform. */
  platform: string;
  account: string;
  /** Four digits that the young person reads from their device; all supervisors without it. */
  number?: string | undefined;
  basis: Suspension['basis'];
  reference: string;
}

type By = Pick<Staff, 'organisationId' | 'userId'>;

const covers = (suspension: Pick<Suspension, 'supervisionId'>, row: Supervision) =>
  suspension.supervisionId === null || suspension.supervisionId === row.id;

/**
 * Suspends one supervisor, or all, of an account. What is answered says nothing of the account: the order is kept also
 * for one that does not exist or has nobody, and a number that fits nobody suspends all. Scope `system`, since a
 * helpline suspends at a platform.
 */
export async function suspendSupervisors(
  tx: Tx,
  order: SuspensionOrder,
  by: By,
  now: Date,
): Promise<{ id: string }> {
  const { platform, account } = order;
  await lockChoices(tx, platform, account);
  const all = await supervisionsOf(tx, platform, account);
  const meant = all.filter((row) => row.family !== null && numberOf(row.id) === order.number);
  const [only] = meant;
  const id = randomUUID();
  const suspension: Omit<Suspension, 'placedAt' | 'liftedAt'> = {
    id,
    organisationId: platform,
    account,
    supervisionId: meant.length === 1 && only ? only.id : null,
    basis: order.basis,
    reference: order.reference,
    placedBy: by.organisationId,
    placedByUser: by.userId,
  };
  await insertSuspension(tx, suspension, now);
  for (const row of all) {
    // What lapsed already, though the night has not written it, is nobody's to suspend.
    const state = stateAt(row, now);
    if (!covers(suspension, row) || (state !== 'accepted' && state !== 'active')) continue;
    await takeStep(
      tx,
      {
        organisationId: platform,
        id: row.id,
        happening: { step: 'suspended' },
        by: { actor: 'staff', id: actorAt(platform, by) },
      },
      now,
    );
  }
  await auditBoth(tx, 'supervision.suspension-placed', suspension, by, now);
  return { id };
}

/** Lifts a suspension that the same organisation placed; the young person is then asked again. Scope `system`. */
export async function liftSuspension(tx: Tx, id: string, by: By, now: Date): Promise<void> {
  const lifted = await liftStored(tx, id, by.organisationId, by.userId, now);
  if (!lifted)
    throw new AppError('not-found', 'Your organisation has placed no suspension of this id that stands.');
  const { organisationId, account } = lifted;
  await lockChoices(tx, organisationId, account);
  const left = await standingOn(tx, organisationId, account);
  for (const row of await supervisionsOf(tx, organisationId, account)) {
    if (row.state !== 'paused' || left.some((one) => covers(one, row))) continue;
    await takeStep(
      tx,
      {
        organisationId,
        id: row.id,
        happening: { step: 'lifted' },
        by: { actor: 'staff', id: actorAt(organisationId, by) },
      },
      now,
    );
  }
  await auditBoth(tx, 'supervision.suspension-lifted', lifted, by, now);
}

/** Both organisations keep a record; the file number stays with whoever placed it. */
async function auditBoth(
  tx: Tx,
  action: string,
  { id, organisationId, account, basis, reference }: Omit<Suspension, 'placedAt' | 'liftedAt'>,
  by: By,
  at: Date,
): Promise<void> {
  const line = { action, target: `account:${account}`, at };
  // The platform's chain first, as takeStep does: two suspensions never wait for each other's chains.
  if (by.organisationId !== organisationId) {
    await recordAudit(tx, {
      ...line,
      organisationId,
      actor: actorAt(organisationId, by),
      data: { suspension: id, basis },
    });
  }
  await recordAudit(tx, {
    ...line,
    organisationId: by.organisationId,
    actor: by.userId,
    data: { suspension: id, basis, reference, platform: organisationId },
  });
}

/** Who acted, as the platform's record names them: of another organisation's people it learns no id. */
function actorAt(platform: string, by: By): string {
  return by.organisationId === platform ? by.userId : `organisation:${by.organisationId}`;
}
