import { Worker } from 'node:worker_threads';
import { type Provenance, unavailable } from './read-provenance.ts';

export type { Provenance } from './read-provenance.ts';

/** Largest file that is read (100 MB). */
export const MAX_FILE = 100_000_000;
const TIMEOUT_MS = 10_000;

/**
 * Reads a file's provenance in a worker thread of its own, which is ended with it: after ten seconds, or when it wants
 * more memory than it may have, the answer is `unavailable`. The bytes are copied into the thread and kept nowhere.
 */
export async function provenanceOf(
  file: Uint8Array,
  { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
): Promise<Provenance> {
  if (file.length > MAX_FILE) {
    return unavailable('too-large', `The file has ${file.length} bytes; at most ${MAX_FILE} are read.`);
  }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 256 },
    stdout: true,
    stderr: true,
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Provenance>((answer) => {
      timer = setTimeout(
        () => answer(unavailable('timeout', `Reading took longer than ${timeoutMs} ms.`)),
        timeoutMs,
      );
      worker.once('message', answer);
      worker.once('error', (cause) =>
        answer(unavailable('failed', `Reading failed: ${String(cause).slice(0, 200)}`)),
      );
      worker.once('exit', () => answer(unavailable('failed', 'The reader ended without an answer.')));
      worker.postMessage(file);
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
