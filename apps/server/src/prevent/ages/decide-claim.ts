import { recordAudit } from '../../base/audit.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import { lockAges } from '../age-store.ts';
import { storedOf } from '../choose-setting.ts';
import { type Decision, decideClaim } from '../settle-age.ts';
import { lockChoices, saveChoices } from '../store.ts';
import { type ClaimRow, claimById, closeClaim } from './claim-store.ts';
import { writeAges } from './record-ages.ts';

/** What a member of staff decides about a claim, and why. */
export interface ClaimDecision extends Decision {
  organisationId: string;
  claim: string;
  by: { id: string; name: string };
  note: string;
}

/**
 * A person settles a claim of an age: confirmed, the account has the told band; refused, it stays what it was before.
 * Platforms that follow changes of settings hear of it. Throws an AppError: not-found, state-conflict.
 */
export async function decideAgeClaim(tx: Tx, decision: ClaimDecision, now: Date): Promise<ClaimRow> {
  const { organisationId, claim, outcome, assurance, by, note } = decision;
  const open = await claimById(tx, organisationId, claim);
  if (!open) throw new AppError('not-found', 'Your organisation has no such claim.');
  const { id, kind, from, to, leavesBandOn } = open;
  // Locked first, as the log worker does: what the platform tells meanwhile comes before or after, never between.
  const [known] = (await lockAges(tx, [{ organisationId, id }])).values();
  const state = outcome === 'confirm' ? 'confirmed' : 'refused';
  if (!(await closeClaim(tx, organisationId, claim, { state, by: by.name, note, at: now })))
    throw new AppError('state-conflict', `The claim is no longer open: it was ${open.state}.`);
  const age = decideClaim(
    known?.age,
    { kind, from, to, leavesBandOn },
    { outcome, assurance },
    now.toISOString().slice(0, 10),
  );
  const at = known && known.at > now ? known.at : now;
  await writeAges(tx, [{ organisationId, id, age, at }], now);
  await lockChoices(tx, organisationId, id);
  await saveChoices(tx, organisationId, id, await storedOf(tx, organisationId, id), now);
  await recordAudit(tx, {
    organisationId,
    actor: by.id,
    action: `age-claim.${state}`,
    target: `account:${id}`,
    data: { claim, kind, from, to, band: age.band, assurance: age.assurance },
    at: now,
  });
  return (await claimById(tx, organisationId, claim)) ?? open;
}
