// A reading thread of threads.test.ts. Asks on and on for what stays (ids from 4000, 32 bytes of hash for each) and
// keeps what is wrong with the answers, until told to stop; asks for one hash when it is sent one. `other` has a second
// hash for each that stays, which it may have as well. `asked` counts the answers.
import { parentPort, workerData } from 'node:worker_threads';
import { hammingDistance } from '../codec.ts';
import { attachIndex, type SharedIndex } from './hash-index.ts';

const { shared, stay, other, asked } = workerData as {
  shared: SharedIndex;
  stay: Uint8Array;
  other: Uint8Array;
  asked: Int32Array;
};
const FIRST = 4000n;
const index = attachIndex(shared);
const count = stay.length / 32;
const faults: string[] = [];
let queries = 0;
let stopped = false;

const hashOf = (number: number, from = stay) => from.subarray(32 * number, 32 * number + 32);

function askOnce(): void {
  const query = hashOf(queries++ % count);
  const seen = new Set<bigint>();
  let staying = 0;
  for (const { id, distance } of index.query(query, 31)) {
    if (seen.has(id)) faults.push(`query ${queries}: ${id} twice`);
    seen.add(id);
    if (id < FIRST) continue;
    staying++;
    const number = Number(id - FIRST);
    if ([stay, other].every((from) => hammingDistance(hashOf(number, from), query) !== distance)) {
      faults.push(`query ${queries}: ${id} is not at ${distance}`);
    }
  }
  Atomics.add(asked, 0, 1);
  if (staying !== count) faults.push(`query ${queries}: ${staying} of ${count} that stay`);
}

function askOn(): void {
  for (let burst = 0; burst < 10 && faults.length < 10 && !stopped; burst++) askOnce();
  // Nobody needs to wait for more answers when these are wrong.
  if (faults.length >= 10) Atomics.store(asked, 0, 2 ** 30);
  if (!stopped) setImmediate(askOn);
}

parentPort?.on('message', (message: 'stop' | Uint8Array) => {
  stopped = true;
  parentPort?.postMessage(
    message === 'stop' ? { queries, faults } : index.query(message, 31).map(({ id }) => id),
  );
});
parentPort?.postMessage('ready');
if (count > 0) askOn();
