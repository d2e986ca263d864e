import { AsyncLocalStorage } from 'node:async_hooks';
import type { Match } from '@keben/pdq';
import type { Logger } from 'pino';
import type { Database, Tx } from '../../../base/database.ts';
import { type Holding, holdings, isSmall, placeOf } from '../banks/index.ts';
import { type LoadLimits, loadAll, type Reads } from './load.ts';
import {
  dropIndexes,
  isLost,
  type Loaded,
  type NearKind,
  nearKinds,
  type Organisation,
  sizeOf,
} from './organisation.ts';
import { refresh } from './refresh.ts';
import { createWriter } from './writer.ts';

/** A known hash near one that was asked. */
export interface NearHash {
  bank: number;
  content: number;
  ordinal: number;
  /** Differing bits of 256. */
  distance: number;
}

/** One list for each hash asked, nearest first; `asOf`: nothing newer was in the database then. */
export type NearAnswer =
  | { status: 'ready'; version: number; asOf: Date; found: NearHash[][] }
  | { status: 'unavailable'; why: 'loading' | 'stale' | 'too-many' };

/** One kind of an organisation's hashes in memory. */
export interface IndexState {
  kind: NearKind;
  size: number;
  version: number;
  /** Undefined while it is read for the first time. */
  asOf: Date | undefined;
  building: boolean;
  memoryBytes: number;
}

/** Of all organisations together. */
export interface LiveTotals {
  hashes: number;
  memoryBytes: number;
  /** Age of the oldest index. */
  oldestSeconds: number;
}

/** The perceptual hashes of organisations' banks in memory (docs/adr/0029). A match is to be checked in the database. */
export interface LiveIndexes {
  /**
   * Known hashes near each of the given ones (32 bytes each), from memory alone. An organisation that is not loaded is
   * loaded in the background.
   */
  near(organisationId: string, kind: NearKind, hashes: Uint8Array[], radius: number): NearAnswer;
  /**
   * Brings an organisation up to what `tx` sees; `tx` must not have changed banks itself. What is large and not there
   * loads in the background, and is `loading` until then, unless `wait` says to wait for it. Throws faults of the
   * database.
   */
  refreshIn(tx: Tx, organisationId: string, options?: { wait?: boolean }): Promise<void>;
  /**
   * The same in transactions of its own: what was committed before the call is in the index when it resolves. Not inside
   * a transaction. Rejects with faults of the database.
   */
  ready(organisationId: string): Promise<void>;
  /** Loads all organisations that have banks, one after another; faults go to the log. */
  preload(): Promise<void>;
  state(organisationId: string): IndexState[];
  totals(): LiveTotals;
  close(): Promise<void>;
}

export interface LiveParts {
  database: Database;
  log: Pick<Logger, 'error'>;
  now: () => Date;
  /** Hashes of one organisation; with more its lookups are `unavailable`. */
  maxHashes: number;
  /** Milliseconds between two looks at the versions; without it only when asked. */
  refreshMs?: number;
  /** Hashes up to which an index lives in this thread. */
  small?: number;
}

const STALE_MS = 60_000;
/** After a failed load, and after one that found too many hashes. */
const RETRY_MS = 2000;
const RETRY_TOO_MANY_MS = 300_000;
/** An index in this thread that has grown so many times over `small` is loaded anew, into the writing thread. */
const GROWN = 4;

