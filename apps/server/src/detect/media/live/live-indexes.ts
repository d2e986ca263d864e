import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'pino';
import type { Database, Tx } from '../../../base/database.ts';
import { type Holding, holdings, isSmall } from '../banks/index.ts';
import { HeldIndex, type NearHash, type NearKind, type Reading } from './held-index.ts';

export type { NearHash } from './held-index.ts';

/** What is near each hash that was asked, as of a version and a moment; or why nothing can be said. */
export type NearAnswer =
  | { status: 'ready'; version: number; asOf: Date; found: NearHash[][] }
  | { status: 'unavailable'; why: 'loading' | 'stale' | 'too-many' };

export interface IndexState {
  kind: NearKind;
  size: number;
  version: number;
  /** Undefined while it is read for the first time. */
  asOf: Date | undefined;
  building: boolean;
  memoryBytes: number;
}

/** The hashes of every organisation's banks in memory, kept up with the database. */
export interface LiveIndexes {
  /**
   * Known hashes within `radius` bits of each given one (32 bytes each); memory only. Begins to load in the background
   * what is not there. Whether a content counts (retired, disabled, removed) is for the caller to ask the database.
   */
  near(organisationId: string, kind: NearKind, hashes: Uint8Array[], radius: number): NearAnswer;
  /**
   * Brings an organisation's indexes up to what `tx` sees. What is large and not there loads in the background, and is
   * `loading` until then, unless `wait` says to read it all in this transaction.
   */
  refreshIn(tx: Tx, organisationId: string, options?: { wait?: boolean }): Promise<void>;
  /** Brings them up to date in transactions of its own. */
  ready(organisationId: string): Promise<void>;
  /** Loads every organisation that has banks. */
  preload(): Promise<void>;
  state(organisationId: string): IndexState[];
  close(): Promise<void>;
}

export interface LiveParts {
  database: Database;
  log: Pick<Logger, 'error'>;
  now: () => Date;
  /** Hashes of one kind that an organisation may have in memory. */
  maxHashes: number;
  /** Time between two looks at the database; without it nothing is looked at by itself. */
  refreshMs?: number;
}

const kinds = ['pdq', 'vpdq'] as const;
/** Older than this, memory says nothing: the database has not answered for so long. */
const STALE_MS = 60_000;

interface Held {
  version: number;
  asOf: Date;
  /** `too-many` where there are more than memory is for. */
  indexes: Record<NearKind, HeldIndex | 'too-many'>;
}

