import { HASH_BYTES } from './codec.ts';
import { CELLS, FREQUENCIES } from './dct.ts';

/**
 * The hashes of the eight ways to turn and mirror a picture, by the names of Meta's reference. `flipX` is upside
 * down, `flipY` left to right, `flipPlus1` and `flipMinus1` mirror along the two diagonals.
 */
export interface DihedralHashes {
  original: Uint8Array<ArrayBuffer>;
  rotate90: Uint8Array<ArrayBuffer>;
  rotate180: Uint8Array<ArrayBuffer>;
  rotate270: Uint8Array<ArrayBuffer>;
  flipX: Uint8Array<ArrayBuffer>;
  flipY: Uint8Array<ArrayBuffer>;
  flipPlus1: Uint8Array<ArrayBuffer>;
  flipMinus1: Uint8Array<ArrayBuffer>;
}

/** Coefficients (16 × 16, row by row) → hash: bit 16·row + column is set above the median; row 15 comes first. */
export function bitsOf(coefficients: Float32Array): Uint8Array<ArrayBuffer> {
  // Torben's method gives the lower of the two middle ones.
  const median = coefficients.slice().sort()[coefficients.length / 2 - 1]!;
  const hash = new Uint8Array(HASH_BYTES);
  for (let bit = 0; bit < coefficients.length; bit++) {
    if (coefficients[bit]! > median) {
      const at = HASH_BYTES - 1 - (bit >> 3);
      hash[at] = hash[at]! | (1 << (bit & 7));
    }
  }
  return hash;
}

/**
 * Quality 0–100: steps between neighbouring cells, each |int(Δ · 100 / 255)| of brightness, their sum divided by 90.
 * Below 50 a picture has too little shape to be told from others.
 */
export function qualityOf(cells: Float32Array): number {
  let steps = 0;
  const step = (from: number, to: number) => {
    const times = Math.fround(Math.fround(cells[from]! - cells[to]!) * 100);
    steps += Math.abs(Math.trunc(Math.fround(times / 255)));
  };
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      const at = row * CELLS + column;
      if (row + 1 < CELLS) step(at, at + CELLS);
      if (column + 1 < CELLS) step(at, at + 1);
    }
  }
  return Math.min(Math.floor(steps / 90), 100);
}

/** What turning and mirroring does to a coefficient: rows and columns change places, signs change. */
interface Turn {
  swap: boolean;
  negative(row: number, column: number): boolean;
}

const even = (place: number) => (place & 1) === 0;

/**
 * Mirroring a direction changes the sign of its odd frequencies (stored at even places), turning by a quarter also
 * swaps rows and columns.
 */
const turns: Record<keyof DihedralHashes, Turn> = {
  original: { swap: false, negative: () => false },
  rotate90: { swap: true, negative: (_row, column) => even(column) },
  rotate180: { swap: false, negative: (row, column) => !even(row + column) },
  rotate270: { swap: true, negative: (row) => even(row) },
  flipX: { swap: false, negative: (row) => even(row) },
  flipY: { swap: false, negative: (_row, column) => even(column) },
  flipPlus1: { swap: true, negative: () => false },
  flipMinus1: { swap: true, negative: (row, column) => !even(row + column) },
};

/** The eight hashes without looking at the picture again. */
export function dihedralOf(coefficients: Float32Array): DihedralHashes {
  const turned = ({ swap, negative }: Turn) => {
    const other = new Float32Array(coefficients.length);
    for (let row = 0; row < FREQUENCIES; row++) {
      for (let column = 0; column < FREQUENCIES; column++) {
        const value = coefficients[row * FREQUENCIES + column]!;
        const at = swap ? column * FREQUENCIES + row : row * FREQUENCIES + column;
        other[at] = negative(row, column) ? -value : value;
      }
    }
    return bitsOf(other);
  };
  return eachTurn(turned);
}

/**
 * About the eight hashes of a picture of which only the hash (32 bytes) is known: a coefficient near the median may fall
 * on its other side, some 5 bits of 256 and seldom more than 15. `original` and `flipPlus1` are exact.
 */
export function dihedralOfHash(hash: Uint8Array): DihedralHashes {
  return eachTurn(({ swap, negative }) => {
    const other = new Uint8Array(HASH_BYTES);
    for (let row = 0; row < FREQUENCIES; row++) {
      for (let column = 0; column < FREQUENCIES; column++) {
        const bit = row * FREQUENCIES + column;
        const set = ((hash[HASH_BYTES - 1 - (bit >> 3)]! >> (bit & 7)) & 1) === 1;
        if (set === negative(row, column)) continue;
        const to = swap ? column * FREQUENCIES + row : bit;
        const at = HASH_BYTES - 1 - (to >> 3);
        other[at] = other[at]! | (1 << (to & 7));
      }
    }
    return other;
  });
}

function eachTurn(turned: (turn: Turn) => Uint8Array<ArrayBuffer>): DihedralHashes {
  return {
    original: turned(turns.original),
    rotate90: turned(turns.rotate90),
    rotate180: turned(turns.rotate180),
    rotate270: turned(turns.rotate270),
    flipX: turned(turns.flipX),
    flipY: turned(turns.flipY),
    flipPlus1: turned(turns.flipPlus1),
    flipMinus1: turned(turns.flipMinus1),
  };
}
