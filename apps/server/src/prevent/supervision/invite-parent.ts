import { randomUUID } from 'node:crypto';
import { recordAudit } from '../../base/audit.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { Sealer } from '../../base/keys.ts';
import { isMinor } from '../../base/vocabulary.ts';
import { readAge } from '../age.ts';
import { storedOf } from '../choose-setting.ts';
import { lockChoices } from '../store.ts';
import { type Hashes, newCode, spaced } from './secrets.ts';
import { appendEvent, countInvitations, insertInvitation, supervisionsOf } from './store.ts';
import { stateAt } from './supervision-state.ts';

const HOUR = 3_600_000;
/** A code holds this long. */
export const CODE_HOURS = 24;
const MOST_A_DAY = 10;
const MOST_SUPERVISORS = 4;

export interface Invitation {
  organisationId: string;
  account: string;
  names: { parent: string; young?: string | undefined };
}

/**
 * Makes a one-time code on the young person's device; only its hash is kept. Throws state-conflict (not known to be
 * under 18, or four supervisors already), too-many-requests (ten codes a day).
 */
export async function inviteParent(
  tx: Tx,
  { organisationId, account, names }: Invitation,
  parts: { hashes: Hashes; sealer: Sealer },
  now: Date,
): Promise<{ id: string; code: string; expiresAt: Date }> {
  await lockChoices(tx, organisationId, account);
  const { age } = await storedOf(tx, organisationId, account);
  if (!isMinor(readAge(age, now.toISOString().slice(0, 10)).band))
    throw new AppError(
      'state-conflict',
      'Only an account whose age is known to be under 18 has supervisors.',
    );
  const rows = await supervisionsOf(tx, organisationId, account);
  // A paused one does not count: how many are left must not tell that one is paused.
  const current = rows.filter((row) => ['invited', 'accepted', 'active'].includes(stateAt(row, now)));
  if (current.length >= MOST_SUPERVISORS)
    throw new AppError('state-conflict', `An account has at most ${MOST_SUPERVISORS} supervisors.`);
  const today = await countInvitations(tx, organisationId, account, new Date(now.getTime() - 24 * HOUR));
  if (today >= MOST_A_DAY)
    throw new AppError('too-many-requests', `At most ${MOST_A_DAY} codes a day can be made.`, {
      retryAfterSeconds: 3600,
    });
  const id = randomUUID();
  const code = newCode();
  const expiresAt = new Date(now.getTime() + CODE_HOURS * HOUR);
  await insertInvitation(
    tx,
    {
      id,
      organisationId,
      account,
      names: parts.sealer.seal(JSON.stringify(names)),
      codeHash: parts.hashes.ofCode(code),
      expiresAt,
    },
    now,
  );
  await appendEvent(tx, { organisationId, id }, 'invited', {}, 'young', now);
  await recordAudit(tx, {
    organisationId,
    actor: `account:${account}`,
    action: 'supervision.invited',
    target: `account:${account}`,
    data: { supervision: id },
    at: now,
  });
  return { id, code: spaced(code), expiresAt };
}
