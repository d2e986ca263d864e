import type { Tx } from '../../base/database.ts';
import { dropOldSessions } from './session-store.ts';
import { dropEnded, lapsed, ofGrownAccounts } from './store.ts';
import { dropLifted } from './suspension-store.ts';
import { takeStep } from './take-step.ts';
import { dropUsageBefore } from './usage-store.ts';
import { USAGE_DAYS } from './view.ts';

const DAY = 86_400_000;

/**
 * What time does by night: invitations lapse, supervisions end with childhood, and what ended before `before` goes.
 * Usage older than 14 days and sessions that ran out go too. Scope `system`.
 */
export async function endLapsedSupervisions(tx: Tx, before: Date, now: Date): Promise<void> {
  const by = { actor: 'time' as const, id: 'system' };
  for (const { organisationId, id } of await lapsed(tx, now))
    await takeStep(tx, { organisationId, id, happening: { step: 'expired' }, by }, now);
  for (const { organisationId, id } of await ofGrownAccounts(tx, now.toISOString().slice(0, 10)))
    await takeStep(tx, { organisationId, id, happening: { step: 'ended' }, by }, now);
  await dropEnded(tx, before);
  await dropLifted(tx, before);
  await dropOldSessions(tx, now);
  await dropUsageBefore(tx, new Date(now.getTime() - USAGE_DAYS * DAY).toISOString().slice(0, 10));
}
