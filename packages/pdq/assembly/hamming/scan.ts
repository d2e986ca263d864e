// Reads the fingerprints of one bucket, 8 at a time, and keeps the entries whose fingerprint is near the query's.
// Clearing the lowest set bit k times leaves zero just where at most k bits were set: for the small k that nearly every
// bucket is read with, this is cheaper than i8x16.popcnt, which the machine has no instruction for.

/** Entries with fewer bits of difference than this are left out: the table of the other word shows them already. */
let least: i32 = 0;
let asked: u32 = 0;

/** Next free place of the list of candidates: u32 address of the block, u32 position | table << 24. */
let tail: usize = 0;

export function beginScan(list: usize): void {
  tail = list;
}

/** What the buckets of one table are compared with: a word of 16 bits, and the fewest bits of difference wanted. */
export function scanFor(word: u32, fewest: i32): void {
  asked = word;
  least = fewest;
}

@inline export function scanEnd(): usize {
  return tail;
}

@inline function clearLowest(x: v128): v128 {
  return v128.and(x, i16x8.add(x, i16x8.splat(-1)));
}

/** All ones in the lanes where at most `limit` bits differ; `limit` is a constant at each call. */
@inline function near(at: usize, print: v128, limit: i32): v128 {
  let x = v128.xor(v128.load(at), print);
  if (limit > 3) {
    const bits = i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(x));
    return i16x8.le_s(bits, i16x8.splat(<i16>limit));
  }
  if (limit >= 1) x = clearLowest(x);
  if (limit >= 2) x = clearLowest(x);
  if (limit >= 3) x = clearLowest(x);
  return i16x8.eq(x, i16x8.splat(0));
}

function keep(mask: v128, block: usize, first: u32, end: u32, table: u32): void {
  let lanes = <u32>i16x8.bitmask(mask);
  while (lanes != 0) {
    const position = first + ctz(lanes);
    lanes &= lanes - 1;
    if (position >= end) return;
    if (popcnt<i32>(<i32>(load<u16>(block + ((<usize>position) << 1)) ^ asked)) < least) continue;
    store<u32>(tail, <u32>block);
    store<u32>(tail + 4, position | (table << 24));
    tail += 8;
  }
}

@inline function scanWithin(block: usize, from: u32, end: u32, print: v128, limit: i32, table: u32): void {
  for (let first = from; first < end; first += 32) {
    const at = block + ((<usize>first) << 1);
    const a = near(at, print, limit);
    const b = near(at + 16, print, limit);
    const c = near(at + 32, print, limit);
    const d = near(at + 48, print, limit);
    if (v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) {
      keep(a, block, first, end, table);
      keep(b, block, first + 8, end, table);
      keep(c, block, first + 16, end, table);
      keep(d, block, first + 24, end, table);
    }
  }
}

/** Reads the entries `from` to `end` of a bucket and keeps those within `limit` bits of the word asked for. */
export function scanBucket(block: usize, from: u32, end: u32, limit: i32, table: u32): void {
  const print = i16x8.splat(<i16>asked);
  if (limit == 2) scanWithin(block, from, end, print, 2, table);
  else if (limit == 3) scanWithin(block, from, end, print, 3, table);
  else if (limit == 1) scanWithin(block, from, end, print, 1, table);
  else if (limit == 0) scanWithin(block, from, end, print, 0, table);
  else scanWithin(block, from, end, print, limit, table);
}
