import { randomUUID } from 'node:crypto';
import type { Database } from '../../../base/database.ts';
import { type BankRow, type KnownBank, type KnownContent, listBanks } from '../banks/index.ts';
import { asksBank, matchesOf, pictureCandidates } from '../candidates.ts';
import type { HashMatch } from '../hash-match.ts';
import type { LiveIndexes, NearHash } from '../live/index.ts';
import { unanswered } from './hma-error.ts';
import { createTruthDesk } from './truth-desk.ts';

/** Contents near one picture, as fast as memory is; refuses with 503 where memory cannot tell. */
export interface NearPicture {
  /** What counts: neither disabled nor past its time, in banks that are asked. */
  matches(
    organisationId: string,
    hash: Uint8Array,
    options: { seed?: string | undefined; everyBank?: boolean | undefined },
  ): Promise<HashMatch[]>;
  /** Whatever is there, nearest first, disabled or not, whether its bank is asked or not: as HMA's raw look-up. */
  raw(
    organisationId: string,
    hash: Uint8Array,
  ): Promise<{ content: number; bank: KnownBank; distance: number }[]>;
}

export interface NearPictureParts {
  database: Database;
  live: Pick<LiveIndexes, 'near' | 'refreshIn' | 'state'>;
  now: () => Date;
}

/**
 * The database is asked only when something is near, once for all look-ups that wait for it, and when banks have changed:
 * what was removed or retired is no match any more once that is committed, whatever memory still holds.
 */
export function createNearPicture({ database, live, now }: NearPictureParts): NearPicture {
  const truth = createTruthDesk(database);
  const banks = new Map<string, { version: number; all: BankRow[] }>();
  const loading = new Map<string, Promise<void>>();

  /** Loads what is small at once; what is large goes on loading by itself. One load for all who ask meanwhile. */
  function loadSmall(organisationId: string): Promise<void> {
    const under = loading.get(organisationId);
    if (under) return under;
    const load = database
      .transaction({ organisation: organisationId }, (tx) => live.refreshIn(tx, organisationId), {
        urgent: true,
      })
      .finally(() => loading.delete(organisationId));
    loading.set(organisationId, load);
    return load;
  }

  async function banksAt(organisationId: string, version: number): Promise<BankRow[]> {
    const known = banks.get(organisationId);
    if (known?.version === version) return known.all;
    const all = await database.read({ organisation: organisationId }, (tx) => listBanks(tx, organisationId));
    banks.set(organisationId, { version, all });
    return all;
  }

  /** The version that memory is at; undefined while it is loading. */
  function versionOf(organisationId: string): number | undefined {
    const [state] = live.state(organisationId);
    return state?.asOf ? state.version : undefined;
  }

  async function near(
    organisationId: string,
    hash: Uint8Array,
    asks: (bank: BankRow) => boolean,
  ): Promise<{ found: NearHash[]; asked: BankRow[] }> {
    if (versionOf(organisationId) === undefined) await loadSmall(organisationId);
    const version = versionOf(organisationId);
    const asked = version === undefined ? [] : (await banksAt(organisationId, version)).filter(asks);
    const thresholds = new Map(asked.map(({ number, threshold }) => [number, threshold]));
    // Asked with no bank too: that memory is stale has to be told.
    const answer = live.near(organisationId, 'pdq', [hash], Math.max(0, ...thresholds.values()));
    if (answer.status === 'unavailable') throw unanswered(answer.why);
    const found = (answer.found[0] ?? []).filter(
      ({ bank, distance }) => distance <= (thresholds.get(bank) ?? -1),
    );
    return { found, asked };
  }

  return {
    async matches(organisationId, hash, { seed = randomUUID(), everyBank = false }) {
      const { found, asked } = await near(organisationId, hash, (bank) => everyBank || asksBank(bank, seed));
      if (found.length === 0) return [];
      return matchesOf(pictureCandidates(found), {
        contents: await truth(organisationId, found),
        frames: new Map(),
        asked: new Set(asked.map(({ id }) => id)),
        now: now(),
      });
    },
    async raw(organisationId, hash) {
      const { found } = await near(organisationId, hash, () => true);
      if (found.length === 0) return [];
      const contents = await truth(organisationId, found);
      const nearest = new Map<number, { content: number; bank: KnownBank; distance: number }>();
      for (const { content, distance } of found) {
        const row = contents.get(content);
        if (row && !nearest.has(content) && isThere(row.content, now())) {
          nearest.set(content, { content, distance, bank: row.bank });
        }
      }
      return [...nearest.values()];
    },
  };
}

function isThere({ status, expiresAt }: KnownContent, now: Date): boolean {
  return status !== 'retired' && (!expiresAt || expiresAt > now);
}
