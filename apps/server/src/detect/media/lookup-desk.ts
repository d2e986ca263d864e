import type { Database } from '../../base/database.ts';
import { createSharedReads } from '../../base/shared-reads.ts';
import type { HashLookup, LookedUp, Lookups } from './look-up-media.ts';

/** Items looked up in one transaction; a film counts as its frames. */
const MOST_AT_ONCE = 2000;

/** Looks items up for requests that arrive together in one transaction. */
export interface LookupDesk {
  /** Answers in the order of the items. Not inside a transaction. */
  ask(organisationId: string, items: LookedUp[]): Promise<Lookups>;
}

/**
 * Requests that come while a transaction runs share the next one. Nothing is kept from one to the next, so every answer
 * is as fresh as the database when its transaction began, which is after the request came.
 */
export function createLookupDesk(parts: {
  database: Database;
  lookUp: HashLookup;
  now: () => Date;
}): LookupDesk {
  const { database, lookUp, now } = parts;
  return {
    ask: createSharedReads<LookedUp[], Lookups>({
      async read(organisationId, asked) {
        const found = await database.transaction(
          { organisation: organisationId },
          (tx) => lookUp(tx, organisationId, asked.flat(), { now: now() }),
          { urgent: true },
        );
        let from = 0;
        return asked.map(({ length }) => {
          const items = found.items.slice(from, from + length);
          from += length;
          return { ...found, items };
        });
      },
      sizeOf,
      most: MOST_AT_ONCE,
    }),
  };
}

function sizeOf(items: LookedUp[]): number {
  return items.reduce((sum, { frames = [], dihedral = [] }) => sum + 1 + frames.length + dihedral.length, 0);
}
