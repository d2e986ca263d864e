import { createIndex, type HashIndex, parseHash } from '@keben/pdq';
import type { Tx } from '../../../base/database.ts';
import {
  type Holding,
  indexId,
  liveSignals,
  placeOf,
  type SignalPlace,
  type SignalRow,
  signalsSince,
} from '../banks/index.ts';

/** Kinds that are compared by distance. */
export type NearKind = 'pdq' | 'vpdq';

/** A known hash near one that was asked. */
export interface NearHash extends SignalPlace {
  distance: number;
}

/** Rows that are read and taken in at once: some 20 ms of one thread. */
const PART = 4000;

interface Cursor {
  changed: number;
  content: number;
  ordinal: number;
}

/** How a read reaches the database: the transaction that one has, or a new one for each part. */
export type Reading = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** The hashes of one kind that an organisation's banks hold, in memory, as of a version of its holding. */
export class HeldIndex {
  readonly kind: NearKind;
  readonly #index: HashIndex = createIndex();
  readonly #organisationId: string;
  /** The last change that was taken in. */
  #cursor: Cursor;

  private constructor(organisationId: string, kind: NearKind, version: number) {
    this.#organisationId = organisationId;
    this.kind = kind;
    this.#cursor = { changed: version, content: Number.MAX_SAFE_INTEGER, ordinal: 0 };
  }

  /**
   * Reads everything, part by part; undefined when there are more than `most` hashes. What changes meanwhile has a
   * version after the holding's and is read by the first `follow`.
   */
  static async load(
    read: Reading,
    holding: Holding,
    kind: NearKind,
    most: number,
  ): Promise<HeldIndex | undefined> {
    const { organisationId } = holding;
    const held = new HeldIndex(organisationId, kind, holding.version);
    let after = { content: 0, ordinal: -1 };
    for (;;) {
      const part = await read((tx) => liveSignals(tx, organisationId, kind, after, PART));
      held.#take(part);
      if (held.size > most) return undefined;
      const last = part.at(-1);
      if (!last || part.length < PART) return held;
      after = last;
    }
  }

  get size(): number {
    return this.#index.size;
  }

  get memoryBytes(): number {
    return this.#index.memoryBytes;
  }

  /**
   * Takes in what changed. Two may run at once, on older and newer snapshots: a part that was read after a place that
   * the other has passed meanwhile is thrown away and read again.
   */
  async follow(read: Reading): Promise<void> {
    for (;;) {
      const from = this.#cursor;
      const part = await read((tx) => signalsSince(tx, this.#organisationId, this.kind, from, PART));
      if (this.#cursor !== from) continue;
      this.#take(part);
      const last = part.at(-1);
      if (last) this.#cursor = { changed: last.changed, content: last.content, ordinal: last.ordinal };
      if (part.length < PART) return;
    }
  }

  /** Known hashes near each of the given ones, nearest first. */
  near(hashes: Uint8Array[], radius: number): NearHash[][] {
    return hashes.map((hash) =>
      this.#index
        .query(hash, radius)
        .map(({ id, distance }) => ({ ...placeOf(id), distance }))
        .sort((a, b) => a.distance - b.distance),
    );
  }

  #take(part: SignalRow[]): void {
    for (const row of part) {
      const hash = row.live ? parseHash(row.value) : undefined;
      const id = indexId(row);
      if (hash) this.#index.insert(id, hash);
      else this.#index.remove(id);
    }
  }
}
