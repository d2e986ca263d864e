/** Opens and hashes a picture off the page's thread. A file comes in, hashes go out; nothing here asks the network. */

import { createHasher, formatHash } from '@keben/pdq';
import { asStored, pickPixels, withTrueColours } from '@keben/pdq/browser';
import { createMD5, createSHA1, createSHA256 } from 'hash-wasm';
import type { FromWorker, PictureHashes } from './hash-picture.ts';

addEventListener('message', async ({ data }: MessageEvent<Blob>) => {
  let answer: FromWorker;
  try {
    answer = { hashes: { ...(await digestsOf(data)), ...(await shapeOf(data)) } };
  } catch (cause) {
    answer = { error: String(cause) };
  }
  postMessage(answer);
});

const BYTES_AT_A_TIME = 1 << 20;

async function digestsOf(file: Blob): Promise<Pick<PictureHashes, 'md5' | 'sha1' | 'sha256'>> {
  const [md5, sha1, sha256] = await Promise.all([createMD5(), createSHA1(), createSHA256()]);
  for (let at = 0; at < file.size; at += BYTES_AT_A_TIME) {
    const bytes = new Uint8Array(await file.slice(at, at + BYTES_AT_A_TIME).arrayBuffer());
    for (const digest of [md5, sha1, sha256]) digest.update(bytes);
  }
  return { md5: md5.digest(), sha1: sha1.digest(), sha256: sha256.digest() };
}

/** PDQ of the pixels as stored, also turned and mirrored; nothing where the browser cannot open the file. */
async function shapeOf(file: Blob): Promise<Pick<PictureHashes, 'pdq' | 'pdqQuality' | 'dihedral'>> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(await asStored(file), {
      colorSpaceConversion: 'none',
      premultiplyAlpha: 'none',
    });
  } catch (cause) {
    if (cause instanceof DOMException) return {};
    throw cause;
  }
  const { width, height } = bitmap;
  const drawn = await pickPixels({ source: bitmap, width, height }, newContext);
  bitmap.close();
  const pixels = await withTrueColours(drawn, file);
  const hasher = await createHasher();
  const { hash, quality, dihedral } = hasher.hashPixels(pixels, { dihedral: true });
  return {
    pdq: formatHash(hash),
    pdqQuality: quality,
    dihedral: Object.entries(dihedral ?? {})
      .filter(([orientation]) => orientation !== 'original')
      .map(([orientation, bits]) => ({ orientation, pdq: formatHash(bits) })),
  };
}

function newContext(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  return context;
}
