import type { Tx } from '../../base/database.ts';
import { removalActor, removeContents } from '../../detect/index.ts';
import { WEEK_MS } from './open-removal.ts';
import { STANDING_DAYS } from './removal-bank.ts';
import { isStanding } from './removal-state.ts';
import { contentsOf, deleteRequest, dropOldAttempts, requestsPast } from './store.ts';

/** How long the status of a declined or withdrawn request can still be asked. Our choice; docs/security.md. */
export const ANSWERED_DAYS = 90;
const DAY = 86_400_000;
const CHUNK = 500;

/** In a system transaction: erases requests whose time is over, with the hashes of those that still stood. */
export async function dropOldRemovals(tx: Tx, now: Date): Promise<void> {
  const past = {
    standing: new Date(now.getTime() - STANDING_DAYS * DAY),
    over: new Date(now.getTime() - ANSWERED_DAYS * DAY),
  };
  for (;;) {
    const found = await requestsPast(tx, past, CHUNK);
    if (found.length === 0) break;
    for (const row of found) {
      const ids = (await contentsOf(tx, row)).map(({ id }) => id);
      if (isStanding(row.state) && ids.length > 0)
        await removeContents(tx, row.organisationId, ids, removalActor, now);
      await deleteRequest(tx, row);
    }
  }
  await dropOldAttempts(tx, new Date(now.getTime() - WEEK_MS));
}
