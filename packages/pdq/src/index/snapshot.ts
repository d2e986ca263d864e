import { HASH_BYTES } from '../codec.ts';
import type { Rows } from './shard.ts';

// The file, all numbers little-endian: 8 bytes of magic; frames of u32 rows, u32 0, rows × u64 id, rows × 32 bytes of
// hash; an end frame of u32 0, u32 changed (1 when rows may stand twice), u64 rows, u32 checksum of all words
// before it but the magic, u32 0.

const MAGIC = new TextEncoder().encode('KBPDQIX2');
const FRAME_ROWS = 8192;
const ROW_BYTES = 8 + HASH_BYTES;
const END_BYTES = 24;
/** Bytes of the end frame that the checksum covers. */
const END_CHECKED = 16;

interface Source {
  readonly size: number;
  copyRows(from: number, to: number): Rows;
}

/**
 * The parts of a snapshot file. Rows are written from the last to the first: a removal moves the last row down, so
 * what moves while this runs is written again, never left out; and the end frame says that this may have happened.
 */
export function* writeSnapshot(
  shards: readonly Source[],
  removals: () => number,
): Generator<Uint8Array<ArrayBuffer>> {
  const before = removals();
  yield MAGIC.slice();
  let sum = 0;
  let total = 0;
  for (const shard of [...shards].reverse()) {
    for (let end = shard.size; end > 0; ) {
      const from = Math.max(0, end - FRAME_ROWS);
      const { ids, hashes } = shard.copyRows(from, end);
      const frame = new Uint8Array(8 + ROW_BYTES * ids.length);
      const view = new DataView(frame.buffer);
      view.setUint32(0, ids.length, true);
      for (let at = 0; at < ids.length; at++) view.setBigUint64(8 + 8 * at, ids[at]!, true);
      frame.set(hashes, 8 + 8 * ids.length);
      sum = checksum(view, sum, view.byteLength);
      total += ids.length;
      yield frame;
      end = Math.min(from, shard.size);
    }
  }
  const end = new DataView(new ArrayBuffer(END_BYTES));
  end.setUint32(4, removals() === before ? 0 : 1, true);
  end.setBigUint64(8, BigInt(total), true);
  end.setUint32(16, checksum(end, sum, END_CHECKED), true);
  yield new Uint8Array(end.buffer);
}

/**
 * Reads the parts of a snapshot file; true when rows may stand twice, the later one being newer. Throws an Error when it
 * is no such file, damaged or cut off.
 */
export async function readSnapshot(
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onRows: (ids: BigUint64Array, hashes: Uint8Array) => void,
): Promise<boolean> {
  const source = Symbol.asyncIterator in parts ? parts[Symbol.asyncIterator]() : parts[Symbol.iterator]();
  try {
    return await readParts(reader(source), onRows);
  } finally {
    // A file that is damaged or goes on is not read to its end: its stream must be closed all the same.
    await source.return?.();
  }
}

type Take = (bytes: number) => Promise<Uint8Array>;

async function readParts(
  { take, atEnd }: { take: Take; atEnd: () => Promise<boolean> },
  onRows: (ids: BigUint64Array, hashes: Uint8Array) => void,
): Promise<boolean> {
  const magic = await take(MAGIC.length);
  if (!MAGIC.every((byte, at) => magic[at] === byte)) {
    throw new Error('This is no snapshot of a hash index, or one of another version');
  }
  let sum = 0;
  let total = 0n;
  for (;;) {
    const head = await take(8);
    const { rows, changed } = readHead(head);
    if (rows > FRAME_ROWS) throw new Error('This snapshot is damaged: no frame is as large as one here says');
    const frame = new Uint8Array(rows === 0 ? END_BYTES : 8 + ROW_BYTES * rows);
    frame.set(head);
    frame.set(await take(frame.length - 8), 8);
    const view = new DataView(frame.buffer);
    if (rows === 0) {
      sum = checksum(view, sum, END_CHECKED);
      if (view.getBigUint64(8, true) !== total || view.getUint32(16, true) !== sum) {
        throw new Error('This snapshot is damaged: its checksum or its number of rows is another');
      }
      if (view.getUint32(20, true) !== 0 || !(await atEnd())) {
        throw new Error('This snapshot is damaged: something follows its end');
      }
      return changed;
    }
    sum = checksum(view, sum, view.byteLength);
    const ids = new BigUint64Array(rows);
    for (let at = 0; at < rows; at++) ids[at] = view.getBigUint64(8 + 8 * at, true);
    onRows(ids, frame.subarray(8 + 8 * rows));
    total += BigInt(rows);
  }
}

function readHead(head: Uint8Array): { rows: number; changed: boolean } {
  const view = new DataView(head.buffer, head.byteOffset, 8);
  return { rows: view.getUint32(0, true), changed: view.getUint32(4, true) !== 0 };
}

/** FNV-1a over 32-bit words, turned after each so that high bits reach low ones. */
function checksum(frame: DataView, seed: number, bytes: number): number {
  let sum = seed ^ 0x811c9dc5;
  for (let at = 0; at < bytes; at += 4) {
    const mixed = Math.imul(sum ^ frame.getUint32(at, true), 0x01000193);
    sum = (mixed << 13) | (mixed >>> 19);
  }
  return sum >>> 0;
}

/** Takes a wanted number of bytes from parts of any size. */
function reader(source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>) {
  let rest: Uint8Array = new Uint8Array(0);
  return {
    async take(bytes: number): Promise<Uint8Array> {
      const pieces = [rest];
      let length = rest.length;
      while (length < bytes) {
        const { value, done } = await source.next();
        if (done) throw new Error('This snapshot is cut off');
        pieces.push(value);
        length += value.length;
      }
      if (pieces.length > 1) {
        rest = new Uint8Array(length);
        let at = 0;
        for (const piece of pieces) {
          rest.set(piece, at);
          at += piece.length;
        }
      }
      const taken = rest.subarray(0, bytes);
      rest = rest.subarray(bytes);
      return taken;
    },
    async atEnd(): Promise<boolean> {
      while (rest.length === 0) {
        const { value, done } = await source.next();
        if (done) return true;
        rest = value;
      }
      return false;
    },
  };
}
