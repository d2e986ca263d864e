import {
  BUCKETS,
  ID_TABLE,
  idAt,
  REC_CAPS,
  REC_CUR,
  REC_CURSOR,
  REC_END,
  REC_EXTENTS,
  REC_GARBAGE,
  REC_HEADERS,
  REC_OLD,
  REC_TOTAL,
  record,
  rowAt,
  TIDYING,
  VERSION,
} from './layout';
import { allocPages, freePages } from './pages';

// A bucket is one block: the fingerprints (16 bits an entry) upwards from its address, the slots (24 bits an entry)
// downwards from it. So a reader needs the address and the number of entries only, and both are in one 64-bit word
// that is written at once.

@inline function mixId(id: u64): u64 {
  let x = id * 0x9e3779b97f4a7c15;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93;
  return x ^ (x >> 32);
}

@inline export function keyOf(table: i32, slot: u32): u32 {
  if (table == ID_TABLE) return <u32>(mixId(load<u64>(idAt(slot))) & 0xffff);
  return load<u16>(rowAt(slot) + ((<usize>table) << 1));
}

/** For a word: the other word of its pair. For an id: 16 more bits of its mix. */
@inline export function fingerprintOf(table: i32, slot: u32): u32 {
  if (table == ID_TABLE) return <u32>((mixId(load<u64>(idAt(slot))) >> 16) & 0xffff);
  return load<u16>(rowAt(slot) + ((<usize>(table ^ 1)) << 1));
}

@inline export function headerAt(table: i32, key: u32): usize {
  return <usize>load<u32>(record(table) + REC_HEADERS) + ((<usize>key) << 3);
}

@inline function capAt(table: i32, key: u32): usize {
  return <usize>load<u32>(record(table) + REC_CAPS) + ((<usize>key) << 2);
}

@inline export function slotOf(block: usize, position: u32): u32 {
  return load<u32>(block - 3 * <usize>(position + 1)) & 0xffffff;
}

@inline function putSlot(block: usize, position: u32, slot: u32): void {
  const at = block - 3 * <usize>(position + 1);
  store<u16>(at, <u16>slot);
  store<u8>(at + 2, <u8>(slot >> 16));
}

/** Makes the empty table; false when memory is full. */
export function openTable(table: i32): bool {
  const at = allocPages(12);
  if (at == 0) return false;
  memory.fill(at, 0, 12 << 16);
  const rec = record(table);
  memory.fill(rec, 0, 64);
  store<u32>(rec + REC_HEADERS, <u32>at);
  store<u32>(rec + REC_CAPS, <u32>(at + (8 << 16)));
  return true;
}

/** A new extent with room for `bytes`, and for the 512 bytes that readers may read past a block. */
function openExtent(table: i32, bytes: usize): bool {
  const rec = record(table);
  const pages = <i32>((bytes + 528 + 65535) >> 16);
  const extent = allocPages(pages);
  if (extent == 0) return false;
  store<u32>(extent, load<u32>(rec + REC_EXTENTS));
  store<u32>(extent + 4, <u32>pages);
  store<u32>(rec + REC_EXTENTS, <u32>extent);
  store<u32>(rec + REC_CUR, <u32>(extent + 16));
  store<u32>(rec + REC_END, <u32>(extent + ((<usize>pages) << 16) - 512));
  return true;
}

/** Address of a new block with room for `cap` entries (a multiple of 8), or 0. */
function allocBlock(table: i32, cap: u32): usize {
  const rec = record(table);
  const bytes = (<usize>cap) * 5;
  let cur = <usize>load<u32>(rec + REC_CUR);
  if (cur == 0 || cur + bytes > <usize>load<u32>(rec + REC_END)) {
    // An eighth of what the table holds, between 64 KiB and 1 MiB.
    const wanted = min<u32>(1 << 20, max<u32>(65536, load<u32>(rec + REC_TOTAL) >> 3)) - 528;
    if (!openExtent(table, max<usize>(<usize>wanted, bytes))) return 0;
    cur = <usize>load<u32>(rec + REC_CUR);
  }
  store<u32>(rec + REC_CUR, <u32>(cur + bytes));
  store<u32>(rec + REC_TOTAL, load<u32>(rec + REC_TOTAL) + <u32>bytes);
  return cur + (<usize>cap) * 3;
}

