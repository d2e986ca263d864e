import { LEAST_FRAME_QUALITY } from '@keben/pdq';
import { DeviceError, hashFrame } from './hash-calls.ts';

/** Longer films would keep a phone busy too long; only their exact copy is found. */
export const LONGEST_FILM_SECONDS = 600;

export interface Frame {
  hash: string;
  quality: number;
  seconds: number;
}

export type Film = { type: 'frames'; frames: Frame[] } | { type: 'too-long' } | { type: 'not-played' };

/**
 * One frame a second, counted from the film's first frame, hashed (vPDQ); equal hashes and frames that show too little
 * are left out. The server takes the same frames (apps/server/src/detect/media/files/film-frames.ts).
 */
export async function hashFilm(
  file: Blob,
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<Film> {
  const film = document.createElement('video');
  film.muted = true;
  film.playsInline = true;
  film.preload = 'auto';
  const address = URL.createObjectURL(file);
  try {
    const loaded = happens(film, 'loadeddata', signal);
    film.src = address;
    await loaded;
    const first = await shows(film, 0);
    const from = first?.at ?? 0;
    const to = await endOf(film, signal);
    if (to - from > LONGEST_FILM_SECONDS) return { type: 'too-long' };
    if (film.videoWidth === 0) return { type: 'not-played' };
    return { type: 'frames', frames: await framesOf(film, { from, to }, signal, progress) };
  } catch (cause) {
    if (cause instanceof DeviceError) return { type: 'not-played' };
    throw cause;
  } finally {
    film.removeAttribute('src');
    film.load();
    URL.revokeObjectURL(address);
  }
}

/** Seconds behind the end of every film: players go to the end. */
const AFTER_ALL = 1e9;

/** Where its pictures end: films that a browser recorded do not say, and sound may go on after the last frame. */
async function endOf(film: HTMLVideoElement, signal: AbortSignal): Promise<number> {
  let before: number;
  // Some players learn only at what they took for the end that it is further.
  do {
    before = film.duration;
    await seek(film, AFTER_ALL, signal);
  } while (film.duration > before && film.duration < AFTER_ALL);
  const last = shown(film);
  return last?.lasts ? last.at + last.lasts : film.currentTime;
}

async function framesOf(
  film: HTMLVideoElement,
  { from, to }: { from: number; to: number },
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<Frame[]> {
  const frames = new Map<string, Frame>();
  const count = Math.max(1, Math.ceil(to - from - LEAST_SECONDS));
  for (let second = 0; second < count; second++) {
    await seek(film, from + second, signal);
    const { hash, quality } = await hashFrame(film, signal);
    if (quality >= LEAST_FRAME_QUALITY && !frames.has(hash))
      frames.set(hash, { hash, quality, seconds: second });
    progress((second + 1) / count);
  }
  return [...frames.values()];
}

/** Times are rounded: what begins so late in a film's last moment does not begin. */
const LEAST_SECONDS = 0.001;

async function seek(film: HTMLVideoElement, seconds: number, signal: AbortSignal): Promise<void> {
  const sought = happens(film, 'seeked', signal);
  film.currentTime = seconds;
  await sought;
  await shows(film, Math.min(seconds, film.currentTime));
}

/** A frame that does not come within this time is not coming: the film shows the one before for longer. */
const DRAW_MS = 500;
const LOOK_EVERY_MS = 10;

/** Resolves when the frame of that second is what would be drawn: after `seeked` it may still be the one before. */
async function shows(film: HTMLVideoElement, seconds: number): Promise<ShownFrame | undefined> {
  const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
  // Without a way to ask which frame it is, a moment must do.
  if (typeof VideoFrame !== 'function') return void (await pause(DRAW_MS / 5));
  for (let waited = 0; waited < DRAW_MS; waited += LOOK_EVERY_MS) {
    const frame = shown(film);
    if (frame && frame.at + Math.max(frame.lasts, 0.999) > seconds && frame.at < seconds + 0.5) return frame;
    await pause(LOOK_EVERY_MS);
  }
  return shown(film);
}

/** Seconds: where in the film its present frame begins, and how long the file says that it lasts (0: it does not). */
interface ShownFrame {
  at: number;
  lasts: number;
}

function shown(film: HTMLVideoElement): ShownFrame | undefined {
  if (typeof VideoFrame !== 'function') return undefined;
  try {
    const frame = new VideoFrame(film);
    const [at, lasts] = [frame.timestamp / 1e6, (frame.duration ?? 0) / 1e6];
    frame.close();
    return { at, lasts };
  } catch (cause) {
    if (cause instanceof DOMException) return undefined;
    throw cause;
  }
}

const PATIENCE_MS = 30_000;

/** Rejects with DeviceError when the film cannot be played or nothing happens for long. */
function happens(film: HTMLVideoElement, event: string, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  return new Promise<void>((resolve, reject) => {
    const failed = () => reject(new DeviceError('the film cannot be played'));
    const stopped = () => reject(signal.reason);
    const timer = setTimeout(failed, PATIENCE_MS);
    over.signal.addEventListener('abort', () => clearTimeout(timer));
    film.addEventListener(event, () => resolve(), over);
    film.addEventListener('error', failed, over);
    signal.addEventListener('abort', stopped, over);
    if (signal.aborted) stopped();
  }).finally(() => over.abort());
}
