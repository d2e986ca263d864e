import { Worker } from 'node:worker_threads';
import type { Safeguard } from '../safeguards.ts';
import type { SampleComparison } from './compare.ts';
import type { Examination, StoredSample } from './examine.ts';
import type { OwnPolicy, PolicyFault } from './own-policies.ts';

export interface ThreadData {
  files: Pick<Safeguard, 'id' | 'file' | 'text'>[];
  schema: string;
}
export interface Asked {
  id: number;
  task: 'faults' | 'examine' | 'compare';
  own: readonly OwnPolicy[];
  against: readonly OwnPolicy[];
  samples: readonly StoredSample[];
}
export type Answered = { id: number; compiled: number } & ({ result: unknown } | { fault: string });

export interface Examiner {
  faults(own: readonly OwnPolicy[]): Promise<PolicyFault[]>;
  examine(own: readonly OwnPolicy[], against: readonly OwnPolicy[]): Promise<Examination>;
  compare(
    own: readonly OwnPolicy[],
    against: readonly OwnPolicy[],
    samples: readonly StoredSample[],
  ): Promise<SampleComparison>;
  close(): Promise<void>;
}

/** A thread that nobody asked for so long is ended. */
const IDLE_MS = 120_000;
/** A thread that takes longer for one answer is ended, and the answer is a fault. */
const LONGEST_MS = 120_000;
/** Cedar keeps every compiled set: after so many the thread is replaced. */
const MOST_COMPILED = 200;

interface Waiting {
  resolve(result: unknown): void;
  reject(fault: Error): void;
  timer: NodeJS.Timeout;
}

/**
 * Examines drafts in a thread of its own, so that the decisions of this process do not wait for it. The thread starts
 * with the first question and ends when it is idle.
 */
export function createExaminer(data: ThreadData): Examiner {
  let thread: { worker: Worker; waiting: Map<number, Waiting> } | undefined;
  let idle: NodeJS.Timeout | undefined;
  let next = 0;

  function end(one: NonNullable<typeof thread>, fault: Error): Promise<number> {
    if (thread === one) thread = undefined;
    for (const { reject, timer } of one.waiting.values()) {
      clearTimeout(timer);
      reject(fault);
    }
    one.waiting.clear();
    return one.worker.terminate();
  }

  function open(): NonNullable<typeof thread> {
    const worker = new Worker(new URL('./examine-thread.ts', import.meta.url), { workerData: data });
    worker.unref();
    const one = { worker, waiting: new Map<number, Waiting>() };
    worker.on('message', (answer: Answered) => {
      const asked = one.waiting.get(answer.id);
      one.waiting.delete(answer.id);
      clearTimeout(asked?.timer);
      if ('fault' in answer) asked?.reject(new Error(`examining a draft failed: ${answer.fault}`));
      else asked?.resolve(answer.result);
      if (answer.compiled >= MOST_COMPILED && one.waiting.size === 0)
        void end(one, new Error('the thread that examines drafts was replaced'));
    });
    worker.on('error', (cause) => {
      void end(one, new Error('the thread that examines drafts failed', { cause }));
    });
    return one;
  }

  function ask<T>(asked: Omit<Asked, 'id'>): Promise<T> {
    thread ??= open();
    const one = thread;
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (one.waiting.size === 0) void end(one, new Error('idle'));
    }, IDLE_MS);
    idle.unref();
    const id = next++;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => void end(one, new Error('examining a draft took too long')), LONGEST_MS);
      one.waiting.set(id, { resolve: (result) => resolve(result as T), reject, timer });
      one.worker.postMessage({ id, ...asked } satisfies Asked);
    });
  }

  return {
    faults: (own) => ask({ task: 'faults', own, against: [], samples: [] }),
    examine: (own, against) => ask({ task: 'examine', own, against, samples: [] }),
    compare: (own, against, samples) => ask({ task: 'compare', own, against, samples }),
    async close() {
      clearTimeout(idle);
      if (thread) await end(thread, new Error('the server stops'));
    },
  };
}