export function createLiveIndexes({ database, log, now, maxHashes, refreshMs }: LiveParts): LiveIndexes {
  const held = new Map<string, Held>();
  const loading = new Map<string, Promise<void>>();
  // What runs in the background is in no transaction, even when a transaction began it.
  const outside = AsyncLocalStorage.snapshot();
  const own =
    (organisationId: string): Reading =>
    (work) =>
      database.transaction({ organisation: organisationId }, work);
  let closed = false;

  async function load(read: Reading, organisationId: string): Promise<void> {
    const asOf = now();
    const [holding = nothing(organisationId)] = await read((tx) => holdings(tx, [organisationId]));
    const pdq = (await HeldIndex.load(read, holding, 'pdq', maxHashes)) ?? 'too-many';
    const vpdq = (await HeldIndex.load(read, holding, 'vpdq', maxHashes)) ?? 'too-many';
    const known = held.get(organisationId);
    // Another load may have been quicker and newer.
    if (known && known.version > holding.version) return;
    held.set(organisationId, { version: holding.version, asOf, indexes: { pdq, vpdq } });
  }

  async function follow(read: Reading, organisationId: string, one: Held, holding: Holding, asOf: Date) {
    if (holding.version > one.version) {
      for (const kind of kinds) {
        const index = one.indexes[kind];
        // What was too large is read anew: it may have shrunk.
        if (index === 'too-many') {
          one.indexes[kind] = (await HeldIndex.load(read, holding, kind, maxHashes)) ?? 'too-many';
        } else {
          await index.follow(read);
          if (index.size > maxHashes) one.indexes[kind] = 'too-many';
        }
      }
    }
    if (holding.version >= one.version && held.get(organisationId) === one) {
      one.version = holding.version;
      if (asOf > one.asOf) one.asOf = asOf;
    }
  }

  /** One load an organisation at a time, in the background. */
  function begin(organisationId: string): Promise<void> {
    const running = loading.get(organisationId);
    if (running) return running;
    const started = outside(() => load(own(organisationId), organisationId)).finally(() =>
      loading.delete(organisationId),
    );
    loading.set(organisationId, started);
    return started;
  }

  async function bring(read: Reading, organisationId: string, whole: (read: Reading) => Promise<void>) {
    const asOf = now();
    const [holding = nothing(organisationId)] = await read((tx) => holdings(tx, [organisationId]));
    const one = held.get(organisationId);
    // Tombstones of what was removed since may be gone: read everything anew. Meanwhile the old index still answers: of
    // what it finds the database is asked, and what it does not know yet it says by `asOf`.
    if (!one || one.version < holding.purged) await whole(read);
    else await follow(read, organisationId, one, holding, asOf);
  }

  async function look(): Promise<void> {
    const asOf = now();
    const ids = [...held.keys()];
    if (ids.length === 0) return;
    const found = new Map(
      (await database.transaction('system', (tx) => holdings(tx, ids))).map((one) => [
        one.organisationId,
        one,
      ]),
    );
    for (const id of ids) {
      const one = held.get(id);
      const holding = found.get(id) ?? nothing(id);
      if (!one) continue;
      if (one.version < holding.purged) await begin(id);
      else await follow(own(id), id, one, holding, asOf);
    }
  }

  const told = (fault: unknown) => {
    if (!closed) log.error(fault, 'known hashes could not be read');
  };
  let looking: Promise<void> | undefined;
  const timer =
    refreshMs === undefined
      ? undefined
      : setInterval(() => {
          looking ??= look()
            .catch(told)
            .finally(() => {
              looking = undefined;
            });
        }, refreshMs);
  timer?.unref();

  return {
    near(organisationId, kind, hashes, radius) {
      const one = held.get(organisationId);
      if (!one) {
        begin(organisationId).catch(told);
        return { status: 'unavailable', why: 'loading' };
      }
      const index = one.indexes[kind];
      if (index === 'too-many') return { status: 'unavailable', why: 'too-many' };
      if (now().getTime() - one.asOf.getTime() > STALE_MS) return { status: 'unavailable', why: 'stale' };
      return { status: 'ready', version: one.version, asOf: one.asOf, found: index.near(hashes, radius) };
    },

    refreshIn(tx, organisationId, { wait = false } = {}) {
      return bring(
        (work) => work(tx),
        organisationId,
        async (read) => {
          const few = wait || (await isSmall(tx, organisationId));
          if (few) await load(read, organisationId);
          else begin(organisationId).catch(told);
        },
      );
    },

    async ready(organisationId) {
      await loading.get(organisationId);
      await bring(own(organisationId), organisationId, () => begin(organisationId));
    },

    async preload() {
      const all = await database.transaction('system', (tx) => holdings(tx));
      for (const { organisationId } of all) await begin(organisationId);
    },

    state(organisationId) {
      const one = held.get(organisationId);
      const building = loading.has(organisationId);
      return kinds.map((kind) => {
        const index = one?.indexes[kind];
        const { size = 0, memoryBytes = 0 } = index instanceof HeldIndex ? index : {};
        return { kind, size, version: one?.version ?? 0, asOf: one?.asOf, building, memoryBytes };
      });
    },

    async close() {
      closed = true;
      clearInterval(timer);
      await looking;
      await Promise.allSettled(loading.values());
    },
  };
}

/** What an organisation holds that never had a bank. */
function nothing(organisationId: string): Holding {
  return { organisationId, version: 0, purged: 0 };
}
