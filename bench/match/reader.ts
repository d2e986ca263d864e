// A thread that asks over the memory of another thread's index: all queries for each message that it gets.
import { parentPort, workerData } from 'node:worker_threads';
import { attachIndex, type SharedIndex } from '@keben/pdq';
import { askAll, RADIUS, type Round } from './ours.ts';

const { shared, queries } = workerData as { shared: SharedIndex; queries: Uint8Array };
const reader = attachIndex(shared);
askAll((hash) => reader.query(hash, RADIUS), queries);
parentPort?.on('message', () => {
  const round: Round = askAll((hash) => reader.query(hash, RADIUS), queries);
  parentPort?.postMessage(round);
});
parentPort?.postMessage('ready');
