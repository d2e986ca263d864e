/** From the 64 × 64 means to quality, coefficients and bits. */

/** Sum over neighbours of |int(Δ · 100 / 255)|, divided by 90, at most 100. */
export function qualityOf(cells: usize): i32 {
  const hundred = f32x4.splat(100);
  const white = f32x4.splat(255);
  let sum = i32x4.splat(0);
  for (let at: usize = 0; at < 63 * 256; at += 16) {
    const step = f32x4.sub(v128.load(cells + at), v128.load(cells + at, 256));
    sum = i32x4.add(sum, i32x4.abs(i32x4.trunc_sat_f32x4_s(f32x4.div(f32x4.mul(step, hundred), white))));
  }
  let total =
    i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
  for (let row: usize = 0; row < 64; row++) {
    const start = cells + (row << 8);
    sum = i32x4.splat(0);
    for (let at: usize = 0; at < 240; at += 16) {
      const step = f32x4.sub(v128.load(start + at), v128.load(start + at, 4));
      sum = i32x4.add(sum, i32x4.abs(i32x4.trunc_sat_f32x4_s(f32x4.div(f32x4.mul(step, hundred), white))));
    }
    total +=
      i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
    // The last three neighbours of a row do not fill a vector.
    for (let at: usize = 240; at < 252; at += 4) {
      const step = load<f32>(start + at) - load<f32>(start + at, 4);
      total += abs<i32>(<i32>((step * <f32>100) / <f32>255));
    }
  }
  return min(total / 90, 100);
}

/**
 * `out` = D · cells · Dᵀ, 16 × 16: `table` is D (16 × 64), `tableT` its transpose (64 × 16), `middle` room for 16 × 64.
 * Each element is one sum over k ascending, product by product.
 */
export function transform(cells: usize, table: usize, tableT: usize, middle: usize, out: usize): void {
  for (let i: usize = 0; i < 16; i++) {
    for (let j: usize = 0; j < 256; j += 64) {
      dot16(table + (i << 8), cells + j, 256, middle + (i << 8) + j);
    }
  }
  for (let i: usize = 0; i < 16; i++) dot16(middle + (i << 8), tableT, 64, out + (i << 6));
}

/** Sixteen sums over 64 numbers at `weights`, each times sixteen numbers of a row at `rows`. */
@inline
function dot16(weights: usize, rows: usize, stride: usize, out: usize): void {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (let k: usize = 0; k < 256; k += 4, rows += stride) {
    const weight = v128.load_splat<f32>(weights + k);
    s0 = f32x4.add(s0, f32x4.mul(weight, v128.load(rows)));
    s1 = f32x4.add(s1, f32x4.mul(weight, v128.load(rows, 16)));
    s2 = f32x4.add(s2, f32x4.mul(weight, v128.load(rows, 32)));
    s3 = f32x4.add(s3, f32x4.mul(weight, v128.load(rows, 48)));
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
}

/** Writes the 32 bytes of the hash: bit = coefficient > median, row 15 first. `keys` is room for 256 numbers. */
export function bitsOf(coefficients: usize, keys: usize, hash: usize): void {
  const median = f32x4.splat(medianOf(coefficients, keys));
  for (let row: usize = 0; row < 16; row++) {
    let word = 0;
    for (let part: usize = 0; part < 4; part++) {
      const above = f32x4.gt(v128.load(coefficients + (row << 6) + (part << 4)), median);
      word |= i32x4.bitmask(above) << <i32>(part << 2);
    }
    store<u8>(hash + 30 - 2 * row, word >> 8);
    store<u8>(hash + 31 - 2 * row, word);
  }
}

/**
 * The 128th smallest of 256 numbers, which is what Torben's method gives. Found bit by bit from the top of a key
 * that sorts as the number does.
 */
function medianOf(numbers: usize, keys: usize): f32 {
  for (let at: usize = 0; at < 1024; at += 16) {
    const bits = v128.load(numbers + at);
    const flip = v128.or(i32x4.shr_s(bits, 31), i32x4.splat(0x80000000));
    v128.store(keys + at, v128.xor(bits, flip));
  }
  let key: u32 = 0;
  for (let bit: i32 = 31; bit >= 0; bit--) {
    const tried = key | ((<u32>1) << bit);
    const bound = i32x4.splat(<i32>tried);
    let below = i32x4.splat(0);
    for (let at: usize = 0; at < 1024; at += 16) {
      below = i32x4.sub(below, i32x4.lt_u(v128.load(keys + at), bound));
    }
    const count =
      i32x4.extract_lane(below, 0) +
      i32x4.extract_lane(below, 1) +
      i32x4.extract_lane(below, 2) +
      i32x4.extract_lane(below, 3);
    if (count <= 127) key = tried;
  }
  return reinterpret<f32>(key & 0x80000000 ? key ^ 0x80000000 : ~key);
}
