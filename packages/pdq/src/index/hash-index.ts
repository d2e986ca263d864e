import { HASH_BITS, HASH_BYTES } from '../codec.ts';
import { PlainShard } from './plain-shard.ts';
import { Shard, ShardReader, type SharedShard, TABLES_FROM } from './shard.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';

/** A hash of the index near a query. */
export interface Match {
  id: bigint;
  /** Differing bits, 0–256. */
  distance: number;
}

/** What one reader in another thread attaches to; `postMessage` can carry it. */
export interface SharedIndex {
  shards: SharedShard[];
}

type Searchable = Pick<ShardReader, 'size' | 'search'>;

/** An index that can be asked. Exact: every hash within the radius is found, with its distance. */
export class HashReader {
  readonly #parts: readonly Searchable[];

  constructor(parts: readonly Searchable[]) {
    this.#parts = parts;
  }

  /** Number of hashes. */
  get size(): number {
    return this.#parts.reduce((sum, part) => sum + part.size, 0);
  }

  /**
   * All hashes within `radius` bits (0–256) of a hash of 32 bytes, in no order. Quick up to radius 40; from 64 on every
   * row is read. Throws a RangeError on any other length or radius; and an Error when the thread that writes the index
   * was ended in the middle of a change.
   */
  query(hash: Uint8Array, radius: number): Match[] {
    checkHash(hash);
    checkRadius(radius);
    const matches: Match[] = [];
    for (const part of this.#parts) {
      part.search(hash, radius, (id, distance) => {
        matches.push({ id, distance });
      });
    }
    return matches;
  }

  /** `query` for each 32 bytes of `hashes`. */
  queryBatch(hashes: Uint8Array, radius: number): Match[][] {
    if (hashes.length % HASH_BYTES !== 0) {
      throw new RangeError(`hashes have ${HASH_BYTES} bytes each, but these have ${hashes.length} together`);
    }
    checkRadius(radius);
    const count = hashes.length / HASH_BYTES;
    return Array.from({ length: count }, (_, at) => this.query(hashAt(hashes, at), radius));
  }

  /** The `k` nearest hashes within `within` bits, nearest first, equally near ones by id. */
  nearest(hash: Uint8Array, k: number, within: number = HASH_BITS): Match[] {
    checkRadius(within);
    if (!Number.isSafeInteger(k) || k < 0) throw new RangeError(`no index can give ${k} hashes`);
    for (const step of [8, 16, 24, 31, 40, 63, HASH_BITS]) {
      const matches = this.query(hash, Math.min(step, within));
      if (matches.length < k && step < within) continue;
      matches.sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1));
      return matches.slice(0, k);
    }
    return [];
  }
}

/** An index that can be changed while it is asked, also by readers in other threads. One thread writes. */
export class HashIndex extends HashReader {
  readonly #shards: (Shard | PlainShard)[];
  readonly #newShard: () => Shard | PlainShard;
  readonly #shared = new Set<SharedIndex>();
  /** Counts removals, which move rows: a snapshot under way may meet a row twice then. */
  #removals = 0;

  constructor(newShard: () => Shard | PlainShard) {
    const shards = [newShard()];
    super(shards);
    this.#shards = shards;
    this.#newShard = newShard;
  }

