/** Decodes and hashes off the page's thread. Files come in, hashes go out; nothing here can reach the network. */

import { createHasher, formatHash, type Pixels } from '@keben/pdq';
import { asStored, pickPixels, withTrueColours } from '@keben/pdq/browser';
import { digestsOf, solvePuzzle } from './digests.ts';
import type { Answer, Job, Times, ToWorker } from './hash-calls.ts';

const hasher = createHasher();
const stopped = new Set<number>();

addEventListener('message', async ({ data }: MessageEvent<ToWorker>) => {
  if ('stop' in data) {
    stopped.add(data.stop);
    return;
  }
  const { id, job } = data;
  try {
    postMessage({ id, answer: await answer(id, job) });
  } catch (cause) {
    postMessage({ id, error: String(cause) });
  } finally {
    stopped.delete(id);
  }
});

async function answer(id: number, job: Job): Promise<Answer> {
  switch (job.type) {
    case 'ready':
      return { type: 'ready', kind: (await hasher).kind };
    case 'picture':
      return hashPicture(job.file);
    case 'frame': {
      const { bitmap } = job;
      const pixels = await pickPixels(pictureOf(bitmap), newContext);
      bitmap.close();
      return hashPixels(pixels);
    }
    case 'pixels':
      return hashPixels(job.file ? await withTrueColours(job.pixels, job.file) : job.pixels);
    case 'digests': {
      const digests = await digestsOf(
        job.file,
        (share) => postMessage({ id, share }),
        () => stopped.has(id),
      );
      return { type: 'digests', digests };
    }
    case 'puzzle':
      return { type: 'puzzle', nonce: await solvePuzzle(job.puzzle) };
  }
}

async function hashPicture(file: Blob): Promise<Answer> {
  const began = performance.now();
  // Without options: with any, Chromium holds all pixels a second time. What they would ask is taken out of the file.
  const bitmap = await createImageBitmap(await asStored(file));
  const decoded = performance.now();
  const drawn = await pickPixels(pictureOf(bitmap), newContext);
  bitmap.close();
  const pixels = await withTrueColours(drawn, file);
  const picked = performance.now();
  return hashPixels(pixels, { decode: decoded - began, pixels: picked - decoded });
}

async function hashPixels(pixels: Pixels, times: Partial<Times> = {}): Promise<Answer> {
  const own = await hasher;
  const began = performance.now();
  const { hash, quality, dihedral } = own.hashPixels(pixels, { dihedral: true });
  const { original: _, ...turned } = dihedral ?? {};
  return {
    type: 'hash',
    hash: formatHash(hash),
    turned: Object.values(turned).map(formatHash),
    quality,
    times: { decode: 0, pixels: 0, ...times, hash: performance.now() - began },
  };
}

function pictureOf(bitmap: ImageBitmap) {
  return { source: bitmap, width: bitmap.width, height: bitmap.height };
}

function newContext(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  return context;
}
