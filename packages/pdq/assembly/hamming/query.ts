import {
  idAt,
  MASKS,
  masksWithin,
  ROW_COUNT,
  rowAt,
  TABLED,
  VERSION,
  WAITING,
  WORDS,
} from './layout';
import { beginScan, scanBucket, scanEnd, scanFor } from './scan';
import { MAX_UNITS, QUERY, shareUnits, UNITS } from './shares';
import { headerAt, mixId, slotOf } from './table';

// Scratch of one reader, after what shares.ts has there (addresses from its start):
const PROBES: usize = 8192; // header words of two tables' probes (u64 each)
const LIST: usize = 20480; // candidates
const LIST_ROOM: u32 = 4096; // how many before they are checked
const LIST_BYTES: usize = 8 * (4096 + 4096);
const FOUND: usize = LIST + LIST_BYTES; // matches: u64 id, u32 distance, u32 0
export const SCRATCH_PAGES: i32 = 18;
const FOUND_ROOM: i32 = 65536 - 6000;
const MOST_LINES: usize = 512;

let scratch: usize = 0;
let found: i32 = 0;
/** Only rows whose id falls into this part of so many are told. */
let part: u64 = 0;
let parts: u64 = 1;
let reach: i32 = 0;
let touched: u64 = 0;
/** Bytes of each bucket that are touched ahead. */
let lines: usize = 0;

export function useScratch(at: usize): void {
  scratch = at;
}

export function foundAt(): usize {
  return scratch + FOUND;
}

export function foundRoom(): i32 {
  return FOUND_ROOM;
}

@inline function unitsOf(word: i32): i32 {
  return load<i32>(scratch + UNITS + ((<usize>word) << 2));
}

@inline function queryWord(word: i32): u32 {
  return load<u16>(scratch + QUERY + ((<usize>word) << 1));
}

@inline function wordDistance(row: usize, word: i32): i32 {
  return popcnt<i32>(<i32>(load<u16>(row + ((<usize>word) << 1)) ^ <u16>queryWord(word)));
}

@inline function differing(row: usize, offset: usize): i32 {
  return <i32>popcnt<u64>(load<u64>(row + offset) ^ load<u64>(scratch + QUERY + offset));
}

function report(slot: u32, distance: i32): void {
  const id = load<u64>(idAt(slot));
  if (parts > 1 && mixId(id) % parts != part) return;
  if (found < FOUND_ROOM) {
    const at = scratch + FOUND + ((<usize>found) << 4);
    store<u64>(at, id);
    store<u64>(at + 8, <u64>distance);
  }
  found++;
}

function readAllRows(radius: i32): void {
  const rows = load<u32>(ROW_COUNT);
  for (let slot: u32 = 0; slot < rows; slot++) {
    const row = rowAt(slot);
    let distance = differing(row, 0) + differing(row, 8);
    if (distance > radius) continue;
    distance += differing(row, 16) + differing(row, 24);
    if (distance <= radius) report(slot, distance);
  }
}

/** The first table that shows this row to this query; a row is reported from that one only. */
function firstTable(row: usize): i32 {
  for (let word = 0; word < WORDS; word += 2) {
    const a = wordDistance(row, word);
    const b = wordDistance(row, word + 1);
    const unitsA = unitsOf(word);
    const unitsB = unitsOf(word + 1);
    if (a + b >= unitsA + unitsB) continue;
    if (a < unitsA) return word;
    if (b < unitsB) return word + 1;
  }
  return -1;
}

/** Checks the candidates: all slots first, then all rows, so that many cache misses are under way at once. */
function checkCandidates(): void {
  const start = scratch + LIST;
  const end = scanEnd();
  for (let at = start; at < end; at += 8) {
    const place = load<u32>(at + 4);
    store<u32>(at, slotOf(<usize>load<u32>(at), place & 0xffffff));
  }
  for (let at = start; at < end; at += 8) {
    const slot = load<u32>(at);
    const row = rowAt(slot);
    const distance = differing(row, 0) + differing(row, 8) + differing(row, 16) + differing(row, 24);
    if (distance > reach) continue;
    if (firstTable(row) == <i32>(load<u32>(at + 4) >> 24)) report(slot, distance);
  }
  beginScan(start);
}

/**
 * Reads the bucket bounds of a word's probes, then touches as many lines of each bucket as an average one has: loads
 * that no branch waits for, so that the cache misses of a whole table are under way together.
 */
