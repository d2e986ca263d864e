import { wasmBase64 } from '../generated/hamming.ts';

/** The exports of assembly/hamming.ts. Addresses come as signed 32-bit numbers: read them with `>>> 0`. */
interface Core {
  create(): void;
  newScratch(): number;
  freeScratch(at: number): void;
  useScratch(at: number): void;
  foundAt(): number;
  foundRoom(): number;
  search(radius: number, part: number, parts: number): number;
  rowCount(): number;
  newRow(): number;
  hashPlace(slot: number): number;
  idPlace(slot: number): number;
  admitRows(count: number): void;
  admitRow(): number;
  buildTables(): number;
  hasTables(): number;
  slotOfId(id: bigint): number;
  removeSlot(slot: number): void;
  newHashPlace(): number;
  replaceHash(slot: number): number;
  removeDoubles(): number;
}

let compiled: WebAssembly.Module | undefined;

function start(memory: WebAssembly.Memory): Core {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(wasmBase64), (letter) => letter.charCodeAt(0)));
  // The exports of assembly/hamming.ts, which the compiler knows as any values.
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Core;
}

/** What a reader in another thread needs: `postMessage` can carry it. */
export interface SharedShard {
  memory: WebAssembly.Memory;
  scratch: number;
}

/** Called for every row within the radius of a query. */
export type OnMatch = (id: bigint, distance: number) => void;

/** One shard as its readers see it. */
export class ShardReader {
  protected readonly core: Core;
  protected readonly memory: WebAssembly.Memory;
  readonly #query: Uint8Array;
  readonly #ids: BigUint64Array;
  readonly #distances: Int32Array;
  readonly #room: number;

  /** Throws where the core cannot run (no WebAssembly SIMD or threads). */
  constructor(shared: SharedShard | 'new') {
    this.memory =
      shared === 'new'
        ? new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true })
        : shared.memory;
    this.core = start(this.memory);
    if (shared === 'new') this.core.create();
    const scratch = (shared === 'new' ? this.core.newScratch() : shared.scratch) >>> 0;
    this.core.useScratch(scratch);
    this.#room = this.core.foundRoom();
    const found = this.core.foundAt() >>> 0;
    this.#query = new Uint8Array(this.memory.buffer, scratch, 32);
    this.#ids = new BigUint64Array(this.memory.buffer, found, 2 * this.#room);
    this.#distances = new Int32Array(this.memory.buffer, found, 4 * this.#room);
  }

  get size(): number {
    return this.core.rowCount() >>> 0;
  }

  /** Exact: all rows within `radius` bits, each once. Throws when the writer has stopped in the middle of a change. */
  search(hash: Uint8Array, radius: number, onMatch: OnMatch): void {
    this.#query.set(hash);
    const count = this.#ask(radius, 0, 1);
    if (count <= this.#room) this.#told(count, onMatch);
    else this.#searchInParts(radius, count, onMatch);
  }

  #told(count: number, onMatch: OnMatch): void {
    for (let at = 0; at < count; at++) onMatch(this.#ids[2 * at]!, this.#distances[4 * at + 2]!);
  }

  /** More matches than the scratch holds: in parts by id, so that a row is in one part wherever a writer moves it. */
  #searchInParts(radius: number, count: number, onMatch: OnMatch): void {
    for (let parts = Math.ceil((1.5 * count) / this.#room); ; parts *= 2) {
      const found = this.#collect(radius, parts);
      if (!found) continue;
      for (const [id, distance] of found) onMatch(id, distance);
      return;
    }
  }

  /** Undefined when a part is too large too. */
  #collect(radius: number, parts: number): [bigint, number][] | undefined {
    const found: [bigint, number][] = [];
    for (let part = 0; part < parts; part++) {
      const count = this.#ask(radius, part, parts);
      if (count > this.#room) return undefined;
      this.#told(count, (id, distance) => found.push([id, distance]));
    }
    return found;
  }

  #ask(radius: number, part: number, parts: number): number {
    for (let since = 0; ; ) {
      const count = this.core.search(radius, part, parts);
      if (count >= 0) return count;
      since ||= Date.now();
      if (Date.now() - since > PATIENCE_MS) {
        throw new Error('The thread that writes this index has stopped in the middle of a change');
      }
    }
  }
}

/** A change takes microseconds, but on a crowded machine its thread may have to wait for a core. */
const PATIENCE_MS = 5000;

/** From this many rows on the tables are quicker than reading every row (docs/adr/0028). */
export const TABLES_FROM = 4096;

const NO_MEMORY = 'No memory is left for the tables of the index';