@inline function roundUp(entries: u32): u32 {
  return (entries + 7) & ~7;
}

/** Moves a bucket into a new block; its old block stays readable until the extent is given back. */
function moveBucket(table: i32, key: u32, cap: u32): bool {
  const header = headerAt(table, key);
  const block = <usize>load<u32>(header);
  const count = load<u32>(header + 4);
  const fresh = allocBlock(table, cap);
  if (fresh == 0) return false;
  if (count > 0) {
    memory.copy(fresh, block, (<usize>count) << 1);
    memory.copy(fresh - 3 * <usize>count, block - 3 * <usize>count, 3 * <usize>count);
  }
  store<u32>(capAt(table, key), cap);
  atomic.store<u64>(header, (<u64>fresh) | ((<u64>count) << 32));
  return true;
}

function addGarbage(table: i32, entries: u32): void {
  const at = record(table) + REC_GARBAGE;
  store<u32>(at, load<u32>(at) + entries * 5);
}

/** Adds an entry; false when memory is full. */
export function insertEntry(table: i32, slot: u32): bool {
  const key = keyOf(table, slot);
  const header = headerAt(table, key);
  const count = load<u32>(header + 4);
  const cap = load<u32>(capAt(table, key));
  if (count == cap) {
    if (!moveBucket(table, key, roundUp(count + 1 + (count >> 5)))) return false;
    addGarbage(table, cap);
  }
  const block = <usize>load<u32>(header);
  store<u16>(block + ((<usize>count) << 1), <u16>fingerprintOf(table, slot));
  putSlot(block, count, slot);
  atomic.store<u32>(header + 4, count + 1);
  return true;
}

/** Position of a slot's entry in its bucket, or −1: of the entries with its fingerprint, the one with this slot. */
function positionOf(table: i32, header: usize, slot: u32): i32 {
  const block = <usize>load<u32>(header);
  const count = load<u32>(header + 4);
  const prints = i16x8.splat(<i16>fingerprintOf(table, slot));
  for (let first: u32 = 0; first < count; first += 8) {
    let lanes = <u32>i16x8.bitmask(i16x8.eq(v128.load(block + ((<usize>first) << 1)), prints));
    for (; lanes != 0; lanes &= lanes - 1) {
      const at = first + ctz(lanes);
      if (at >= count) break;
      if (slotOf(block, at) == slot) return <i32>at;
    }
  }
  return -1;
}

export function removeEntry(table: i32, slot: u32): void {
  const header = headerAt(table, keyOf(table, slot));
  const at = positionOf(table, header, slot);
  if (at < 0) return;
  const block = <usize>load<u32>(header);
  const last = load<u32>(header + 4) - 1;
  store<u16>(block + ((<usize>at) << 1), load<u16>(block + ((<usize>last) << 1)));
  putSlot(block, at, slotOf(block, last));
  atomic.store<u32>(header + 4, last);
  addGarbage(table, 1);
}

/** The row that was in slot `from` is now in slot `to` (both still hold it). */
export function renameEntry(table: i32, from: u32, to: u32): void {
  const header = headerAt(table, keyOf(table, from));
  const at = positionOf(table, header, from);
  if (at >= 0) putSlot(<usize>load<u32>(header), at, to);
}

/** Slot of an id other than `except`, or −1. */
export function findId(id: u64, except: i32): i32 {
  const mix = mixId(id);
  const header = headerAt(ID_TABLE, <u32>(mix & 0xffff));
  const block = <usize>load<u32>(header);
  const count = load<u32>(header + 4);
  const print = <u32>((mix >> 16) & 0xffff);
  const prints = i16x8.splat(<i16>print);
  for (let first: u32 = 0; first < count; first += 8) {
    let lanes = <u32>i16x8.bitmask(i16x8.eq(v128.load(block + ((<usize>first) << 1)), prints));
    for (; lanes != 0; lanes &= lanes - 1) {
      const at = first + ctz(lanes);
      if (at >= count) break;
      const slot = slotOf(block, at);
      if (load<u64>(idAt(slot)) == id && <i32>slot != except) return <i32>slot;
    }
  }
  return -1;
}

