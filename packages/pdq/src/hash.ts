import { bitsOf, type DihedralHashes, dihedralOf, qualityOf } from './bits.ts';
import { CELLS, transform } from './dct.ts';
import { downsample } from './jarosz.ts';
import type { Luma } from './luma.ts';

/** What a picture gives: 32 bytes in the order of print, quality 0–100, and when asked the hashes turned and mirrored. */
export interface PdqHash {
  hash: Uint8Array<ArrayBuffer>;
  quality: number;
  dihedral?: DihedralHashes;
}

export interface HashOptions {
  /** Also the seven hashes of the picture turned and mirrored. */
  dihedral?: boolean;
}

/** Shorter sides have no hash. */
const SHORTEST_SIDE = 5;

/** Pictures with a side under 5 have no hash: they get the zero hash and quality 0. */
export function isTooSmall(width: number, height: number): boolean {
  return width < SHORTEST_SIDE || height < SHORTEST_SIDE;
}

/** Throws a RangeError when the numbers do not fill the picture. */
export function checkLuma({ data, width, height }: Luma): void {
  if (data.length < width * height) {
    throw new RangeError(`brightness of ${width} × ${height} expected, but got ${data.length} numbers`);
  }
}

/**
 * PDQ in plain TypeScript, of brightness 0–255 (as `lumaOf` gives it). After Meta's specification of 2017 and its
 * C++ reference: the same 32-bit floats, added in the same order, so that the bits are the same.
 * Throws a RangeError when the numbers do not fill the picture.
 */
export function hashLuma(luma: Luma, options: HashOptions = {}): PdqHash {
  checkLuma(luma);
  const cells = isTooSmall(luma.width, luma.height)
    ? new Float32Array(CELLS * CELLS)
    : downsample(luma.data, luma.width, luma.height);
  const coefficients = transform(cells);
  return {
    hash: bitsOf(coefficients),
    quality: qualityOf(cells),
    ...(options.dihedral && { dihedral: dihedralOf(coefficients) }),
  };
}
