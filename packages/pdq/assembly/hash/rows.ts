import { lanesToRows, rowsToLanes } from './transpose';

/** Rows that are taken together: four vectors of four rows, so that the additions of one fill the wait of another. */
export const GROUP: i32 = 16;

/**
 * First pass along rows: box of `window` over GROUP rows at `src`, written to GROUP rows at `dst`.
 * `lanes` is room for 4 × (columns + window + 8) vectors.
 */
export function boxRows(
  src: usize,
  srcStride: usize,
  dst: usize,
  dstStride: usize,
  lanes: usize,
  columns: i32,
  window: i32,
): void {
  const room = laneRoom(columns, window);
  const first = lanes + ((<usize>window) << 4);
  for (let q: usize = 0; q < 4; q++) rowsToLanes(src + 4 * q * srcStride, srcStride, first + q * room, columns);
  if ((window & (window - 1)) == 0) boxLanes(first, room, columns, window, true);
  else boxLanes(first, room, columns, window, false);
  const shift = window - (window + 2) / 2 + 1;
  const out = first - ((<usize>shift) << 4);
  for (let q: usize = 0; q < 4; q++) lanesToRows(out + q * room, dst + 4 * q * dstStride, dstStride, columns);
}

/** Bytes between the four streams of vectors. */
@inline
export function laneRoom(columns: i32, window: i32): usize {
  return (<usize>(columns + window + 8)) << 4;
}

/**
 * The box over four streams in place. The mean for column o takes the place of the element that has just left the
 * window, which is `shift = window - half + 1` before o. Dividing by a power of two is multiplying by its inverse,
 * to the bit.
 */
@inline
function boxLanes(first: usize, room: usize, columns: i32, window: i32, byPowerOfTwo: bool): void {
  const half = (window + 2) / 2;
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  let at = first;
  let out = first - ((<usize>window) << 4);
  for (let c = 0; c < window; c++, at += 16, out += 16) {
    s0 = f32x4.add(s0, v128.load(at));
    s1 = f32x4.add(s1, v128.load(at + room));
    s2 = f32x4.add(s2, v128.load(at + 2 * room));
    s3 = f32x4.add(s3, v128.load(at + 3 * room));
    if (c >= half - 1) {
      const count = f32x4.splat(<f32>(c + 1));
      v128.store(out, f32x4.div(s0, count));
      v128.store(out + room, f32x4.div(s1, count));
      v128.store(out + 2 * room, f32x4.div(s2, count));
      v128.store(out + 3 * room, f32x4.div(s3, count));
    }
  }
  const full = f32x4.splat(<f32>window);
  const inverse = f32x4.splat(<f32>1 / <f32>window);
  const end = first + ((<usize>columns) << 4);
  for (; at < end; at += 16, out += 16) {
    s0 = f32x4.sub(f32x4.add(s0, v128.load(at)), v128.load(out));
    s1 = f32x4.sub(f32x4.add(s1, v128.load(at + room)), v128.load(out + room));
    s2 = f32x4.sub(f32x4.add(s2, v128.load(at + 2 * room)), v128.load(out + 2 * room));
    s3 = f32x4.sub(f32x4.add(s3, v128.load(at + 3 * room)), v128.load(out + 3 * room));
    v128.store(out, byPowerOfTwo ? f32x4.mul(s0, inverse) : f32x4.div(s0, full));
    v128.store(out + room, byPowerOfTwo ? f32x4.mul(s1, inverse) : f32x4.div(s1, full));
    v128.store(out + 2 * room, byPowerOfTwo ? f32x4.mul(s2, inverse) : f32x4.div(s2, full));
    v128.store(out + 3 * room, byPowerOfTwo ? f32x4.mul(s3, inverse) : f32x4.div(s3, full));
  }
  for (let left = window - 1; left > window - half; left--, out += 16) {
    const count = f32x4.splat(<f32>left);
    s0 = f32x4.sub(s0, v128.load(out));
    s1 = f32x4.sub(s1, v128.load(out + room));
    s2 = f32x4.sub(s2, v128.load(out + 2 * room));
    s3 = f32x4.sub(s3, v128.load(out + 3 * room));
    v128.store(out, f32x4.div(s0, count));
    v128.store(out + room, f32x4.div(s1, count));
    v128.store(out + 2 * room, f32x4.div(s2, count));
    v128.store(out + 3 * room, f32x4.div(s3, count));
  }
}

/**
 * Second pass along rows: as `boxRows`, but only the means of the 64 columns listed (ascending, i32) at `sampled`
 * are made; they go to `dst`, GROUP rows of 64.
 */
export function boxRowsSampled(
  src: usize,
  srcStride: usize,
  dst: usize,
  lanes: usize,
  columns: i32,
  window: i32,
  sampled: usize,
): void {
  const room = laneRoom(columns, window);
  for (let q: usize = 0; q < 4; q++) rowsToLanes(src + 4 * q * srcStride, srcStride, lanes + q * room, columns);
  const half = (window + 2) / 2;
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  let right = 0;
  let left = 0;
  for (let k: usize = 0; k < 64; k++) {
    const o = load<i32>(sampled + (k << 2));
    const until = min(o + half, columns);
    for (const ramp = min(until, window); right < ramp; right++) {
      const at = lanes + ((<usize>right) << 4);
      s0 = f32x4.add(s0, v128.load(at));
      s1 = f32x4.add(s1, v128.load(at + room));
      s2 = f32x4.add(s2, v128.load(at + 2 * room));
      s3 = f32x4.add(s3, v128.load(at + 3 * room));
    }
    for (; right < until; right++, left++) {
      const at = lanes + ((<usize>right) << 4);
      const gone = lanes + ((<usize>left) << 4);
      s0 = f32x4.sub(f32x4.add(s0, v128.load(at)), v128.load(gone));
      s1 = f32x4.sub(f32x4.add(s1, v128.load(at + room)), v128.load(gone + room));
      s2 = f32x4.sub(f32x4.add(s2, v128.load(at + 2 * room)), v128.load(gone + 2 * room));
      s3 = f32x4.sub(f32x4.add(s3, v128.load(at + 3 * room)), v128.load(gone + 3 * room));
    }
    // Past the right edge the window only loses elements.
    for (const last = o + half - window; right == columns && left < last; left++) {
      const gone = lanes + ((<usize>left) << 4);
      s0 = f32x4.sub(s0, v128.load(gone));
      s1 = f32x4.sub(s1, v128.load(gone + room));
      s2 = f32x4.sub(s2, v128.load(gone + 2 * room));
      s3 = f32x4.sub(s3, v128.load(gone + 3 * room));
    }
    const count = f32x4.splat(<f32>(right - left));
    const to = dst + (k << 2);
    storeColumn(to, f32x4.div(s0, count));
    storeColumn(to + 1024, f32x4.div(s1, count));
    storeColumn(to + 2048, f32x4.div(s2, count));
    storeColumn(to + 3072, f32x4.div(s3, count));
  }
}

/** The four lanes, one below the other in rows of 64. */
@inline
function storeColumn(to: usize, lanes: v128): void {
  v128.store_lane<f32>(to, lanes, 0);
  v128.store_lane<f32>(to, lanes, 1, 256);
  v128.store_lane<f32>(to, lanes, 2, 512);
  v128.store_lane<f32>(to, lanes, 3, 768);
}
