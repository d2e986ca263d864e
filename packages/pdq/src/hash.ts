import { bitsOf, type DihedralHashes, dihedralOf, qualityOf } from './bits.ts';
import { HASH_BYTES } from './codec.ts';
import { transform } from './dct.ts';
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

/** What a picture with a side under 5 gets: the zero hash, quality 0. `undefined` for a picture that can be hashed. */
export function hashOfTooSmall({ width, height }: Luma, options: HashOptions): PdqHash | undefined {
  if (width >= SHORTEST_SIDE && height >= SHORTEST_SIDE) return undefined;
  const none = new Float32Array(8 * HASH_BYTES);
  return { hash: bitsOf(none), quality: 0, ...(options.dihedral && { dihedral: dihedralOf(none) }) };
}

/**
 * PDQ in plain TypeScript, of brightness 0–255 (as `lumaOf` gives it). After Meta's specification of 2017 and its
 * C++ reference: the same 32-bit floats, added in the same order, so that the bits are the same.
 */
export function hashLuma(luma: Luma, options: HashOptions = {}): PdqHash {
  const small = hashOfTooSmall(luma, options);
  if (small) return small;
  const cells = downsample(luma.data, luma.width, luma.height);
  const coefficients = transform(cells);
  return {
    hash: bitsOf(coefficients),
    quality: qualityOf(cells),
    ...(options.dihedral && { dihedral: dihedralOf(coefficients) }),
  };
}
