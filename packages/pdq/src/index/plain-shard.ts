import type { OnMatch, Rows } from './shard.ts';

/** Set bits of every 16-bit number. */
const ONES = new Uint8Array(65536);
for (let value = 1; value < 65536; value++) ONES[value] = ONES[value >> 1]! + (value & 1);

/**
 * Every row compared with the query, in plain TypeScript: what the tables are tested against, and what serves where
 * the WebAssembly core cannot run.
 */
export class PlainShard {
  readonly #slots = new Map<bigint, number>();
  readonly #ids: bigint[] = [];
  #words = new Uint16Array(16 * 64);

  get size(): number {
    return this.#ids.length;
  }

  /** Of the hashes; what the ids take is the engine's. */
  get memoryBytes(): number {
    return this.#words.byteLength;
  }

  get tabled(): boolean {
    return false;
  }

  hashOf(id: bigint): Uint8Array<ArrayBuffer> | undefined {
    const slot = this.#slots.get(id);
    return slot === undefined ? undefined : this.copyRows(slot, slot + 1).hashes;
  }

  search(hash: Uint8Array, radius: number, onMatch: OnMatch): void {
    const query = wordsOf(hash);
    for (let slot = 0; slot < this.#ids.length; slot++) {
      let distance = 0;
      for (let word = 0; word < 16 && distance <= radius; word++) {
        distance += ONES[this.#words[16 * slot + word]! ^ query[word]!]!;
      }
      if (distance <= radius) onMatch(this.#ids[slot]!, distance);
    }
  }

  add(id: bigint, hash: Uint8Array): boolean {
    const slot = this.#slots.get(id) ?? this.#ids.length;
    if (16 * slot === this.#words.length) {
      const larger = new Uint16Array(2 * this.#words.length);
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words.set(wordsOf(hash), 16 * slot);
    this.#slots.set(id, slot);
    this.#ids[slot] = id;
    return true;
  }

  replace(id: bigint, hash: Uint8Array): boolean {
    return this.#slots.has(id) && this.add(id, hash);
  }

  append(id: bigint, hash: Uint8Array): boolean {
    return this.add(id, hash);
  }

  /** Nothing to make: rows are all there is, and ids stand once. */
  finish(): void {}

  remove(id: bigint): boolean {
    const slot = this.#slots.get(id);
    if (slot === undefined) return false;
    this.#slots.delete(id);
    const last = this.#ids.length - 1;
    const lastId = this.#ids.pop();
    if (lastId !== undefined && slot !== last) {
      this.#words.copyWithin(16 * slot, 16 * last, 16 * last + 16);
      this.#ids[slot] = lastId;
      this.#slots.set(lastId, slot);
    }
    return true;
  }

  copyRows(from: number, to: number): Rows {
    const hashes = new Uint8Array(32 * (to - from));
    const view = new DataView(hashes.buffer);
    for (let at = 0; at < 16 * (to - from); at++) view.setUint16(2 * at, this.#words[16 * from + at]!, true);
    return { ids: BigUint64Array.from(this.#ids.slice(from, to)), hashes };
  }

  /** Plain arrays cannot be shared with other threads. */
  share(): undefined {
    return undefined;
  }

  release(): void {
    throw new Error('A plain index is never shared');
  }
}

function wordsOf(hash: Uint8Array): Uint16Array {
  return Uint16Array.from({ length: 16 }, (_, word) => hash[2 * word]! | (hash[2 * word + 1]! << 8));
}
