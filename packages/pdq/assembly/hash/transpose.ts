/**
 * Four rows become one stream of vectors (lane = row, one vector a column), and back. A running sum along a row
 * depends on the element before it; four rows side by side do not depend on each other.
 */

/** Rows at `src`, `src + stride` … → `columns` vectors at `dst`, rounded up to a multiple of 4. */
@inline
export function rowsToLanes(src: usize, stride: usize, dst: usize, columns: i32): void {
  const end = src + ((<usize>columns) << 2);
  for (; src < end; src += 16, dst += 64) {
    const a = v128.load(src);
    const b = v128.load(src + stride);
    const c = v128.load(src + 2 * stride);
    const d = v128.load(src + 3 * stride);
    const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(dst, v128.shuffle<f64>(abLow, cdLow, 0, 2));
    v128.store(dst, v128.shuffle<f64>(abLow, cdLow, 1, 3), 16);
    v128.store(dst, v128.shuffle<f64>(abHigh, cdHigh, 0, 2), 32);
    v128.store(dst, v128.shuffle<f64>(abHigh, cdHigh, 1, 3), 48);
  }
}

/** The way back: `columns` vectors at `src` → four rows at `dst`, `dst + stride` …, each written up to a multiple of 4. */
@inline
export function lanesToRows(src: usize, dst: usize, stride: usize, columns: i32): void {
  const end = dst + ((<usize>columns) << 2);
  for (; dst < end; src += 64, dst += 16) {
    const a = v128.load(src);
    const b = v128.load(src, 16);
    const c = v128.load(src, 32);
    const d = v128.load(src, 48);
    const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(dst, v128.shuffle<f64>(abLow, cdLow, 0, 2));
    v128.store(dst + stride, v128.shuffle<f64>(abLow, cdLow, 1, 3));
    v128.store(dst + 2 * stride, v128.shuffle<f64>(abHigh, cdHigh, 0, 2));
    v128.store(dst + 3 * stride, v128.shuffle<f64>(abHigh, cdHigh, 1, 3));
  }
}
