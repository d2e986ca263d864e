/** The thread that reads files of strangers: it may hang or run out of memory without harm to the server. */
import { parentPort } from 'node:worker_threads';
import { readProvenance } from './read-provenance.ts';

const port = parentPort;
if (!port) throw new Error('worker.ts runs as a worker thread only');
port.on('message', (file: Uint8Array) => {
  void readProvenance(file).then((answer) => port.postMessage(answer));
});
