import { setTimeout as wait } from 'node:timers/promises';

/**
 * Between the beginnings of two reads while many requests wait: half as many reads cost a third less of both cores at
 * 5,000 requests a second (`npm run bench:decisions`), and an answer comes a millisecond later.
 */
const GATHER_MS = 3;
/** With fewer requests waiting, now and at the read before, there is time to read for each. */
const FEW = 4;

export interface SharedReadsOptions<Q, A> {
  /** Answers what some requests of one organisation ask, in their order. Not called again before it has settled. */
  read(organisationId: string, asked: Q[]): Promise<A[]>;
  /** What a request counts of the `most` of one read; a request that counts more is read alone. */
  sizeOf(asked: Q): number;
  most: number;
  /** Told of each read, after its answers were given. */
  observe?: ((organisationId: string, answers: A[]) => void) | undefined;
}

interface Waiting<Q, A> {
  asked: Q;
  resolve(answer: A): void;
  reject(fault: unknown): void;
}

/**
 * One read of the database for requests that arrive together. The first request of an idle organisation is read at once;
 * those that come meanwhile share the next read, and while many come, reads begin a few milliseconds apart. Nothing is
 * kept from one read to the next, so every answer is as fresh as the database when its read began, which is after the
 * request came. The function that it returns is not to be called inside a transaction.
 */
export function createSharedReads<Q, A>({ read, sizeOf, most, observe }: SharedReadsOptions<Q, A>) {
  const queues = new Map<string, Waiting<Q, A>[]>();

  async function serve(organisationId: string, queue: Waiting<Q, A>[]): Promise<void> {
    let began = Number.NEGATIVE_INFINITY;
    let before = 0;
    while (queue.length > 0) {
      const isBusy = Math.max(queue.length, before) >= FEW;
      const rest = isBusy ? began + GATHER_MS - performance.now() : 0;
      if (rest > 0) await wait(rest);
      began = performance.now();
      const batch = takeBatch(queue);
      before = batch.length;
      try {
        const answers = await read(
          organisationId,
          batch.map(({ asked }) => asked),
        );
        for (const [at, { resolve }] of batch.entries()) resolve(answers[at] as A);
        observe?.(organisationId, answers);
      } catch (fault) {
        for (const { reject } of batch) reject(fault);
      }
    }
    queues.delete(organisationId);
  }

  function takeBatch(queue: Waiting<Q, A>[]): Waiting<Q, A>[] {
    let count = 0;
    let size = 0;
    for (const { asked } of queue) {
      const more = sizeOf(asked);
      if (count > 0 && size + more > most) break;
      count++;
      size += more;
    }
    return queue.splice(0, count);
  }

  return (organisationId: string, asked: Q): Promise<A> =>
    new Promise((resolve, reject) => {
      const waiting = queues.get(organisationId);
      if (waiting) {
        waiting.push({ asked, resolve, reject });
        return;
      }
      const queue: Waiting<Q, A>[] = [{ asked, resolve, reject }];
      queues.set(organisationId, queue);
      // Requests parsed in this turn of the event loop come along.
      setImmediate(() => void serve(organisationId, queue));
    });
}
