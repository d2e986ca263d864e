import type { Database } from '../../../base/database.ts';
import { createSharedReads } from '../../../base/shared-reads.ts';
import { type Known, knownByIds } from '../banks/index.ts';
import type { NearHash } from '../live/index.ts';

/** Contents of one read; each is a key of an index. */
const MOST_AT_ONCE = 2000;

/**
 * Reads the contents that look-ups found, one read for many look-ups: what was removed or retired is no match any more as
 * soon as that is committed, whatever memory still holds. Answers hold the contents of others that were read along.
 */
export function createTruthDesk(
  database: Database,
): (organisationId: string, found: NearHash[]) => Promise<Known> {
  return createSharedReads<NearHash[], Known>({
    most: MOST_AT_ONCE,
    sizeOf: (found) => found.length,
    async read(organisationId, asked) {
      const ids = new Set<number>();
      const banks = new Set<number>();
      for (const found of asked) {
        for (const { content, bank } of found) {
          ids.add(content);
          banks.add(bank);
        }
      }
      const which = { ids: [...ids], banks: [...banks] };
      const known = await database.read({ organisation: organisationId }, (tx) =>
        knownByIds(tx, organisationId, which),
      );
      return asked.map(() => known);
    },
  });
}