  /** Bytes of all memory that the index has taken. */
  get memoryBytes(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.memoryBytes, 0);
  }

  /** The hash of an id. */
  get(id: bigint): Uint8Array<ArrayBuffer> | undefined {
    checkId(id);
    for (const shard of this.#shards) {
      const hash = shard.hashOf(id);
      if (hash) return hash;
    }
    return undefined;
  }

  /**
   * Adds a hash of 32 bytes under an id of 64 bits, findable at once; an id that is there gets the new hash: readers find
   * the old one or the new one, never neither. Throws an Error when no memory is left; nothing has changed then.
   */
  insert(id: bigint, hash: Uint8Array): void {
    checkHash(hash);
    checkId(id);
    if (this.#shards.some((shard) => shard.replace(id, hash))) return;
    for (const shard of this.#shards) if (shard.add(id, hash)) return;
    this.#addShard().add(id, hash);
  }

  /** Adds many: ids, and 32 bytes for each. Of equal ids the last stays. Far quicker into an empty index. */
  insertMany(ids: BigUint64Array, hashes: Uint8Array): void {
    if (hashes.length !== HASH_BYTES * ids.length) {
      throw new RangeError(
        `${ids.length} ids need ${HASH_BYTES * ids.length} bytes of hashes, not ${hashes.length}`,
      );
    }
    if (ids.length >= TABLES_FROM && this.size === 0 && !this.#shards.some((shard) => shard.tabled)) {
      this.#append(ids, hashes);
      this.#finish(true);
      return;
    }
    for (let at = 0; at < ids.length; at++) this.insert(ids[at]!, hashAt(hashes, at));
  }

  /** Takes an id out; false when it is not there. */
  remove(id: bigint): boolean {
    checkId(id);
    if (!this.#shards.some((shard) => shard.remove(id))) return false;
    this.#removals++;
    return true;
  }

  /**
   * The whole index as the parts of one file, which `loadIndex` reads. It may be changed between parts: what was there
   * all the time is in the file.
   */
  snapshot(): Generator<Uint8Array<ArrayBuffer>> {
    return writeSnapshot(this.#shards, () => this.#removals);
  }

  /** For one reader in another thread. When the index grows by another 16,777,216 hashes, share it again. */
  share(): SharedIndex {
    const shards = this.#shards.map((shard) => {
      const shared = shard.share();
      if (!shared) throw new Error('This index cannot be shared: no shared memory here, or none left');
      return shared;
    });
    const shared = { shards };
    this.#shared.add(shared);
    return shared;
  }

  /**
   * Gives back what `share` took for a reader (1.2 MB a shard), once its thread has ended or asks no more: the next
   * reader gets it. Give the object that `share` returned, once; false when it is not one of those.
   */
  release(shared: SharedIndex): boolean {
    if (!this.#shared.delete(shared)) return false;
    for (const [at, shard] of shared.shards.entries()) this.#shards[at]?.release(shard);
    return true;
  }

  /** Reads a snapshot into this index, which must be new. Throws an Error when the file is damaged or cut off. */
  async load(parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    if (this.size > 0 || this.#shards.some((shard) => shard.tabled)) {
      throw new Error('A snapshot is read into a new index only');
    }
    try {
      const changed = await readSnapshot(parts, (ids, hashes) => this.#append(ids, hashes));
      this.#finish(changed);
    } catch (fault) {
      // Part of a list would answer "not known" for the rest.
      this.#shards.splice(0, this.#shards.length, this.#newShard());
      throw fault;
    }
  }

  #append(ids: BigUint64Array, hashes: Uint8Array): void {
    for (let at = 0; at < ids.length; at++) {
      const hash = hashAt(hashes, at);
      if (!this.#shards.at(-1)?.append(ids[at]!, hash)) this.#addShard().append(ids[at]!, hash);
    }
  }

  #finish(doubles: boolean): void {
    for (const shard of this.#shards) shard.finish(doubles);
    if (!doubles) return;
    for (const [at, shard] of this.#shards.entries()) {
      if (at === 0) continue;
      for (const id of shard.copyRows(0, shard.size).ids) {
        for (const earlier of this.#shards.slice(0, at)) earlier.remove(id);
      }
    }
  }

  #addShard(): Shard | PlainShard {
    const shard = this.#newShard();
    this.#shards.push(shard);
    return shard;
  }
}

/** A new, empty index; in plain TypeScript where the WebAssembly core cannot run, or when `plain` asks for it. */
export function createIndex({ plain = false } = {}): HashIndex {
  return new HashIndex(plain || !runsCore() ? () => new PlainShard() : () => new Shard());
}

/** The index of a snapshot. Throws an Error when the file is damaged or cut off. */
export async function loadIndex(parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<HashIndex> {
  const index = createIndex();
  await index.load(parts);
  return index;
}

/** A reader over an index that another thread shares. */
export function attachIndex({ shards }: SharedIndex): HashReader {
  return new HashReader(shards.map((shard) => new ShardReader(shard)));
}

let coreRuns: boolean | undefined;

function runsCore(): boolean {
  if (coreRuns === undefined) {
    try {
      new ShardReader('new');
      coreRuns = true;
    } catch (fault) {
      // No SIMD, no threads or no shared memory; which error depends on the engine.
      if (!(fault instanceof Error)) throw fault;
      coreRuns = false;
    }
  }
  return coreRuns;
}

function hashAt(hashes: Uint8Array, at: number): Uint8Array {
  return hashes.subarray(HASH_BYTES * at, HASH_BYTES * (at + 1));
}

function checkHash(hash: Uint8Array): void {
  if (hash.length !== HASH_BYTES) {
    throw new RangeError(`a hash has ${HASH_BYTES} bytes, but this has ${hash.length}`);
  }
}

function checkRadius(radius: number): void {
  if (!Number.isInteger(radius) || radius < 0 || radius > HASH_BITS) {
    throw new RangeError(`a radius is a whole number from 0 to ${HASH_BITS}, but this is ${radius}`);
  }
}

function checkId(id: bigint): void {
  if (id < 0n || id >= 1n << 64n) throw new RangeError(`an id is a number of 64 bits, but this is ${id}`);
}