function collectProbes(word: i32, probes: usize): i32 {
  const units = unitsOf(word);
  if (units == 0) return 0;
  const count = masksWithin(units - 1);
  const key = queryWord(word);
  const headers = headerAt(word, 0);
  for (let m = 0; m < count; m++) {
    const at = headers + (<usize>(key ^ <u32>load<u16>(MASKS + ((<usize>m) << 1))) << 3);
    store<u64>(probes + ((<usize>m) << 3), load<u64>(at));
  }
  let sum: u64 = 0;
  for (let line: usize = 0; line < lines; line += 64) {
    for (let m = 0; m < count; m++) sum += load<u64>(<usize>load<u32>(probes + ((<usize>m) << 3)) + line);
  }
  touched += sum;
  return count;
}

function scanProbes(word: i32, probes: usize, count: i32): void {
  const full = scratch + LIST + <usize>(LIST_ROOM * 8);
  const together = unitsOf(word) + unitsOf(word ^ 1) - 1;
  scanFor(queryWord(word ^ 1), (word & 1) != 0 ? unitsOf(word ^ 1) : 0);
  for (let m = 0; m < count; m++) {
    const header = load<u64>(probes + ((<usize>m) << 3));
    const block = <usize>(<u32>header);
    const entries = <u32>(header >> 32);
    const apart = m == 0 ? 0 : m < 17 ? 1 : m < 137 ? 2 : 3;
    for (let from: u32 = 0; from < entries; from += 4096) {
      scanBucket(block, from, min<u32>(entries, from + 4096), together - apart, word);
      if (scanEnd() >= full) checkCandidates();
    }
  }
}

function searchTables(): void {
  beginScan(scratch + LIST);
  lines = min<usize>(MOST_LINES, <usize>(load<u32>(ROW_COUNT) >> 15) + 128);
  let probes = scratch + PROBES;
  let ahead = scratch + PROBES + 6144;
  let count = collectProbes(0, probes);
  for (let word = 0; word < WORDS; word++) {
    const next = word + 1 < WORDS ? collectProbes(word + 1, ahead) : 0;
    scanProbes(word, probes, count);
    count = next;
    const swap = probes;
    probes = ahead;
    ahead = swap;
  }
  checkCandidates();
}

/** Looks at a change under way so often before it gives up: about a tenth of a second. */
const MOST_LOOKS: i32 = 1 << 24;

/**
 * Finds all rows within `radius` of the hash at the start of the scratch, of those whose id falls into part `which` of
 * `all`; returns how many. They lie at foundAt(), as many as there is room for. Looks again when the writer moved something
 * meanwhile; −1 when the writer has been in the middle of one change for too long.
 */
export function search(radius: i32, which: i32, all: i32): i32 {
  part = which;
  parts = all;
  reach = radius;
  let tries = 0;
  let looks = 0;
  let waits = 0;
  for (;;) {
    const version = atomic.load<u32>(VERSION);
    if ((version & 1) != 0) {
      if (++looks < MOST_LOOKS) continue;
      found = -1;
      break;
    }
    looks = 0;
    found = 0;
    if (load<u32>(TABLED) == 0 || radius >= WORDS * MAX_UNITS) readAllRows(radius);
    else {
      shareUnits(scratch, radius + 1);
      searchTables();
    }
    // Adding nothing also stores, and no load before a store of this kind is done after it: a load would allow that on ARM.
    if (atomic.add<u32>(VERSION, 0) == version) break;
    if (++tries < TRIES) continue;
    wait();
    waits++;
  }
  for (; waits > 0; waits--) goOn();
  return found;
}

/** From so many on the writer is asked to wait. */
const TRIES: i32 = 4;

/** Asks the writer to move nothing until goOn(); it waits only so long. */
function wait(): void {
  atomic.add<u32>(WAITING, 1);
}

function goOn(): void {
  // The writer sets the number to 0 when it has waited long enough.
  for (;;) {
    const waiting = atomic.load<u32>(WAITING);
    if (waiting == 0 || atomic.cmpxchg<u32>(WAITING, waiting, waiting - 1) == waiting) return;
  }
}

/** Asked by nobody: only keeps the compiler from leaving the touching out. */
export function touchedSum(): u64 {
  return touched;
}
