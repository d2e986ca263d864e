import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { type MediaReading, type ReaderMessage, type ReadJob, type Unseen, unseen } from './reading.ts';

/** One process that reads files, from the side of the server. */
export interface MediaProcess {
  /** One file at a time. Never rejects: what goes wrong in there is part of the answer. */
  read(job: ReadJob): Promise<MediaReading>;
  /** False once it has ended, or should not be given another file. */
  fit(): boolean;
  pid(): number | undefined;
  stop(): void;
}

/** A process that ended during a file, for the log; no content. */
export interface EarlyEnd {
  pid: number | undefined;
  why: Unseen['why'];
  signal: NodeJS.Signals | null;
  code: number | null;
}

/** Seconds until a new process has to be ready. */
const STARTING_SECONDS = 30;

/** How often memory is looked at. A decoder fills about 100 MB in this time. */
const WATCH_MILLISECONDS = 50;

/** A process is replaced after so many files, as decoders leave pieces of memory behind. */
const FILES_BEFORE_REPLACEMENT = 500;

/** … or when it holds so much between two files (90 when new). */
const RESTING_MEGABYTES = 250;

/**
 * Starts a process that reads files (media-reader.worker.ts). It leads a process group of its own, so that a decoder
 * that it started ends with it, and it has neither the server's environment with its secrets nor its output.
 */
export function startMediaProcess(onEarlyEnd: (end: EarlyEnd) => void): MediaProcess {
  const child = fork(new URL('./media-reader.worker.ts', import.meta.url), [], {
    detached: true,
    execArgv: ['--max-old-space-size=256', '--expose-gc'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // One arena, and large blocks outside it: otherwise memory that was given back stays with the process.
    env: {
      PATH: process.env.PATH ?? '',
      MALLOC_ARENA_MAX: '1',
      MALLOC_MMAP_THRESHOLD_: '131072',
      MALLOC_TRIM_THRESHOLD_: '131072',
      VIPS_CONCURRENCY: '1',
    },
  });
  let ready = false;
  let ended = false;
  let files = 0;
  let rests = true;
  const endings = new Set<() => void>();
  child.once('exit', () => {
    // A decoder outlives a crash; now its group still bears this number.
    endGroup(child);
    ended = true;
    const tell = () => {
      for (const told of endings) told();
    };
    // What it said last may still be on its way.
    if (child.connected) child.once('disconnect', tell);
    else tell();
  });
  // Cannot be started or reached: the same as an end.
  child.on('error', () => stop());
  child.on('message', (message: ReaderMessage) => {
    if (message.kind === 'ready') ready = true;
  });

  const stop = () => {
    if (!ended) endGroup(child);
  };

  async function read(job: ReadJob): Promise<MediaReading> {
    files++;
    const reading: Omit<MediaReading, 'seen'> = {};
    const watched = [child.pid];
    const { promise, resolve } = Promise.withResolvers<MediaReading['seen'] | undefined>();
    let stopped: Unseen | undefined;
    const stopFor = (why: Unseen) => {
      stopped ??= why;
      stop();
      // Also when the process does not end at once: nobody waits for it.
      resolve(undefined);
    };
    let clock = setTimeout(
      () => stopFor(unseen('crashed', 'the process that reads files did not start')),
      1000 * STARTING_SECONDS,
    );
    const allow = (seconds: number) => {
      clearTimeout(clock);
      const late = unseen('timeout', `reading the file took more than ${seconds} seconds`);
      clock = setTimeout(() => stopFor(late), 1000 * seconds);
    };
    const begin = () => {
      allow(job.limits.seconds);
      child.send(job, (fault) => fault && stop());
    };
    const listen = (message: ReaderMessage) => {
      if (message.kind === 'ready') begin();
      else if (message.kind === 'decoder') watched.push(message.pid);
      else if (message.kind === 'seen') resolve(message.seen);
      else {
        reading.digests = message.digests;
        if (message.of) reading.kind = message.of;
        if (message.of === 'film') allow(job.limits.filmSeconds);
      }
    };
    const end = () => resolve(undefined);
    child.on('message', listen);
    endings.add(end);
    const watch = setInterval(async () => {
      const used = await residentMegabytes(watched);
      if (used > job.limits.memoryMegabytes) {
        stopFor(
          unseen('memory', `reading the file took more than ${job.limits.memoryMegabytes} MB of memory`),
        );
      }
    }, WATCH_MILLISECONDS);
    try {
      if (ended) resolve(undefined);
      else if (ready) begin();
      const seen = await promise;
      if (seen) {
        rests = (await residentMegabytes([child.pid])) < RESTING_MEGABYTES;
        return { ...reading, seen };
      }
      const why = stopped ?? unseen('crashed', 'the decoder crashed on this file');
      onEarlyEnd({ pid: child.pid, why: why.why, signal: child.signalCode, code: child.exitCode });
      return { ...reading, seen: why };
    } finally {
      clearTimeout(clock);
      clearInterval(watch);
      child.off('message', listen);
      endings.delete(end);
    }
  }

  return {
    read,
    fit: () => !ended && !child.killed && child.connected && rests && files < FILES_BEFORE_REPLACEMENT,
    pid: () => child.pid,
    stop,
  };
}

/** The process and the decoder that it may have started. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
  } catch (cause) {
    // ESRCH: the whole group has ended.
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
  child.kill('SIGKILL');
}

/** Resident memory of the processes together; 0 of those that ended, and where the system does not tell (not Linux). */
async function residentMegabytes(pids: readonly (number | undefined)[]): Promise<number> {
  const each = await Promise.all(
    pids.map(async (pid) => {
      const told = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(told)?.[1] ?? 0);
    }),
  );
  return each.reduce((sum, kilobytes) => sum + kilobytes, 0) / 1024;
}
