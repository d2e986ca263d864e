/**
 * Runs in a process of its own, started by media-process.ts: reads one file at a time for the server. Whatever a
 * decoder does here, it does not to the server.
 */
import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { createHasher } from '@keben/pdq';
import sharp from 'sharp';
import { readMedia } from './read-media.ts';
import { type ReaderMessage, type ReadJob, unseen } from './reading.ts';

/** What this process takes when it has just started, and half as much again. */
const RESTING_BYTES = 140_000_000;

const send = (message: ReaderMessage) => process.send?.(message);

/** With the decoder that it started: both are of one process group. By force, as a decoder may hold a thread. */
function end(): void {
  process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
}

// The server is gone, also when it could say nothing.
process.on('disconnect', end);

/** Where memory runs out, the kernel shall take this process and never the server. */
function offerToKernel(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch (cause) {
    // A sandbox may forbid it; the parent watches the memory in any case.
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
  }
}

offerToKernel();
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
sharp.concurrency(1);
sharp.cache(false);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadHeifBuffer',
  ],
});
const hasher = await createHasher();

process.on('message', async (job: ReadJob) => {
  const seen = await readMedia(job, hasher, {
    onDigests: (digests, of) => send({ kind: 'digests', digests, of }),
    onDecoder: (pid) => send({ kind: 'decoder', pid }),
  }).catch((cause: unknown) => unseen('damaged', `the file cannot be decoded (${nameOf(cause)})`));
  // The pixels of a large picture would stay until the next one needs their room, and count as memory in use.
  if (process.memoryUsage.rss() > RESTING_BYTES) globalThis.gc?.();
  send({ kind: 'seen', seen });
});
send({ kind: 'ready' });

function nameOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : 'unknown fault';
}
