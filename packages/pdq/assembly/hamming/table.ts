import {
  bucketsOf,
  ID_TABLE,
  idAt,
  printBytes,
  REC_CUR,
  REC_CURSOR,
  REC_END,
  REC_EXTENT,
  REC_HEADERS,
  REC_ROOMS,
  REC_TOTAL,
  ROW_COUNT,
  record,
  rowAt,
  TIDYING,
} from './layout';
import { addLive, closeExtent, freeExtents, leave, openExtent } from './extents';
import { allocPages, freePages } from './pages';

// A bucket is one block: the fingerprints (16 bits an entry) upwards from its address, the slots (24 bits an entry)
// downwards from it. So a reader needs the address and the number of entries only, and both are in one 64-bit word
// that is written at once.

/** Bytes that one change tidies at most (one bucket more or less), and buckets that it looks at. */
const TIDY_BYTES: usize = 49152;
const TIDY_BUCKETS: i32 = 256;

/** One to one. */
@inline export function mixId(id: u64): u64 {
  let x = id * 0x9e3779b97f4a7c15;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93;
  return x ^ (x >> 32);
}

@inline function keyOfId(id: u64): u32 {
  return <u32>mixId(id) & (bucketsOf(ID_TABLE) - 1);
}

@inline function keyOf(table: i32, slot: u32): u32 {
  if (table == ID_TABLE) return keyOfId(load<u64>(idAt(slot)));
  return load<u16>(rowAt(slot) + ((<usize>table) << 1));
}

/** The other word of a word's pair. */
@inline function fingerprintOf(table: i32, slot: u32): u32 {
  return load<u16>(rowAt(slot) + ((<usize>(table ^ 1)) << 1));
}

@inline export function headerAt(table: i32, key: u32): usize {
  return <usize>load<u32>(record(table) + REC_HEADERS) + ((<usize>key) << 3);
}

@inline function roomAt(table: i32, key: u32): usize {
  return <usize>load<u32>(record(table) + REC_ROOMS) + <usize>key;
}

@inline export function slotOf(block: usize, position: u32): u32 {
  return load<u32>(block - 3 * <usize>(position + 1)) & 0xffffff;
}

@inline function putSlot(block: usize, position: u32, slot: u32): void {
  const at = block - 3 * <usize>(position + 1);
  store<u16>(at, <u16>slot);
  store<u8>(at + 2, <u8>(slot >> 16));
}

@inline function entryBytes(table: i32): usize {
  return 3 + printBytes(table);
}

/** How many entries a block is made for that holds so many: even, so that fingerprints lie at even addresses. */
@inline function withRoom(entries: u32): u32 {
  return (entries + 3 + min<u32>(entries >> 8, 250)) & ~1;
}

/** The same when all tables are built at once. */
@inline function whenBuilt(entries: u32): u32 {
  return (entries + 2) & ~1;
}

@inline function tablePages(table: i32): i32 {
  return <i32>((bucketsOf(table) * 9) >> 16);
}

/** Makes the empty table; false when memory is full. */
export function openTable(table: i32): bool {
  const at = allocPages(tablePages(table));
  if (at == 0) return false;
  memory.fill(at, 0, (<usize>tablePages(table)) << 16);
  const rec = record(table);
  memory.fill(rec, 0, 64);
  store<u32>(rec + REC_HEADERS, <u32>at);
  store<u32>(rec + REC_ROOMS, <u32>at + (bucketsOf(table) << 3));
  return true;
}

/** Address of a new block with room for `cap` entries, or 0. */
function allocBlock(table: i32, cap: u32): usize {
  const rec = record(table);
  const bytes = (<usize>cap) * entryBytes(table);
  let cur = <usize>load<u32>(rec + REC_CUR);
  if (cur == 0 || cur + bytes > <usize>load<u32>(rec + REC_END)) {
    if (!openExtent(table, bytes)) return 0;
    cur = <usize>load<u32>(rec + REC_CUR);
  }
  store<u32>(rec + REC_CUR, <u32>(cur + bytes));
  store<u32>(rec + REC_TOTAL, load<u32>(rec + REC_TOTAL) + <u32>bytes);
  addLive(<usize>load<u32>(rec + REC_EXTENT), bytes);
  return cur + (<usize>cap) * 3;
}

