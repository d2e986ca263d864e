// asc: --initialMemory 2
/**
 * PDQ from brightness, in 32-bit floats, with the additions of every sum in the order of the plain loop (so that
 * packages/pdq/src/hash.ts gives the same bits). The picture is read once: rows go through the passes in groups,
 * and what stands between two passes stays in the cache.
 */
import { addRow, meanRow, slideRow, takeRow } from './hash/columns';
import { bitsOf, qualityOf, transform } from './hash/finish';
import { boxRows, boxRowsSampled, GROUP, laneRoom } from './hash/rows';

const TABLE: usize = (__heap_base + 63) & ~63;
const TABLE_T: usize = TABLE + 4096;
const CELLS: usize = TABLE_T + 4096;
const MIDDLE: usize = CELLS + 16384;
const KEYS: usize = MIDDLE + 4096;
const SAMPLED: usize = KEYS + 1024;
const RESULT: usize = SAMPLED + 256;
const SUMS_64: usize = RESULT + 1088;
const PICTURE: usize = SUMS_64 + 256;

let width: i32 = 0;
let height: i32 = 0;

/** Where the host writes the 16 × 64 table of cosines, followed by its transpose. */
export function tables(): usize {
  return TABLE;
}

/** Where the result stands: 256 coefficients (f32), then the 32 bytes of the hash. */
export function result(): usize {
  return RESULT;
}

/** Makes room for a picture; where the host writes its brightness (f32, row by row). 0 when there is no room. */
export function prepare(columns: i32, rows: i32): usize {
  width = columns;
  height = rows;
  const need = roomFor() + PICTURE;
  const pages = <i32>((need + 65535) >> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return 0;
  return PICTURE;
}

/** Hashes the picture that was written; its quality. */
export function hash(): i32 {
  if (width == 64 && height == 64) memory.copy(CELLS, PICTURE, 16384);
  else downsample();
  transform(CELLS, TABLE, TABLE_T, MIDDLE, RESULT);
  bitsOf(RESULT, KEYS, RESULT + 1024);
  return qualityOf(CELLS);
}

/** Pixels of a side that fall together into one step of the box: ⌈dim / 128⌉. */
@inline
function windowOf(side: i32): i32 {
  return (side + 127) / 128;
}

/** Bytes between rows; the extra line keeps rows of a power of two out of one cache set. */
@inline
function strideOf(columns: i32): usize {
  return ((((<usize>columns) << 2) + 63) & ~63) + 64;
}

/** Rows that the ring behind the first pass keeps: a power of two that holds a group and a window. */
function ringOf(window: i32): i32 {
  let rows = 32;
  while (rows < window + GROUP) rows <<= 1;
  return rows;
}

function lumaRoom(): usize {
  // The last group reads past the last row, each row past its last column.
  return (((<usize>width * (<usize>height + GROUP)) << 2) + 127) & ~63;
}

function roomFor(): usize {
  const stride = strideOf(width);
  const rings = stride * <usize>(ringOf(windowOf(height)) + GROUP + 1);
  return lumaRoom() + rings + 4 * laneRoom(width, windowOf(width)) + (<usize>(height + GROUP) << 8) + 256;
}

function downsample(): void {
  const along = windowOf(width);
  const down = windowOf(height);
  const half = (down + 2) / 2;
  const stride = strideOf(width);
  const bytes = ((<usize>width << 2) + 15) & ~15;
  const mask = ringOf(down) - 1;
  const first = PICTURE + lumaRoom();
  const second = first + stride * <usize>(mask + 1);
  const sums = second + stride * <usize>GROUP;
  const lanes = sums + stride;
  const third = lanes + 4 * laneRoom(width, along);

  for (let k = 0; k < 64; k++) store<i32>(SAMPLED + (<usize>k << 2), centre(k, width));
  memory.fill(sums, 0, stride);

  // Rows made: by the first pass along rows, along columns, and taken up by the second along rows.
  let made = 0;
  let taken = 0;
  for (let row = 0; row < height; row++) {
    const enters = first + stride * <usize>(row & mask);
    if ((row & (GROUP - 1)) == 0) {
      boxRows(PICTURE + ((<usize>row * <usize>width) << 2), <usize>width << 2, enters, stride, lanes, width, along);
    }
    if (row < down) {
      addRow(sums, enters, bytes);
      if (row < half - 1) continue;
      meanRow(sums, second + stride * <usize>(made & (GROUP - 1)), bytes, row + 1);
    } else {
      const leaves = first + stride * <usize>((row - down) & mask);
      slideRow(sums, enters, leaves, second + stride * <usize>(made & (GROUP - 1)), bytes, down);
    }
    made++;
    if (made - taken == GROUP) {
      boxRowsSampled(second, stride, third + (<usize>taken << 8), lanes, width, along, SAMPLED);
      taken = made;
    }
  }
  for (let left = down - 1; left > down - half; left--) {
    takeRow(sums, first + stride * <usize>((height - left - 1) & mask), bytes);
    meanRow(sums, second + stride * <usize>(made & (GROUP - 1)), bytes, left);
    made++;
    if (made - taken == GROUP) {
      boxRowsSampled(second, stride, third + (<usize>taken << 8), lanes, width, along, SAMPLED);
      taken = made;
    }
  }
  if (taken < made) boxRowsSampled(second, stride, third + (<usize>taken << 8), lanes, width, along, SAMPLED);
  lastPass(third, down);
}

/** The second pass along columns: rows of 64 at `rows`; only the means of the 64 sampled rows are made. */
function lastPass(rows: usize, window: i32): void {
  const half = (window + 2) / 2;
  memory.fill(SUMS_64, 0, 256);
  let right = 0;
  let left = 0;
  for (let k = 0; k < 64; k++) {
    const o = centre(k, height);
    const until = min(o + half, height);
    for (; right < until; right++) {
      addRow(SUMS_64, rows + (<usize>right << 8), 256);
      if (right < window) continue;
      takeRow(SUMS_64, rows + (<usize>left << 8), 256);
      left++;
    }
    for (const last = o + half - window; right == height && left < last; left++) {
      takeRow(SUMS_64, rows + (<usize>left << 8), 256);
    }
    meanRow(SUMS_64, CELLS + (<usize>k << 8), 256, right - left);
  }
}

/** The element at the centre of cell k of 64 over `side`. */
function centre(k: i32, side: i32): i32 {
  return <i32>(((<i64>(2 * k + 1)) * side) / 128);
}
