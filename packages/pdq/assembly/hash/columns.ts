/**
 * A box along columns, row by row: the sums of all columns stand side by side and every row is read once, in the
 * order of memory. Each column still sees the additions of the plain loop, in its order.
 */

/** Adds a row of `bytes` (a multiple of 16) to the sums. */
export function addRow(sums: usize, row: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(sums + at, f32x4.add(v128.load(sums + at), v128.load(row + at)));
  }
}

/** Takes a row away from the sums. */
export function takeRow(sums: usize, row: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(sums + at, f32x4.sub(v128.load(sums + at), v128.load(row + at)));
  }
}

/** Writes the sums divided by `count`. */
export function meanRow(sums: usize, out: usize, bytes: usize, count: i32): void {
  const by = f32x4.splat(<f32>count);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(out + at, f32x4.div(v128.load(sums + at), by));
  }
}

/** Adds the row that enters, takes the row that leaves, writes the mean of the full window. */
export function slideRow(
  sums: usize,
  enters: usize,
  leaves: usize,
  out: usize,
  bytes: usize,
  window: i32,
): void {
  if ((window & (window - 1)) == 0) {
    const inverse = f32x4.splat(<f32>1 / <f32>window);
    for (let at: usize = 0; at < bytes; at += 16) {
      const sum = f32x4.sub(f32x4.add(v128.load(sums + at), v128.load(enters + at)), v128.load(leaves + at));
      v128.store(sums + at, sum);
      v128.store(out + at, f32x4.mul(sum, inverse));
    }
  } else {
    const by = f32x4.splat(<f32>window);
    for (let at: usize = 0; at < bytes; at += 16) {
      const sum = f32x4.sub(f32x4.add(v128.load(sums + at), v128.load(enters + at)), v128.load(leaves + at));
      v128.store(sums + at, sum);
      v128.store(out + at, f32x4.div(sum, by));
    }
  }
}