export function createLiveIndexes(parts: LiveParts): LiveIndexes {
  const { database, log, now, maxHashes, refreshMs, small = 50_000 } = parts;
  // PGlite has one connection, which nobody else gets while a part is read.
  const part = database.kind === 'embedded' ? 5000 : 20_000;
  const limits: LoadLimits = { small, most: maxHashes, part };
  const organisations = new Map<string, Organisation>();
  // What is started inside somebody's transaction, and goes on after it, is not part of it.
  const outside = AsyncLocalStorage.snapshot();
  let closed = false;
  let ticking: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const writer = createWriter((fault) => {
    log.error({ err: fault }, 'the thread that writes indexes of hashes ended; they are loaded anew');
    for (const one of organisations.values()) {
      if (one.loaded && isLost(one.loaded)) one.loaded = undefined;
    }
  });

  const organisation = (id: string): Organisation => {
    const known = organisations.get(id);
    if (known) return known;
    const fresh: Organisation = { id, tooMany: false, retryAt: 0 };
    organisations.set(id, fresh);
    return fresh;
  };
  const readsOf = ({ id }: Organisation): Reads => {
    return async (read) => {
      // Ends a long load with the process.
      if (closed) throw new Error('the indexes are closed');
      return database.transaction({ organisation: id }, read);
    };
  };

  /** Loads in the background unless that is under way; what is loaded answers until it is replaced. */
  function load(one: Organisation): Promise<void> {
    one.loading ??= outside(async () => {
      try {
        await replace(one, readsOf(one));
      } catch (cause) {
        one.retryAt = now().getTime() + RETRY_MS;
        throw cause;
      } finally {
        one.loading = undefined;
      }
    });
    return one.loading;
  }

  async function replace(one: Organisation, reads: Reads): Promise<void> {
    const before = one.loaded;
    const fresh = await loadAll(reads, one.id, writer, limits, now);
    if (fresh === 'too-many') return refuse(one);
    // What changed while it was read, before it takes the place of one that knows more.
    if (!(await catchUp(one, fresh, reads))) throw new Error('signals were purged while they were read');
    if (closed || one.loaded !== before) return dropIndexes(fresh);
    // Frozen: it would answer, and not take the next change.
    if (isLost(fresh)) throw new Error('the thread that writes indexes ended while they were read');
    one.tooMany = false;
    one.loaded = fresh;
    if (before) dropIndexes(before);
  }

  function refuse(one: Organisation): void {
    if (one.loaded) dropIndexes(one.loaded);
    one.loaded = undefined;
    one.tooMany = true;
    one.retryAt = now().getTime() + RETRY_TOO_MANY_MS;
    log.error({ organisationId: one.id, maxHashes }, 'an organisation has more hashes than HASH_INDEX_MAX');
  }

  async function catchUp(one: Organisation, loaded: Loaded, reads: Reads): Promise<boolean> {
    const seen = now();
    const [holding] = await reads((tx) => holdings(tx, [one.id]));
    return apply(one, loaded, holding, seen, reads);
  }

  function apply(
    one: Organisation,
    loaded: Loaded,
    holding: Holding | undefined,
    seen: Date,
    reads: Reads,
  ): Promise<boolean> {
    return refresh(reads, one.id, loaded, holding ?? { version: 0, purged: 0 }, { seen, part });
  }

  /** After a refresh: what has outgrown its place, or cannot be brought up to date, is loaded anew. */
  async function settle(one: Organisation, loaded: Loaded, current: boolean, again: () => Promise<void>) {
    if (one.loaded !== loaded) return;
    if (!current) {
      // Nothing here tells which of its rows are gone, so it does not answer until it is replaced.
      dropIndexes(loaded);
      one.loaded = undefined;
      await again();
    } else if (sizeOf(loaded) > maxHashes) refuse(one);
    else if (outgrown(loaded)) load(one).catch((cause) => tell(one, cause));
  }

  function outgrown({ kinds }: Loaded): boolean {
    return nearKinds.some(
      (kind) => !kinds[kind].index.apart && kinds[kind].index.reader.size > GROWN * small,
    );
  }

  async function refreshNow(one: Organisation): Promise<void> {
    if (!one.loaded) {
      if (one.tooMany && now().getTime() < one.retryAt) return;
      // It catches up at its end, with what was committed before that.
      if (!one.loading) return load(one);
      await one.loading;
      if (!one.loaded) return;
    }
    const { loaded } = one;
    const current = await catchUp(one, loaded, readsOf(one));
    await settle(one, loaded, current, () => load(one));
  }

  /** One look at the versions of all that are loaded, and at the changes of those that moved. */
  async function tick(): Promise<void> {
    const all = [...organisations.values()];
    const moment = now();
    for (const one of all) {
      if (!one.loaded && !one.loading && moment.getTime() >= one.retryAt) {
        load(one).catch((cause) => tell(one, cause));
      }
    }
    const held = all.flatMap((one) => (one.loaded ? [{ one, loaded: one.loaded }] : []));
    if (held.length === 0) return;
    const found = await database.transaction('system', (tx) =>
      holdings(
        tx,
        held.map(({ one }) => one.id),
      ),
    );
    const byId = new Map(found.map((holding) => [holding.organisationId, holding]));
    for (const { one, loaded } of held) {
      try {
        const current = await apply(one, loaded, byId.get(one.id), moment, readsOf(one));
        await settle(one, loaded, current, () => load(one));
      } catch (cause) {
        tell(one, cause);
      }
    }
  }

  function tell(one: Organisation, cause: unknown): void {
    if (!closed)
      log.error({ err: cause, organisationId: one.id }, 'hashes were not read; it will be tried again');
  }

  function rest(): void {
    if (closed || refreshMs === undefined) return;
    timer = setTimeout(() => {
      ticking = tick()
        .catch((cause: unknown) => {
          if (!closed)
            log.error({ err: cause }, 'versions of hash banks were not read; it will be tried again');
        })
        .finally(rest);
    }, refreshMs);
    timer.unref();
  }
  rest();

  return {
    near(organisationId, kind, hashes, radius) {
      const one = organisation(organisationId);
      const { loaded } = one;
      if (!loaded) {
        if (one.tooMany) return { status: 'unavailable', why: 'too-many' };
        if (!one.loading && now().getTime() >= one.retryAt) load(one).catch((cause) => tell(one, cause));
        return { status: 'unavailable', why: 'loading' };
      }
      if (now().getTime() - loaded.asOf.getTime() > STALE_MS) return { status: 'unavailable', why: 'stale' };
      const { reader } = loaded.kinds[kind].index;
      const found = hashes.map((hash) => nearestFirst(reader.query(hash, radius)));
      return { status: 'ready', version: loaded.version, asOf: loaded.asOf, found };
    },
    async refreshIn(tx, organisationId, { wait = false } = {}) {
      const one = organisation(organisationId);
      const inTx: Reads = (read) => read(tx);
      if (!one.loaded) {
        if (one.tooMany && now().getTime() < one.retryAt) return;
        if (!wait && !(await isSmall(tx, organisationId))) {
          if (!one.loading && now().getTime() >= one.retryAt) load(one).catch((cause) => tell(one, cause));
          return;
        }
        // On PGlite a load of its own would wait for this transaction, and this transaction for it.
        if (database.kind === 'embedded' || !wait) await replace(one, inTx);
        else await load(one);
      }
      const { loaded } = one;
      if (!loaded) return;
      const current = await catchUp(one, loaded, inTx);
      await settle(one, loaded, current, () => replace(one, inTx));
    },
    ready(organisationId) {
      const one = organisation(organisationId);
      // A refresh under way may have looked before what the caller committed: all who ask meanwhile share the next one.
      one.next ??= (one.current ?? Promise.resolve())
        .catch(() => undefined)
        .then(() => {
          one.current = one.next;
          one.next = undefined;
          return refreshNow(one);
        });
      return one.next;
    },
    async preload() {
      try {
        const found = await database.transaction('system', (tx) => holdings(tx));
        for (const { organisationId } of found) {
          if (closed) return;
          const one = organisation(organisationId);
          if (!one.loaded) await load(one).catch((cause) => tell(one, cause));
        }
      } catch (cause) {
        if (!closed) log.error({ err: cause }, 'hash banks were not loaded; each is when it is asked');
      }
    },
    state(organisationId) {
      const one = organisations.get(organisationId);
      return nearKinds.map((kind) => ({
        kind,
        size: one?.loaded?.kinds[kind].index.reader.size ?? 0,
        version: one?.loaded?.version ?? 0,
        asOf: one?.loaded?.asOf,
        building: one?.loading !== undefined,
        memoryBytes: one?.loaded?.kinds[kind].index.memoryBytes ?? 0,
      }));
    },
    totals() {
      const totals: LiveTotals = { hashes: 0, memoryBytes: 0, oldestSeconds: 0 };
      for (const { loaded } of organisations.values()) {
        if (!loaded) continue;
        totals.hashes += sizeOf(loaded);
        for (const kind of nearKinds) totals.memoryBytes += loaded.kinds[kind].index.memoryBytes;
        const age = (now().getTime() - loaded.asOf.getTime()) / 1000;
        totals.oldestSeconds = Math.max(totals.oldestSeconds, age);
      }
      return totals;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await ticking;
      await Promise.allSettled(
        [...organisations.values()].flatMap((one) => [one.loading, one.next, one.current]),
      );
      await writer.close();
    },
  };
}

function nearestFirst(matches: Match[]): NearHash[] {
  matches.sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1));
  return matches.map(({ id, distance }) => ({ ...placeOf(id), distance }));
}
