import type { Logger } from 'pino';
import { anyAddress } from '../../../base/outbound.ts';
import { type Fetched, type FetchOptions, fetchMedia } from './fetch-media.ts';
import { createMediaFolder, type MediaFile } from './media-folder.ts';
import { type MediaProcess, startMediaProcess } from './media-process.ts';
import { type MediaReading, type ReadLimits, unseen } from './reading.ts';

/** Room for pictures of 60 megapixels (of phones, more are rare), and for films of ten minutes. */
export const READ_LIMITS: ReadLimits = {
  bytes: 100_000_000,
  pixels: 60_000_000,
  seconds: 20,
  filmSeconds: 60,
  frames: 600,
  memoryMegabytes: 1000,
};

export interface MediaReaderOptions {
  /** Processes that read, at most; each is started when it is needed and ends after a minute without work. */
  workers: number;
  limits?: Partial<ReadLimits>;
  /** Files that may wait for a process; beyond it the answer is `busy`. */
  waiting?: number;
  /** Folder in which files lie until they are read; the system's for temporary files when left out. */
  folder?: string;
  /** Program that decodes films, found on PATH. */
  ffmpeg?: string;
  /** `fetch` may call addresses inside our own network. */
  allowPrivate?: boolean;
  log?: Pick<Logger, 'warn'>;
}

export interface MediaReader {
  limits: ReadLimits;
  /** Keeps an upload until it is read; `undefined` when it is more than `limits.bytes`. Rejects when the source does. */
  save(source: AsyncIterable<Uint8Array>): Promise<MediaFile | undefined>;
  /** Fetches a file for reading. Never rejects for what is at the other end. */
  fetch(url: string, options?: FetchOptions): Promise<Fetched>;
  /**
   * Digests and what can be seen of a file, read in another process; removes the file (of `save` and `fetch`). Never
   * rejects for what the file holds.
   */
  read(
    file: { path: string; remove?(): Promise<void> },
    options?: { dihedral?: boolean },
  ): Promise<MediaReading>;
  /** For metrics. */
  state(): { processes: number[]; busy: number; waiting: number };
  close(): Promise<void>;
}

const IDLE_MILLISECONDS = 60_000;

/** Seconds that a file waits for a process before the answer is `busy`. */
const LONGEST_WAIT = 30_000;

/** A few processes that read hostile files for this one; docs/adr/0031-files-read-in-processes-of-their-own.md. */
export function createMediaReader(options: MediaReaderOptions): MediaReader {
  const { workers, waiting: mayWait = 8 * workers, ffmpeg = 'ffmpeg', allowPrivate = false, log } = options;
  const limits = { ...READ_LIMITS, ...options.limits };
  const idle: { process: MediaProcess; timer: NodeJS.Timeout }[] = [];
  const busy = new Set<MediaProcess>();
  const waiting: ((process: MediaProcess | undefined) => void)[] = [];
  // Made with the first file; swept of what a crash left then, too.
  let folder: ReturnType<typeof createMediaFolder> | undefined;
  let closed = false;
  const folderOf = () => {
    folder ??= createMediaFolder(options.folder);
    return folder;
  };

  function start(): MediaProcess {
    return startMediaProcess((end) => {
      if (!closed) log?.warn(end, 'a process that reads media files was ended during a file');
    });
  }

  function take(): MediaProcess | Promise<MediaProcess | undefined> | undefined {
    while (idle.length > 0) {
      const { process, timer } = idle.pop() as (typeof idle)[number];
      clearTimeout(timer);
      if (process.fit()) return process;
      process.stop();
    }
    if (busy.size < workers) return start();
    if (waiting.length >= mayWait) return undefined;
    return new Promise((turn) => {
      const giveUp = setTimeout(() => {
        waiting.splice(waiting.indexOf(begin), 1);
        turn(undefined);
      }, LONGEST_WAIT);
      const begin = (process: MediaProcess | undefined) => {
        clearTimeout(giveUp);
        turn(process);
      };
      waiting.push(begin);
    });
  }

  function release(process: MediaProcess): void {
    busy.delete(process);
    if (closed || !process.fit()) process.stop();
    const next = closed ? undefined : waiting.shift();
    if (next) {
      const free = process.fit() ? process : start();
      busy.add(free);
      next(free);
    } else if (!closed && process.fit()) {
      const timer = setTimeout(() => {
        idle.splice(idle.indexOf(entry), 1);
        process.stop();
      }, IDLE_MILLISECONDS).unref();
      const entry = { process, timer };
      idle.push(entry);
    }
  }

  return {
    limits,
    save: async (source) => (await folderOf()).save(source, limits.bytes),
    fetch: async (url, fetching) =>
      fetchMedia(await folderOf(), url, {
        maxBytes: limits.bytes,
        ...(allowPrivate && { allows: anyAddress }),
        ...fetching,
      }),
    async read(file, { dihedral = false } = {}) {
      let process: MediaProcess | undefined;
      try {
        const taken = closed ? undefined : take();
        process = taken instanceof Promise ? await taken : taken;
        if (!process)
          return { seen: unseen('busy', 'too many files are being read at this moment; try again') };
        busy.add(process);
        return await process.read({ path: file.path, dihedral, limits, ffmpeg });
      } finally {
        if (process) release(process);
        await file.remove?.();
      }
    },
    state: () => ({
      processes: [...busy, ...idle.map(({ process }) => process)].flatMap((process) => process.pid() ?? []),
      busy: busy.size,
      waiting: waiting.length,
    }),
    async close() {
      closed = true;
      for (const { process, timer } of idle.splice(0)) {
        clearTimeout(timer);
        process.stop();
      }
      for (const process of busy) process.stop();
      for (const turn of waiting.splice(0)) turn(undefined);
      await (await folder)?.close();
    },
  };
}
