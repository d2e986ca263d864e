// A reading thread of threads.test.ts. Asks for the hashes that stay, each under its number as id, until told to stop;
// asks for one hash when it is sent one.
import { parentPort, workerData } from 'node:worker_threads';
import { hammingDistance } from '../codec.ts';
import { attachIndex, type SharedIndex } from './hash-index.ts';

const { shared, asked, radius } = workerData as { shared: SharedIndex; asked: Uint8Array; radius: number };
const index = attachIndex(shared);
const count = asked.length / 32;
const faults: string[] = [];
let queries = 0;
let stopped = false;

/** What is known of every answer: itself at distance 0, each id once, true distances of those that stay. */
function askOne(): void {
  const number = queries++ % count;
  const query = asked.subarray(32 * number, 32 * number + 32);
  const seen = new Set<bigint>();
  for (const { id, distance } of index.query(query, radius)) {
    if (seen.has(id)) faults.push(`query ${queries}: ${id} twice`);
    seen.add(id);
    if (distance > radius) faults.push(`query ${queries}: ${id} at ${distance}`);
    if (id >= BigInt(count)) continue;
    const known = asked.subarray(32 * Number(id), 32 * Number(id) + 32);
    if (hammingDistance(known, query) !== distance) faults.push(`query ${queries}: ${id} not at ${distance}`);
  }
  if (!seen.has(BigInt(number))) faults.push(`query ${queries}: ${number} missed`);
}

function askOn(): void {
  for (let burst = 0; burst < 50 && faults.length < 10; burst++) askOne();
  if (!stopped && count > 1) setImmediate(askOn);
}

parentPort?.on('message', (message: 'stop' | Uint8Array) => {
  if (message !== 'stop') {
    parentPort?.postMessage(index.query(message, radius).map(({ id }) => id));
    return;
  }
  stopped = true;
  parentPort?.postMessage({ queries, faults });
});
parentPort?.postMessage('ready');
askOn();