/** One shard as its only writer sees it: at most 16,777,216 rows in one WebAssembly memory. */
export class Shard extends ShardReader {
  #bytes: Uint8Array;
  #longs: BigUint64Array;
  readonly #most: number;

  /** With room for at most `most` rows. */
  constructor(most: number = Number.POSITIVE_INFINITY) {
    super('new');
    this.#most = most;
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#longs = new BigUint64Array(this.memory.buffer);
  }

  get memoryBytes(): number {
    return this.memory.buffer.byteLength;
  }

  get tabled(): boolean {
    return this.core.hasTables() !== 0;
  }

  /** A scratch of its own for one reader in another thread; undefined when memory is full. */
  share(): SharedShard | undefined {
    const scratch = this.core.newScratch();
    return scratch === 0 ? undefined : { memory: this.memory, scratch };
  }

  /** Gives the scratch of a reader that is gone back. */
  release({ memory, scratch }: SharedShard): void {
    if (memory !== this.memory) throw new Error('This was shared by another index');
    this.core.freeScratch(scratch);
  }

  hashOf(id: bigint): Uint8Array<ArrayBuffer> | undefined {
    const slot = this.core.slotOfId(id);
    return slot < 0 ? undefined : Uint8Array.from(this.#hashAt(slot));
  }

  remove(id: bigint): boolean {
    const slot = this.core.slotOfId(id);
    if (slot < 0) return false;
    this.core.removeSlot(slot);
    return true;
  }

  /** Gives an id the hash, for all readers at one time; false when it is not there. */
  replace(id: bigint, hash: Uint8Array): boolean {
    const slot = this.core.slotOfId(id);
    if (slot < 0) return false;
    const before = this.#hashAt(slot);
    if (before.every((byte, at) => byte === hash[at])) return true;
    new Uint8Array(this.memory.buffer, this.core.newHashPlace(), 32).set(hash);
    if (this.core.replaceHash(slot) === 0) throw new Error('No memory is left to change a hash of the index');
    return true;
  }

  /** Adds a row whose id is not there yet, findable at once; false when the shard is full. */
  add(id: bigint, hash: Uint8Array): boolean {
    if (!this.#write(id, hash)) return false;
    if (this.tabled) return this.core.admitRow() !== 0;
    this.core.admitRows(1);
    if (this.size >= TABLES_FROM) this.#build();
    return true;
  }

  /** Adds a row to a shard without tables; `finish` must follow. False when the shard is full. */
  append(id: bigint, hash: Uint8Array): boolean {
    if (!this.#write(id, hash)) return false;
    this.core.admitRows(1);
    return true;
  }

  /** After `append`: makes the tables. With `doubles`, of rows with the same id only the later stays. */
  finish(doubles: boolean): void {
    if (doubles || this.size >= TABLES_FROM) this.#build();
    if (doubles && this.core.removeDoubles() === 0) throw new Error(NO_MEMORY);
  }

  /** Copies rows `from` to `to` out, ids and hashes apart. */
  copyRows(from: number, to: number): Rows {
    const { bytes, longs } = this.#views();
    const ids = new BigUint64Array(to - from);
    const hashes = new Uint8Array(32 * (to - from));
    for (let slot = from; slot < to; slot++) {
      const at = this.core.hashPlace(slot) >>> 0;
      ids[slot - from] = longs[(this.core.idPlace(slot) >>> 0) / 8]!;
      hashes.set(bytes.subarray(at, at + 32), 32 * (slot - from));
    }
    return { ids, hashes };
  }

  #build(): void {
    if (!this.tabled && !this.core.buildTables()) {
      throw new Error(NO_MEMORY);
    }
  }

  #hashAt(slot: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, this.core.hashPlace(slot) >>> 0, 32);
  }

  #write(id: bigint, hash: Uint8Array): boolean {
    if (this.size >= this.#most) return false;
    const slot = this.core.newRow();
    if (slot < 0) return false;
    const { bytes, longs } = this.#views();
    bytes.set(hash, this.core.hashPlace(slot) >>> 0);
    longs[(this.core.idPlace(slot) >>> 0) / 8] = id;
    return true;
  }

  /** Views over all of the memory, renewed when it has grown. */
  #views() {
    const { buffer } = this.memory;
    if (this.#bytes.buffer !== buffer) {
      this.#bytes = new Uint8Array(buffer);
      this.#longs = new BigUint64Array(buffer);
    }
    return { bytes: this.#bytes, longs: this.#longs };
  }
}

/** Rows copied out: as many ids as 32 bytes of hash. */
export interface Rows {
  ids: BigUint64Array<ArrayBuffer>;
  hashes: Uint8Array<ArrayBuffer>;
}