/** Moves a bucket into a new block; its old block stays readable until the extent is given back. */
function moveBucket(table: i32, key: u32, cap: u32): bool {
  const header = headerAt(table, key);
  const block = <usize>load<u32>(header);
  const count = load<u32>(header + 4);
  const fresh = allocBlock(table, cap);
  if (fresh == 0) return false;
  if (count > 0) {
    memory.copy(fresh, block, (<usize>count) * printBytes(table));
    memory.copy(fresh - 3 * <usize>count, block - 3 * <usize>count, 3 * <usize>count);
  }
  const room = roomAt(table, key);
  const before = count + <u32>load<u8>(room);
  store<u8>(room, <u8>(cap - count));
  atomic.store<u64>(header, (<u64>fresh) | ((<u64>count) << 32));
  if (block != 0) leave(table, block, (<usize>before) * entryBytes(table));
  return true;
}

/** Adds an entry; false when memory is full. */
export function insertEntry(table: i32, slot: u32): bool {
  const key = keyOf(table, slot);
  const header = headerAt(table, key);
  const room = roomAt(table, key);
  const count = load<u32>(header + 4);
  if (load<u8>(room) == 0 && !moveBucket(table, key, withRoom(count + 1))) return false;
  const block = <usize>load<u32>(header);
  if (table != ID_TABLE) store<u16>(block + ((<usize>count) << 1), <u16>fingerprintOf(table, slot));
  putSlot(block, count, slot);
  store<u8>(room, load<u8>(room) - 1);
  atomic.store<u32>(header + 4, count + 1);
  return true;
}

/** Position of a slot's entry in its bucket, or −1: of the entries with its fingerprint, the one with this slot. */
function positionOf(table: i32, header: usize, slot: u32): i32 {
  const block = <usize>load<u32>(header);
  const count = load<u32>(header + 4);
  if (table == ID_TABLE) {
    for (let at: u32 = 0; at < count; at++) if (slotOf(block, at) == slot) return <i32>at;
    return -1;
  }
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
  const key = keyOf(table, slot);
  const header = headerAt(table, key);
  const at = positionOf(table, header, slot);
  if (at < 0) return;
  const block = <usize>load<u32>(header);
  const last = load<u32>(header + 4) - 1;
  if (table != ID_TABLE) store<u16>(block + ((<usize>at) << 1), load<u16>(block + ((<usize>last) << 1)));
  putSlot(block, at, slotOf(block, last));
  atomic.store<u32>(header + 4, last);
  const room = roomAt(table, key);
  if (load<u8>(room) < 255) store<u8>(room, load<u8>(room) + 1);
  // More room than can be told is lost until the bucket moves.
  else leave(table, block, entryBytes(table));
}

/** The row that was in slot `from` is now in slot `to` (both still hold it). */
export function renameEntry(table: i32, from: u32, to: u32): void {
  const header = headerAt(table, keyOf(table, from));
  const at = positionOf(table, header, from);
  if (at >= 0) putSlot(<usize>load<u32>(header), at, to);
}

/** Slot of an id, or −1. */
export function findId(id: u64): i32 {
  const header = headerAt(ID_TABLE, keyOfId(id));
  const block = <usize>load<u32>(header);
  const count = load<u32>(header + 4);
  for (let at: u32 = 0; at < count; at++) {
    const slot = slotOf(block, at);
    if (load<u64>(idAt(slot)) == id) return <i32>slot;
  }
  return -1;
}

