import { attachIndex, createIndex, type HashIndex, type HashReader } from '@keben/pdq';
import type { IndexRows, Writer } from './writer.ts';

/** Changes of rows, in their order: `live` 0 takes a row out. */
export interface IndexChanges extends IndexRows {
  live: Uint8Array<ArrayBuffer>;
}

/** An index that this thread can ask. */
export interface HeldIndex {
  readonly reader: HashReader;
  readonly memoryBytes: number;
  /** The index was written by the thread of the process. */
  readonly apart: boolean;
  /** Its thread ended: it takes no changes any more. */
  readonly lost: boolean;
  /** Replaces what is there, and takes out what is not live any more. Rows are handed over. */
  change(changes: IndexChanges): Promise<void>;
  drop(): void;
}

/** Takes the rows of an index part by part. */
export interface IndexBuilder {
  add(rows: IndexRows): Promise<void>;
  build(): Promise<HeldIndex>;
  /** Instead of `build`: forgets what was added. */
  drop(): void;
}

/** An index in this thread while it has up to `small` rows, and in the memory of the writing thread when it has more. */
export function createIndexBuilder(writer: Writer, small: number): IndexBuilder {
  let here: IndexRows[] = [];
  let count = 0;
  let apart: number | undefined;
  return {
    async add(rows) {
      count += rows.ids.length;
      if (count <= small) {
        here.push(rows);
        return;
      }
      apart ??= writer.number();
      const at = apart;
      const parts = [...here, rows];
      here = [];
      for (const part of parts) await writer.perform({ task: 'append', at, ...part });
    },
    async build() {
      if (apart === undefined) return heldHere(here);
      return heldApart(writer, apart);
    },
    drop() {
      here = [];
      if (apart !== undefined) void writer.perform({ task: 'drop', at: apart }).catch(lost);
    },
  };
}

function heldHere(parts: IndexRows[]): HeldIndex {
  const index: HashIndex = createIndex();
  const count = parts.reduce((sum, { ids }) => sum + ids.length, 0);
  const ids = new BigUint64Array(count);
  const hashes = new Uint8Array(32 * count);
  let at = 0;
  for (const part of parts) {
    ids.set(part.ids, at);
    hashes.set(part.hashes, 32 * at);
    at += part.ids.length;
  }
  index.insertMany(ids, hashes);
  return {
    reader: index,
    apart: false,
    lost: false,
    get memoryBytes() {
      return index.memoryBytes;
    },
    async change(changes) {
      for (const [row, id] of changes.ids.entries()) {
        if (changes.live[row]) index.insert(id, changes.hashes.subarray(32 * row, 32 * row + 32));
        else index.remove(id);
      }
    },
    drop: () => undefined,
  };
}

async function heldApart(writer: Writer, at: number): Promise<HeldIndex> {
  const built = await writer.perform({ task: 'build', at });
  if (!built.shared) throw new Error('an index that was built is not shared');
  let reader = attachIndex(built.shared);
  let { memoryBytes } = built;
  return {
    get reader() {
      return reader;
    },
    apart: true,
    get lost() {
      return !writer.holds(at);
    },
    get memoryBytes() {
      return memoryBytes;
    },
    async change(changes) {
      const done = await writer.perform({ task: 'change', at, ...changes });
      memoryBytes = done.memoryBytes;
      if (done.shared) reader = attachIndex(done.shared);
    },
    drop: () => void writer.perform({ task: 'drop', at }).catch(lost),
  };
}

/** What was to be dropped went with the thread; its loss is told by the writer. */
const lost = () => undefined;