/** Fills an empty table from all rows at once, each bucket in a block of just its size; false when memory is full. */
export function fillTable(table: i32, rows: u32): bool {
  const headers = headerAt(table, 0);
  const caps = capAt(table, 0);
  for (let slot: u32 = 0; slot < rows; slot++) {
    const at = caps + ((<usize>keyOf(table, slot)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let room: u32 = 0;
  for (let key: u32 = 0; key < <u32>BUCKETS; key++) room += roundUp(load<u32>(caps + ((<usize>key) << 2)));
  if (!openExtent(table, (<usize>room) * 5)) return false;
  for (let key: u32 = 0; key < <u32>BUCKETS; key++) {
    const at = caps + ((<usize>key) << 2);
    const cap = roundUp(load<u32>(at));
    if (cap == 0) continue;
    const block = allocBlock(table, cap);
    if (block == 0) return false;
    store<u32>(at, cap);
    store<u32>(headers + ((<usize>key) << 3), <u32>block);
  }
  for (let slot: u32 = 0; slot < rows; slot++) {
    const header = headers + ((<usize>keyOf(table, slot)) << 3);
    const block = <usize>load<u32>(header);
    const count = load<u32>(header + 4);
    store<u16>(block + ((<usize>count) << 1), <u16>fingerprintOf(table, slot));
    putSlot(block, count, slot);
    store<u32>(header + 4, count + 1);
  }
  return true;
}

/** Gives all extents of a chain back. */
function freeExtents(first: usize): void {
  let extent = first;
  while (extent != 0) {
    const next = <usize>load<u32>(extent);
    freePages(extent, <i32>load<u32>(extent + 4));
    extent = next;
  }
}

/**
 * One slice of tidying: when more than a 32nd of a table is garbage, moves up to `buckets` of its buckets to new
 * extents, and gives the old ones back when all have moved. Readers that still look there see the version change.
 */
export function tidyTable(table: i32, buckets: i32): void {
  const rec = record(table);
  const busy = load<i32>(TIDYING);
  if (busy != 0 && busy != table + 1) return;
  if (load<u32>(rec + REC_OLD) == 0) {
    if (load<u32>(rec + REC_GARBAGE) < (load<u32>(rec + REC_TOTAL) >> 5) + 65536) return;
    store<i32>(TIDYING, table + 1);
    store<u32>(rec + REC_OLD, load<u32>(rec + REC_EXTENTS));
    store<u32>(rec + REC_EXTENTS, 0);
    store<u32>(rec + REC_CUR, 0);
    store<u32>(rec + REC_TOTAL, 0);
    store<u32>(rec + REC_GARBAGE, 0);
    store<u32>(rec + REC_CURSOR, 0);
  }
  let key = load<i32>(rec + REC_CURSOR);
  const end = min<i32>(BUCKETS, key + buckets);
  for (; key < end; key++) {
    if (load<u32>(capAt(table, key)) == 0) continue;
    const count = load<u32>(headerAt(table, key) + 4);
    if (count == 0) {
      store<u32>(capAt(table, key), 0);
      atomic.store<u64>(headerAt(table, key), 0);
    } else if (!moveBucket(table, key, roundUp(count + (count >> 6)))) return;
    store<i32>(rec + REC_CURSOR, key + 1);
  }
  store<i32>(rec + REC_CURSOR, key);
  if (key < BUCKETS) return;
  atomic.add<u32>(VERSION, 2);
  atomic.load<u32>(VERSION);
  freeExtents(<usize>load<u32>(rec + REC_OLD));
  store<u32>(rec + REC_OLD, 0);
  store<i32>(TIDYING, 0);
}

/** Gives everything that a table holds back. */
export function closeTable(table: i32): void {
  const rec = record(table);
  if (load<u32>(rec + REC_HEADERS) == 0) return;
  freeExtents(<usize>load<u32>(rec + REC_EXTENTS));
  freeExtents(<usize>load<u32>(rec + REC_OLD));
  freePages(<usize>load<u32>(rec + REC_HEADERS), 12);
  memory.fill(rec, 0, 64);
}
