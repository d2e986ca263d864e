import type { Holding } from '../banks/index.ts';
import type { Reads } from './load.ts';
import { type Loaded, nearKinds } from './organisation.ts';
import { changesFrom, endOf, isAfter, readChanges } from './read-signals.ts';

/**
 * Brings the indexes up to a holding that was read before. Several may run at once, each with its own view of the
 * database: rows apply in the order of their versions, and what another has applied already is passed over. `seen`: when
 * the holding was read. Resolves false when the part of the changes that this would need was purged: load anew.
 */
export async function refresh(
  reads: Reads,
  organisationId: string,
  loaded: Loaded,
  holding: Pick<Holding, 'version' | 'purged'>,
  { seen, part }: { seen: Date; part: number },
): Promise<boolean> {
  // Tombstones that this index has not seen may be gone.
  if (holding.purged > loaded.version) return false;
  if (holding.version > loaded.version) {
    for (const kind of nearKinds) {
      const held = loaded.kinds[kind];
      for (let more = true; more && isAfter(endOf(holding.version), held.upTo); ) {
        const from = held.upTo;
        const read = await reads((tx) => readChanges(tx, organisationId, kind, from, part));
        const fresh = read.places.findIndex((place) => isAfter(place, held.upTo));
        const last = read.places.at(-1);
        if (fresh >= 0 && last) {
          // Moves before the change is done: who comes in between must not apply it again, but wait for it.
          held.upTo = last;
          held.applied = held.index.change(fresh === 0 ? read.changes : changesFrom(read.changes, fresh));
          await held.applied;
        }
        more = read.more;
      }
      await held.applied;
      if (isAfter(endOf(holding.version), held.upTo)) held.upTo = endOf(holding.version);
    }
    loaded.version = Math.max(loaded.version, holding.version);
  }
  if (seen > loaded.asOf) loaded.asOf = seen;
  return true;
}
