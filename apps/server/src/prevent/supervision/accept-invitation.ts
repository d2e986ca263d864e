import type { Tx } from '../../base/database.ts';
import { lockChoices } from '../store.ts';
import { type Hashes, readCode } from './secrets.ts';
import { invitationByCode, type Supervision, supervisionsOf } from './store.ts';
import { stateAt } from './supervision-state.ts';
import { isKeptOut } from './suspension-store.ts';
import { parentActor, takeStep } from './take-step.ts';

/** The invitation that a typed code opens now; undefined for a wrong, used or old one alike. Scope `system`. */
export async function openInvitation(
  tx: Tx,
  typed: string,
  hashes: Hashes,
  now: Date,
): Promise<Supervision | undefined> {
  const code = readCode(typed);
  if (code === undefined) return undefined;
  const found = await invitationByCode(tx, hashes.ofCode(code));
  return found && stateAt(found, now) === 'invited' ? found : undefined;
}

/**
 * Redeems a code for a family key. Undefined when the code opens nothing **for this key**: who is kept out by a
 * suspension, or supervises the account already, hears the same as who mistyped. Scope `system`.
 */
export async function acceptInvitation(
  tx: Tx,
  typed: string,
  family: Uint8Array,
  hashes: Hashes,
  now: Date,
): Promise<Supervision | undefined> {
  const found = await openInvitation(tx, typed, hashes, now);
  if (!found) return undefined;
  // A suspension that is being placed is waited for.
  await lockChoices(tx, found.organisationId, found.account);
  if (await isKeptOut(tx, found, family)) return undefined;
  const others = await supervisionsOf(tx, found.organisationId, found.account);
  const already = others.some(
    (row) =>
      row.family !== null &&
      Buffer.compare(row.family, family) === 0 &&
      ['accepted', 'active', 'paused'].includes(stateAt(row, now)),
  );
  if (already) return undefined;
  return takeStep(
    tx,
    {
      organisationId: found.organisationId,
      id: found.id,
      happening: { step: 'accepted' },
      by: { actor: 'parent', id: parentActor(found.id) },
      family,
    },
    now,
  );
}
