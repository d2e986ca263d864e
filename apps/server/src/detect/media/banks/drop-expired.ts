import type { Tx } from '../../../base/database.ts';
import { expiredContents } from './content-store.ts';
import { removeContents } from './decide-content.ts';
import { purgeTombstones } from './holding-store.ts';

const CHUNK = 5000;
/** How long readers have to see that a content was removed, before they would have to read everything anew. */
const TOMBSTONE_HOURS = 48;

/** In a system transaction: removes contents whose time is over, and tombstones that every reader has seen. */
export async function dropExpiredContents(tx: Tx, now: Date): Promise<void> {
  for (;;) {
    const expired = await expiredContents(tx, now, CHUNK);
    if (expired.size === 0) break;
    for (const [organisationId, ids] of expired) {
      await removeContents(tx, organisationId, ids, { id: 'retention', name: 'retention' }, now);
    }
  }
  await purgeTombstones(tx, new Date(now.getTime() - TOMBSTONE_HOURS * 3_600_000));
}
