// How many units each word gets for a query: the cheapest way, by what lies in its buckets.
import { MASKS, masksWithin, ROW_COUNT, WORDS } from './layout';
import { headerAt } from './table';

// Scratch of one reader (addresses from its start):
export const QUERY: usize = 0; // 32 bytes of hash
export const UNITS: usize = 64; // i32 for each word
const COSTS: usize = 256; // f32 [pair][units of its first word 0–4][of its second 0–4]
const BEST: usize = 1280; // f32 [total units]
const TAKEN: usize = 2048; // u8 [pair][total units]: units of the first word × 8 + of the second
const ENTRIES: usize = 2816; // f32 [word][bits apart 0–3]: entries in the buckets so many bits apart
const NEAR: usize = 3072; // f32 [word][bits apart 0–2][0–5]: of these, how many differ in so many bits of the other word

export const MAX_UNITS: i32 = 4;
const PAIRS: i32 = 8;
const NEAREST: i32 = 6;
const SAMPLED: i32 = 3;

// What things cost, in entries read: to go to a bucket (a cache miss or two), and to check one candidate, which lies
// elsewhere in memory. Measured on the skewed set of bench:match; a factor of two either way changes little.
const BUCKET_COST: f32 = 400;
const CANDIDATE_COST: f32 = 300;

@inline function wordOf(scratch: usize, word: i32): u32 {
  return load<u16>(scratch + QUERY + ((<usize>word) << 1));
}

@inline function entriesAt(scratch: usize, word: i32, apart: i32): usize {
  return scratch + ENTRIES + <usize>(word * 16 + apart * 4);
}

@inline function nearAt(scratch: usize, word: i32, apart: i32, limit: i32): usize {
  return scratch + NEAR + <usize>((word * SAMPLED + apart) * NEAREST * 4 + limit * 4);
}

/** About how many entries lie in the buckets `apart` bits from the query's word: exact up to 1 bit. */
function countEntries(scratch: usize, word: i32, apart: i32): f32 {
  const key = wordOf(scratch, word);
  const headers = headerAt(word, 0);
  const end = masksWithin(apart);
  const step = apart < 2 ? 1 : apart == 2 ? 8 : 16;
  let entries: u32 = 0;
  for (let m = apart == 0 ? 0 : masksWithin(apart - 1); m < end; m += step) {
    const mask = <u32>load<u16>(MASKS + ((<usize>m) << 1));
    entries += load<u32>(headers + ((<usize>(key ^ mask)) << 3) + 4);
  }
  store<f32>(entriesAt(scratch, word, apart), <f32>(entries * step));
  return <f32>entries;
}

@inline function sumLanes(x: v128): f32 {
  const pairs = i32x4.extadd_pairwise_i16x8_u(x);
  return <f32>(
    (i32x4.extract_lane(pairs, 0) +
      i32x4.extract_lane(pairs, 1) +
      i32x4.extract_lane(pairs, 2) +
      i32x4.extract_lane(pairs, 3))
  );
}

/**
 * Guesses how many entries of the buckets `apart` bits from the query's word are near the query in the other word too:
 * from the front of some of the buckets, each entry standing for as many as there are for it. A guess decides how quick a
 * query is, never what it finds.
 */
function sampleEntries(scratch: usize, word: i32, apart: i32): void {
  const key = wordOf(scratch, word);
  const print = i16x8.splat(<i16>wordOf(scratch, word ^ 1));
  const headers = headerAt(word, 0);
  const end = masksWithin(apart);
  const most: u32 = apart == 0 ? 64 : 8;
  const step = apart == 2 ? 8 : 1;
  const numbers = v128(0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0);
  const none = i16x8.splat(0);
  let within0 = none;
  let within1 = none;
  let within2 = none;
  let within3 = none;
  let within4 = none;
  let within5 = none;
  for (let m = apart == 0 ? 0 : masksWithin(apart - 1); m < end; m += step) {
    const mask = <u32>load<u16>(MASKS + ((<usize>m) << 1));
    const header = load<u64>(headers + ((<usize>(key ^ mask)) << 3));
    const count = <u32>(header >> 32);
    const sampled = min<u32>(count, most);
    const weight = i16x8.splat(sampled == 0 ? 0 : <i16>min<u32>((count * step) / sampled, 32767));
    for (let first: u32 = 0; first < sampled; first += 8) {
      const prints = v128.load(<usize>(<u32>header) + ((<usize>first) << 1));
      const bits = i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(v128.xor(prints, print)));
      const there = v128.and(i16x8.lt_s(numbers, i16x8.splat(<i16>(sampled - first))), weight);
      within0 = i16x8.add_sat_u(within0, v128.and(i16x8.le_s(bits, i16x8.splat(0)), there));
      within1 = i16x8.add_sat_u(within1, v128.and(i16x8.le_s(bits, i16x8.splat(1)), there));
      within2 = i16x8.add_sat_u(within2, v128.and(i16x8.le_s(bits, i16x8.splat(2)), there));
      within3 = i16x8.add_sat_u(within3, v128.and(i16x8.le_s(bits, i16x8.splat(3)), there));
      within4 = i16x8.add_sat_u(within4, v128.and(i16x8.le_s(bits, i16x8.splat(4)), there));
      within5 = i16x8.add_sat_u(within5, v128.and(i16x8.le_s(bits, i16x8.splat(5)), there));
    }
  }
  const at = nearAt(scratch, word, apart, 0);
  store<f32>(at, sumLanes(within0));
  store<f32>(at + 4, sumLanes(within1));
  store<f32>(at + 8, sumLanes(within2));
  store<f32>(at + 12, sumLanes(within3));
  store<f32>(at + 16, sumLanes(within4));
  store<f32>(at + 20, sumLanes(within5));
}

