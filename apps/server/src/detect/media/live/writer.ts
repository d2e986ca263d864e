import { Worker } from 'node:worker_threads';
import type { SharedIndex } from '@keben/pdq';

/** Ids and 32 bytes of hash for each. */
export interface IndexRows {
  ids: BigUint64Array<ArrayBuffer>;
  hashes: Uint8Array<ArrayBuffer>;
}

/** What the writing thread is asked to do with the index of a number. */
export type Task =
  | ({ task: 'append'; at: number } & IndexRows)
  | { task: 'build'; at: number }
  | ({ task: 'change'; at: number; live: Uint8Array<ArrayBuffer> } & IndexRows)
  | { task: 'drop'; at: number };

export interface TaskDone {
  size: number;
  memoryBytes: number;
  /** For the reader to attach to, when it is new. */
  shared?: SharedIndex;
}
export interface Told {
  id: number;
  done: TaskDone;
}

export interface Writer {
  /** A number for an index; it lives in the thread that runs now, and ends with it. */
  number(): number;
  /** Whether the thread of an index still runs. */
  holds(at: number): boolean;
  /** In the order of calls; rows are handed over, not copied. Rejects when the thread of the index has ended or ends. */
  perform(task: Task): Promise<TaskDone>;
  close(): Promise<void>;
}

interface Thread {
  worker: Worker;
  waiting: Map<number, PromiseWithResolvers<TaskDone>>;
}

/** The thread that writes large indexes; starts with the first. `onLost`: it failed, and its indexes are frozen. */
export function createWriter(onLost: (fault: unknown) => void): Writer {
  let thread: Thread | undefined;
  /** An index that was begun in a thread that ended must not go on in the next: it would lack what came before. */
  const homes = new Map<number, Thread>();
  let nextTask = 0;
  let nextIndex = 0;

  function open(): Thread {
    const worker = new Worker(new URL('./writer-thread.ts', import.meta.url));
    worker.unref();
    const one: Thread = { worker, waiting: new Map() };
    worker.on('message', ({ id, done }: Told) => {
      one.waiting.get(id)?.resolve(done);
      one.waiting.delete(id);
    });
    let fault: unknown = new Error('the thread that writes indexes ended');
    worker.on('error', (cause) => {
      fault = new Error('the thread that writes indexes failed', { cause });
    });
    worker.on('exit', () => {
      for (const { reject } of one.waiting.values()) reject(fault);
      one.waiting.clear();
      for (const [at, home] of homes) if (home === one) homes.delete(at);
      if (thread !== one) return;
      thread = undefined;
      onLost(fault);
    });
    return one;
  }

  return {
    number() {
      thread ??= open();
      homes.set(nextIndex, thread);
      return nextIndex++;
    },
    holds: (at) => homes.has(at),
    perform(task) {
      const home = homes.get(task.at);
      if (!home) return Promise.reject(new Error('the thread that wrote this index ended'));
      if (task.task === 'drop') homes.delete(task.at);
      const id = nextTask++;
      const waiting = Promise.withResolvers<TaskDone>();
      home.waiting.set(id, waiting);
      const buffers = 'ids' in task ? [task.ids.buffer, task.hashes.buffer] : [];
      home.worker.postMessage({ id, task }, buffers);
      return waiting.promise;
    },
    async close() {
      const one = thread;
      thread = undefined;
      await one?.worker.terminate();
    },
  };
}
