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

/** One frame a second, hashed (vPDQ); equal hashes and frames that show too little are left out. */
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
    await drawn(film, 0);
    const seconds = await durationOf(film, signal);
    if (seconds > LONGEST_FILM_SECONDS) return { type: 'too-long' };
    if (film.videoWidth === 0) return { type: 'not-played' };
    return { type: 'frames', frames: await framesOf(film, seconds, signal, progress) };
  } catch (cause) {
    if (cause instanceof DeviceError) return { type: 'not-played' };
    throw cause;
  } finally {
    film.removeAttribute('src');
    film.load();
    URL.revokeObjectURL(address);
  }
}

async function framesOf(
  film: HTMLVideoElement,
  seconds: number,
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<Frame[]> {
  const frames = new Map<string, Frame>();
  for (let second = 0; second < Math.max(seconds, 1); second++) {
    if (second > 0 || film.currentTime > 0) await seek(film, second, signal);
    const { hash, quality } = await hashFrame(film, signal);
    if (quality >= LEAST_FRAME_QUALITY && !frames.has(hash))
      frames.set(hash, { hash, quality, seconds: second });
    progress((second + 1) / Math.ceil(Math.max(seconds, 1)));
  }
  return [...frames.values()];
}

/** Films that a browser recorded do not say how long they are: the end is looked for. */
async function durationOf(film: HTMLVideoElement, signal: AbortSignal): Promise<number> {
  if (Number.isFinite(film.duration)) return film.duration;
  await seek(film, 1e9, signal);
  return film.currentTime;
}

async function seek(film: HTMLVideoElement, seconds: number, signal: AbortSignal): Promise<void> {
  const sought = happens(film, 'seeked', signal);
  film.currentTime = seconds;
  await sought;
  await drawn(film, seconds);
}

/** A frame that does not come within this time is not coming: the film shows the one before for longer. */
const DRAW_MS = 500;
const LOOK_EVERY_MS = 10;

/** Resolves when the frame of that second is what would be drawn: after `seeked` it may still be the one before. */
async function drawn(film: HTMLVideoElement, seconds: number): Promise<void> {
  const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
  // Without a way to ask which frame it is, a moment must do.
  if (typeof VideoFrame !== 'function') return void (await pause(DRAW_MS / 5));
  for (let waited = 0; waited < DRAW_MS; waited += LOOK_EVERY_MS) {
    const at = shownAt(film);
    if (at !== undefined && at > seconds - 0.999 && at < seconds + 0.5) return;
    await pause(LOOK_EVERY_MS);
  }
}

/** Seconds from the beginning of the film at which its present frame lies; undefined while it has none. */
function shownAt(film: HTMLVideoElement): number | undefined {
  try {
    const frame = new VideoFrame(film);
    const at = frame.timestamp / 1e6;
    frame.close();
    return at;
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
