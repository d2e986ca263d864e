import type { Pixels } from '@keben/pdq';
import { asStored, type Picture, pickPixels } from '@keben/pdq/browser';
import type { Puzzle } from '../puzzle.ts';
import type { Digests } from './digests.ts';

export type Job =
  | { type: 'ready' }
  | { type: 'picture'; file: Blob }
  | { type: 'frame'; bitmap: ImageBitmap }
  | { type: 'pixels'; pixels: Pixels; file?: Blob }
  | { type: 'digests'; file: Blob }
  | { type: 'puzzle'; puzzle: Puzzle };

/** Milliseconds. */
export interface Times {
  decode: number;
  pixels: number;
  hash: number;
}

export interface Hashed {
  type: 'hash';
  /** 64 hexadecimal digits. */
  hash: string;
  /** The seven hashes of the picture turned and mirrored. */
  turned: string[];
  /** 0–100. */
  quality: number;
  times: Times;
}

export type Answer =
  | { type: 'ready'; kind: 'wasm' | 'typescript' }
  | Hashed
  | { type: 'digests'; digests: Digests | null }
  | { type: 'puzzle'; nonce: string };

export type ToWorker = { id: number; job: Job } | { stop: number };
type FromWorker =
  | { id: number; answer: Answer }
  | { id: number; error: string }
  | { id: number; share: number };

/** The device could not do it (a format it cannot open, too little memory, no worker). */
export class DeviceError extends Error {}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
  progress?: (share: number) => void;
}

const waiting = new Map<number, Waiting>();
let worker: Worker | undefined;
let last = 0;

function started(): Worker {
  if (worker) return worker;
  const made = new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' });
  made.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    const one = waiting.get(data.id);
    if ('share' in data) {
      one?.progress?.(data.share);
      return;
    }
    waiting.delete(data.id);
    if ('answer' in data) one?.resolve(data.answer);
    else one?.reject(new DeviceError(data.error));
  });
  made.addEventListener('error', () => {
    for (const one of waiting.values()) one.reject(new DeviceError('the worker failed'));
    waiting.clear();
    worker = undefined;
  });
  worker = made;
  return made;
}

async function ask<T extends Answer['type']>(
  job: Job,
  expected: T,
  options: { signal?: AbortSignal; progress?: (share: number) => void; transfer?: Transferable[] } = {},
): Promise<Extract<Answer, { type: T }>> {
  const { signal, progress, transfer = [] } = options;
  signal?.throwIfAborted();
  const id = ++last;
  const stop = () => worker?.postMessage({ stop: id } satisfies ToWorker);
  signal?.addEventListener('abort', stop, { once: true });
  const answer = await new Promise<Answer>((resolve, reject) => {
    waiting.set(id, { resolve, reject, ...(progress && { progress }) });
    try {
      started().postMessage({ id, job } satisfies ToWorker, transfer);
    } catch (cause) {
      waiting.delete(id);
      reject(new DeviceError('the worker could not be asked', { cause }));
    }
  }).finally(() => signal?.removeEventListener('abort', stop));
  signal?.throwIfAborted();
  if (answer.type !== expected) throw new DeviceError(`asked for ${expected}, got ${answer.type}`);
  return answer as Extract<Answer, { type: T }>;
}

/** Loads all that hashing needs, so that it works without a network from then on. */
export const loadHasher = () => ask({ type: 'ready' }, 'ready');

/** PDQ of a picture file, of its pixels as stored. Rejects with DeviceError when the browser cannot open it. */
export async function hashPicture(file: Blob, signal?: AbortSignal): Promise<Hashed> {
  const options = signal ? { signal } : {};
  if (hasOffscreenCanvas()) return ask({ type: 'picture', file }, 'hash', options);
  const began = performance.now();
  const bitmap = await createImageBitmap(await asStored(file)).catch((cause: unknown) => {
    throw new DeviceError('not decoded', { cause });
  });
  const decoded = performance.now();
  const hashed = await hashOnPage(
    { source: bitmap, width: bitmap.width, height: bitmap.height, file },
    signal,
  );
  bitmap.close();
  return { ...hashed, times: { ...hashed.times, decode: decoded - began } };
}

/** PDQ of what a film shows now. */
export async function hashFrame(film: HTMLVideoElement, signal?: AbortSignal): Promise<Hashed> {
  if (!hasOffscreenCanvas()) {
    return hashOnPage({ source: film, width: film.videoWidth, height: film.videoHeight }, signal);
  }
  const bitmap = await bitmapOf(film);
  return ask({ type: 'frame', bitmap }, 'hash', { transfer: [bitmap], ...(signal && { signal }) });
}

/** For a moment after a jump a film may have no frame to give. */
async function bitmapOf(film: HTMLVideoElement): Promise<ImageBitmap> {
  for (let tries = 0; ; tries++) {
    try {
      return await createImageBitmap(film);
    } catch (cause) {
      if (tries === 20) throw new DeviceError('the film shows no frame', { cause });
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

/** MD5, SHA-1 and SHA-256; rejects with the signal's reason when stopped. */
export async function digestFile(
  file: Blob,
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<Digests> {
  const { digests } = await ask({ type: 'digests', file }, 'digests', { signal, progress });
  if (!digests) throw new DeviceError('stopped without being asked');
  return digests;
}

export async function solvePuzzle(puzzle: Puzzle): Promise<string> {
  return (await ask({ type: 'puzzle', puzzle }, 'puzzle')).nonce;
}

function hasOffscreenCanvas(): boolean {
  return typeof OffscreenCanvas === 'function';
}

/** Older browsers draw on the page only: in slices, so that the page stays usable. */
async function hashOnPage(
  { file, ...picture }: Picture & { file?: Blob },
  signal?: AbortSignal,
): Promise<Hashed> {
  const began = performance.now();
  const pixels = await pickPixels(picture, newContext, async () => {
    await new Promise((done) => setTimeout(done));
    signal?.throwIfAborted();
  });
  const picked = performance.now();
  const hashed = await ask(
    { type: 'pixels', pixels, ...(file && { file }) },
    'hash',
    signal ? { signal } : {},
  );
  return { ...hashed, times: { ...hashed.times, pixels: picked - began } };
}

function newContext(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new DeviceError('no canvas');
  return context;
}
