import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pixels } from '@keben/pdq';
import { createPictureSplitter } from './portable-pixmap.ts';

/** What ffmpeg is started with to write pictures to its output. */
export interface FfmpegRun {
  ffmpeg: string;
  /** What it reads from, and how; its output is added. */
  words: string[];
  /** What it reads on its standard input. */
  input?: Iterable<Uint8Array>;
  /** It is ended after so long. */
  seconds: number;
  /** Of a picture. */
  pixels: number;
  onStart(pid: number): void;
}

export type FfmpegEnd =
  | { status: 'absent' }
  /** `late`: ended by the clock. `failed`: its exit code says so. */
  | { status: 'ended'; late: boolean; failed: boolean; complaint: string };

/** Before the input. Its complaints are what `FfmpegEnd` tells. */
export const QUIETLY = ['-nostdin', '-hide_banner', '-loglevel', 'error'];

/** Runs ffmpeg and hands over each picture as soon as it is whole. Rejects when it writes anything else. */
export async function picturesByFfmpeg(run: FfmpegRun, take: (pixels: Pixels) => void): Promise<FfmpegEnd> {
  const { ffmpeg, words, input, seconds, pixels, onStart } = run;
  const child = spawn(ffmpeg, [...words, '-f', 'image2pipe', '-c:v', 'ppm', 'pipe:1'], {
    stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  const { stdin, stdout, stderr } = child;
  const started = await Promise.race([once(child, 'spawn'), once(child, 'error')]).then(
    () => child.pid !== undefined,
    () => false,
  );
  if (!started || !stdout || !stderr) return { status: 'absent' };
  onStart(child.pid as number);
  const closed = once(child, 'close') as Promise<[number | null]>;
  let late = false;
  const clock = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, 1000 * seconds);
  let complaint = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < 2000) complaint += text;
  });
  // It may end before it has read everything; its exit code tells.
  if (stdin && input) pipeline(Readable.from(input), stdin).catch(() => undefined);
  const split = createPictureSplitter(pixels);
  try {
    for await (const chunk of stdout) for (const picture of split(chunk as Uint8Array)) take(picture);
    const [code] = await closed;
    return { status: 'ended', late, failed: code !== 0, complaint };
  } finally {
    clearTimeout(clock);
    child.kill('SIGKILL');
  }
}