/** Sets the bit of each slot whose id stands in a higher slot too. */
export function markDoubles(marks: usize): void {
  for (let key: u32 = 0; key < bucketsOf(ID_TABLE); key++) {
    const header = headerAt(ID_TABLE, key);
    const block = <usize>load<u32>(header);
    const count = load<u32>(header + 4);
    for (let at: u32 = 1; at < count; at++) {
      const slot = slotOf(block, at);
      const id = load<u64>(idAt(slot));
      for (let other: u32 = 0; other < at; other++) {
        const before = slotOf(block, other);
        if (load<u64>(idAt(before)) != id) continue;
        const lower = min(slot, before);
        const mark = marks + <usize>(lower >> 3);
        store<u8>(mark, load<u8>(mark) | <u8>(<u32>1 << (lower & 7)));
      }
    }
  }
}

/** Fills an empty table from all rows at once; false when memory is full. */
export function fillTable(table: i32, rows: u32): bool {
  const headers = headerAt(table, 0);
  for (let slot: u32 = 0; slot < rows; slot++) {
    const at = headers + ((<usize>keyOf(table, slot)) << 3) + 4;
    store<u32>(at, load<u32>(at) + 1);
  }
  for (let key: u32 = 0; key < bucketsOf(table); key++) {
    const at = headers + ((<usize>key) << 3);
    const count = load<u32>(at + 4);
    if (count == 0) continue;
    const block = allocBlock(table, whenBuilt(count));
    if (block == 0) return false;
    store<u8>(roomAt(table, key), <u8>(whenBuilt(count) - count));
    store<u64>(at, <u64>block);
  }
  for (let slot: u32 = 0; slot < rows; slot++) {
    const header = headers + ((<usize>keyOf(table, slot)) << 3);
    const block = <usize>load<u32>(header);
    const count = load<u32>(header + 4);
    if (table != ID_TABLE) store<u16>(block + ((<usize>count) << 1), <u16>fingerprintOf(table, slot));
    putSlot(block, count, slot);
    store<u32>(header + 4, count + 1);
  }
  return true;
}

/** Whether blocks left behind and idle room take noticeably more than the room that new blocks would have. */
function isUntidy(table: i32): bool {
  const rows = load<u32>(ROW_COUNT);
  const buckets = bucketsOf(table);
  const total = load<u32>(record(table) + REC_TOTAL);
  // withRoom leaves room for 2 or 3 and a 256th; in small buckets more often for 3.
  const room = rows > 8 * buckets ? (buckets >> 1) * 5 : 3 * min(rows, buckets);
  return total > <u32>entryBytes(table) * (rows + room) + (total >> 8) + 65536;
}

/**
 * One slice of tidying: when too much of a table lies idle, moves some of its buckets to new extents, in order; the next
 * call goes on. Extents are given back as they become empty, so that the table never stands twice.
 */
export function tidyTable(table: i32): void {
  const rec = record(table);
  const busy = load<i32>(TIDYING);
  if (busy != table + 1) {
    if (busy != 0 || !isUntidy(table)) return;
    store<i32>(TIDYING, table + 1);
    store<u32>(rec + REC_CURSOR, 0);
    closeExtent(table);
  }
  let key = load<i32>(rec + REC_CURSOR);
  const end = min<i32>(<i32>bucketsOf(table), key + TIDY_BUCKETS);
  for (let moved: usize = 0; key < end && moved < TIDY_BYTES; key++) {
    const header = headerAt(table, key);
    const block = <usize>load<u32>(header);
    const count = load<u32>(header + 4);
    if (block == 0) continue;
    if (count == 0) {
      const room = roomAt(table, key);
      const bytes = (<usize>load<u8>(room)) * entryBytes(table);
      store<u8>(room, 0);
      atomic.store<u64>(header, 0);
      leave(table, block, bytes);
      continue;
    }
    if (!moveBucket(table, key, withRoom(count))) break;
    moved += (<usize>count) * entryBytes(table);
  }
  store<i32>(rec + REC_CURSOR, key);
  if (key >= <i32>bucketsOf(table)) store<i32>(TIDYING, 0);
}

/** Gives everything that a table holds back. */
export function closeTable(table: i32): void {
  const rec = record(table);
  if (load<u32>(rec + REC_HEADERS) == 0) return;
  freeExtents(table);
  freePages(<usize>load<u32>(rec + REC_HEADERS), tablePages(table));
  memory.fill(rec, 0, 64);
}
