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
  /** A number for an index. */
  number(): number;
  /** In the order of calls; rows are handed over, not copied. Rejects when the thread ends before. */
  perform(task: Task): Promise<TaskDone>;
  close(): Promise<void>;
}

/** The thread that writes large indexes; starts with the first task. `onLost`: it failed, and its indexes are frozen. */
export function createWriter(onLost: (fault: unknown) => void): Writer {
  let thread: { worker: Worker; waiting: Map<number, PromiseWithResolvers<TaskDone>> } | undefined;
  let nextTask = 0;
  let nextIndex = 0;

  function open(): NonNullable<typeof thread> {
    const worker = new Worker(new URL('./writer-thread.ts', import.meta.url));
    worker.unref();
    const one = { worker, waiting: new Map<number, PromiseWithResolvers<TaskDone>>() };
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
      if (thread !== one) return;
      thread = undefined;
      onLost(fault);
    });
    return one;
  }

  return {
    number: () => nextIndex++,
    perform(task) {
      thread ??= open();
      const id = nextTask++;
      const waiting = Promise.withResolvers<TaskDone>();
      thread.waiting.set(id, waiting);
      const buffers = 'ids' in task ? [task.ids.buffer, task.hashes.buffer] : [];
      thread.worker.postMessage({ id, task }, buffers);
      return waiting.promise;
    },
    async close() {
      const one = thread;
      thread = undefined;
      await one?.worker.terminate();
    },
  };
}
