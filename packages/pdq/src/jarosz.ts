import { CELLS } from './dct.ts';

/** Pixels of a side that one step of the box covers: ⌈side / 128⌉, half a cell. */
const windowOf = (side: number) => Math.ceil(side / (2 * CELLS));

/** The pixel at the centre of cell `k` of 64 over `side`. */
const centreOf = (k: number, side: number) => Math.floor(((2 * k + 1) * side) / (2 * CELLS));

/**
 * Brightness → 64 × 64 means: two passes of a box along rows and columns (a tent, after Jarosz), then the pixel at
 * the centre of each cell. Sums are 32-bit floats that slide (add what enters, take what leaves), so their rounding
 * is part of the result. Exactly 64 × 64 stay as they are. Sides of at least 5.
 */
export function downsample(luma: Float32Array, width: number, height: number): Float32Array {
  if (width === CELLS && height === CELLS) return luma.slice(0, CELLS * CELLS);
  const along = windowOf(width);
  const down = windowOf(height);
  const one = new Float32Array(width * height);
  const two = new Float32Array(width * height);
  boxAlongRows(luma, one, width, height, along);
  boxAlongColumns(one, two, width, height, down);
  boxAlongRows(two, one, width, height, along);
  // From here on only the columns that are sampled matter.
  const thin = new Float32Array(CELLS * height);
  const columns = Array.from({ length: CELLS }, (_, k) => centreOf(k, width));
  for (let row = 0, at = 0; row < height; row++) {
    for (const column of columns) thin[at++] = one[row * width + column]!;
  }
  const means = new Float32Array(CELLS * height);
  boxAlongColumns(thin, means, CELLS, height, down);
  const cells = new Float32Array(CELLS * CELLS);
  for (let k = 0; k < CELLS; k++) {
    const start = centreOf(k, height) * CELLS;
    cells.set(means.subarray(start, start + CELLS), k * CELLS);
  }
  return cells;
}

function boxAlongRows(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  window: number,
): void {
  const reach = Math.floor((window + 2) / 2);
  for (let row = 0; row < height; row++) {
    const end = (row + 1) * width;
    let left = row * width;
    let right = left;
    let out = left;
    let sum = 0;
    for (let seen = 1; seen <= window; seen++) {
      sum = Math.fround(sum + from[right++]!);
      if (seen >= reach) to[out++] = sum / seen;
    }
    while (right < end) {
      sum = Math.fround(sum + from[right++]!);
      sum = Math.fround(sum - from[left++]!);
      to[out++] = sum / window;
    }
    for (let seen = window - 1; out < end; seen--) {
      sum = Math.fround(sum - from[left++]!);
      to[out++] = sum / seen;
    }
  }
}

/** Row by row, with a sum for each column: memory is read in its order, and each column sees the same additions. */
function boxAlongColumns(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  window: number,
): void {
  const reach = Math.floor((window + 2) / 2);
  const sums = new Float32Array(width);
  let out = 0;
  for (let row = 0; row < height; row++) {
    const enters = row * width;
    if (row < window) {
      for (let x = 0; x < width; x++) sums[x] = sums[x]! + from[enters + x]!;
      if (row + 1 < reach) continue;
      for (let x = 0; x < width; x++) to[out++] = sums[x]! / (row + 1);
    } else {
      const leaves = (row - window) * width;
      for (let x = 0; x < width; x++) {
        const sum = Math.fround(Math.fround(sums[x]! + from[enters + x]!) - from[leaves + x]!);
        sums[x] = sum;
        to[out++] = sum / window;
      }
    }
  }
  for (let seen = window - 1; out < width * height; seen--) {
    const leaves = (height - 1 - seen) * width;
    for (let x = 0; x < width; x++) {
      sums[x] = sums[x]! - from[leaves + x]!;
      to[out++] = sums[x]! / seen;
    }
  }
}