/** Reading the buckets of one word that has so many units. */
function readingCost(scratch: usize, word: i32, units: i32): f32 {
  if (units == 0) return 0;
  let cost = BUCKET_COST * <f32>masksWithin(units - 1);
  for (let apart = 0; apart < units; apart++) cost += load<f32>(entriesAt(scratch, word, apart));
  return cost;
}

/** Checking the candidates that a word's table gives when both words of the pair have so many units. */
function checkingCost(scratch: usize, word: i32, units: i32, others: i32): f32 {
  let candidates: f32 = 0;
  for (let apart = 0; apart < min(units, SAMPLED); apart++) {
    const limit = min(units + others - 1 - apart, NEAREST - 1);
    candidates += load<f32>(nearAt(scratch, word, apart, limit));
    // What the table of the first word shows too is left out of the second.
    if ((word & 1) != 0 && others > 0) {
      candidates -= load<f32>(nearAt(scratch, word, apart, min(others - 1, limit)));
    }
  }
  return CANDIDATE_COST * candidates;
}

/**
 * Shares the units out. A row within the radius has, for one pair of words at least, fewer bits of difference than the
 * pair has units, as long as all units together are more than the radius; and then one word of the pair has fewer than
 * its own units. Which word gets how many is free: so a word whose buckets are crowded for this query gets fewer.
 */
export function shareUnits(scratch: usize, needed: i32): void {
  let all: f32 = 0;
  let most: f32 = 0;
  for (let word = 0; word < WORDS; word++) {
    const entries = countEntries(scratch, word, 0) + countEntries(scratch, word, 1);
    all += entries;
    most = max<f32>(most, entries);
  }
  // Evenly filled buckets would give this many.
  const even = <f32>(load<u32>(ROW_COUNT)) * <f32>(WORDS * 17) / 65536;
  const crowded = most * 16 > 3 * all + 16 * 4096 || all > 2 * even + 16384;
  if (needed == 2 * WORDS && !crowded) {
    for (let word = 0; word < WORDS; word++) store<i32>(scratch + UNITS + ((<usize>word) << 2), 2);
    return;
  }
  // A fourth unit (697 buckets) is thought of only where three each would not do.
  const limit = needed > 3 * WORDS ? MAX_UNITS : MAX_UNITS - 1;
  if (!crowded) memory.fill(scratch + NEAR, 0, WORDS * SAMPLED * NEAREST * 4);
  for (let word = 0; word < WORDS; word++) {
    countEntries(scratch, word, 2);
    if (limit == MAX_UNITS) countEntries(scratch, word, 3);
    for (let apart = 0; crowded && apart < SAMPLED; apart++) sampleEntries(scratch, word, apart);
  }
  for (let pair = 0; pair < PAIRS; pair++) weighPair(scratch, pair, limit, crowded);
  choose(scratch, needed, limit);
}

function weighPair(scratch: usize, pair: i32, limit: i32, crowded: bool): void {
  const word = pair << 1;
  for (let first = 0; first <= limit; first++) {
    const reading = readingCost(scratch, word, first);
    for (let second = 0; second <= limit; second++) {
      let cost = reading + readingCost(scratch, word + 1, second);
      if (crowded) {
        cost +=
          checkingCost(scratch, word, first, second) + checkingCost(scratch, word + 1, second, first);
      }
      store<f32>(scratch + COSTS + <usize>(pair * 100 + first * 20 + second * 4), cost);
    }
  }
}

/** The cheapest units of all pairs that make `needed` together. */
function choose(scratch: usize, needed: i32, limit: i32): void {
  const best = scratch + BEST;
  store<f32>(best, 0);
  for (let units = 1; units <= needed; units++) store<f32>(best + ((<usize>units) << 2), Infinity);
  for (let pair = 0; pair < PAIRS; pair++) {
    const costs = scratch + COSTS + <usize>(pair * 100);
    const taken = scratch + TAKEN + <usize>(pair * 80);
    // Downwards, so that the sums of the pairs before are still there.
    for (let units = needed; units >= 0; units--) {
      let least: f32 = Infinity;
      let choice = 0;
      for (let first = 0; first <= min(limit, units); first++) {
        for (let second = 0; second <= min(limit, units - first); second++) {
          const before = load<f32>(best + ((<usize>(units - first - second)) << 2));
          const cost = before + load<f32>(costs + <usize>(first * 20 + second * 4));
          if (cost < least) {
            least = cost;
            choice = (first << 3) | second;
          }
        }
      }
      store<f32>(best + ((<usize>units) << 2), least);
      store<u8>(taken + <usize>units, <u8>choice);
    }
  }
  let left = needed;
  for (let pair = PAIRS - 1; pair >= 0; pair--) {
    const choice = <i32>load<u8>(scratch + TAKEN + <usize>(pair * 80) + <usize>left);
    store<i32>(scratch + UNITS + ((<usize>pair) << 3), choice >> 3);
    store<i32>(scratch + UNITS + ((<usize>pair) << 3) + 4, choice & 7);
    left -= (choice >> 3) + (choice & 7);
  }
}
