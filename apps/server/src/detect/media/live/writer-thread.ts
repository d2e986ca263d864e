// The one thread of the process that writes large indexes; the main thread reads their shared memory. Building and
// changing ten million hashes takes seconds, in which HTTP must go on.
import { parentPort } from 'node:worker_threads';
import { attachIndex, createIndex, type HashIndex, type HashReader } from '@keben/pdq';
import type { Task, TaskDone, Told } from './writer.ts';

/** Rows that wait to be built, in buffers that grow in place: a copy of 400 MB at the end would cost as much again. */
interface Waiting {
  ids: ArrayBuffer;
  hashes: ArrayBuffer;
}
interface Written {
  index: HashIndex;
  /** Sees what a reader sees: when it is short, the index has grown by a part that readers do not know. */
  probe: HashReader;
}

const MOST_BYTES = 32 * 2 ** 27;
const waiting = new Map<number, Waiting>();
const written = new Map<number, Written>();

function append(at: number, ids: BigUint64Array, hashes: Uint8Array): void {
  let rows = waiting.get(at);
  if (!rows) {
    rows = {
      ids: new ArrayBuffer(0, { maxByteLength: MOST_BYTES / 4 }),
      hashes: new ArrayBuffer(0, { maxByteLength: MOST_BYTES }),
    };
    waiting.set(at, rows);
  }
  const before = rows.ids.byteLength / 8;
  rows.ids.resize(8 * (before + ids.length));
  rows.hashes.resize(32 * (before + ids.length));
  new BigUint64Array(rows.ids).set(ids, before);
  new Uint8Array(rows.hashes).set(hashes, 32 * before);
}

function build(at: number): TaskDone {
  const rows = waiting.get(at);
  waiting.delete(at);
  const index = createIndex();
  if (rows) index.insertMany(new BigUint64Array(rows.ids), new Uint8Array(rows.hashes));
  written.set(at, { index, probe: attachIndex(index.share()) });
  return { size: index.size, memoryBytes: index.memoryBytes, shared: index.share() };
}

function change(at: number, ids: BigUint64Array, hashes: Uint8Array, live: Uint8Array): TaskDone {
  const one = written.get(at);
  if (!one) throw new Error('an index that is not there was to be changed');
  const { index } = one;
  for (const [row, id] of ids.entries()) {
    if (live[row]) index.insert(id, hashes.subarray(32 * row, 32 * row + 32));
    else index.remove(id);
  }
  const done: TaskDone = { size: index.size, memoryBytes: index.memoryBytes };
  if (one.probe.size === index.size) return done;
  one.probe = attachIndex(index.share());
  return { ...done, shared: index.share() };
}

function perform(task: Task): TaskDone {
  switch (task.task) {
    case 'append':
      append(task.at, task.ids, task.hashes);
      return { size: 0, memoryBytes: 0 };
    case 'build':
      return build(task.at);
    case 'change':
      return change(task.at, task.ids, task.hashes, task.live);
    case 'drop':
      waiting.delete(task.at);
      written.delete(task.at);
      return { size: 0, memoryBytes: 0 };
  }
}

parentPort?.on('message', ({ id, task }: { id: number; task: Task }) => {
  parentPort?.postMessage({ id, done: perform(task) } satisfies Told);
});
