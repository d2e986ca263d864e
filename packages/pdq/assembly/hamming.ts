// asc: --enable threads --importMemory --sharedMemory --initialMemory 16 --maximumMemory 65536 --memoryBase 0 --use abort=
// Exact search by Hamming distance among up to 16,777,216 hashes of 256 bits (docs/adr/0028): one writer, any number of
// readers in other threads over the same memory.
import {
  FIXED_PAGES,
  FREE_HINT,
  idAt,
  MASKS,
  MAX_ROWS,
  NEW_HASH,
  OLD_HASH,
  PAGE_MAP,
  ROW_BLOCK_PAGES,
  ROW_COUNT,
  ROW_DIRECTORY,
  ROWS_A_BLOCK,
  rowAt,
  TABLED,
  TABLES,
  VERSION,
  WAITING,
  WORDS,
} from './hamming/layout';
import { allocPages, freePages } from './hamming/pages';
import { foundAt, foundRoom, SCRATCH_PAGES, search, touchedSum, useScratch } from './hamming/query';
import {
  closeTable,
  fillTable,
  findId,
  insertEntry,
  markDoubles,
  openTable,
  removeEntry,
  renameEntry,
  tidyTable,
} from './hamming/table';

export { foundAt, foundRoom, search, touchedSum, useScratch };

/** Makes fresh memory an empty index. */
export function create(): void {
  memory.fill(PAGE_MAP, 1, FIXED_PAGES);
  store<i32>(FREE_HINT, FIXED_PAGES);
  let at = MASKS;
  for (let bits = 0; bits <= 3; bits++) {
    for (let mask: u32 = 0; mask < 65536; mask++) {
      if (popcnt<u32>(mask) != bits) continue;
      store<u16>(at, <u16>mask);
      at += 2;
    }
  }
}

/** Scratch for one reader; 0 when memory is full. */
export function newScratch(): usize {
  return allocPages(SCRATCH_PAGES);
}

/** Gives the scratch of a reader that is gone back. */
export function freeScratch(at: usize): void {
  freePages(at, SCRATCH_PAGES);
}

export function rowCount(): u32 {
  return load<u32>(ROW_COUNT);
}

/** Makes room for a row at the end; its slot or −1 when full. The caller writes hashPlace and idPlace, then admits it. */
export function newRow(): i32 {
  const slot = load<u32>(ROW_COUNT);
  if (slot >= <u32>MAX_ROWS) return -1;
  if ((slot & (ROWS_A_BLOCK - 1)) == 0) {
    const directory = ROW_DIRECTORY + ((<usize>(slot >> 16)) << 2);
    if (load<u32>(directory) == 0) {
      const block = allocPages(ROW_BLOCK_PAGES);
      if (block == 0) return -1;
      store<u32>(directory, <u32>block);
    }
  }
  return slot;
}

export function hashPlace(slot: u32): usize {
  return rowAt(slot);
}

export function idPlace(slot: u32): usize {
  return idAt(slot);
}

/** Makes `count` written rows at the end part of the set; only while there are no tables. */
export function admitRows(count: u32): void {
  atomic.store<u32>(ROW_COUNT, load<u32>(ROW_COUNT) + count);
}

/** Makes the row written at the end part of the set and of all tables; false when memory is full. */
export function admitRow(): bool {
  const slot = load<u32>(ROW_COUNT);
  if (load<u32>(TABLED) != 0) {
    for (let table = 0; table < TABLES; table++) {
      if (insertEntry(table, slot)) continue;
      beginMove();
      for (let undo = 0; undo < table; undo++) removeEntry(undo, slot);
      endMove();
      return false;
    }
    tidyAll();
  }
  atomic.store<u32>(ROW_COUNT, slot + 1);
  return true;
}

/** Builds all tables from all rows; false when memory is full (then the index goes on reading row by row). */
export function buildTables(): bool {
  const rows = load<u32>(ROW_COUNT);
  for (let table = 0; table < TABLES; table++) {
    if (openTable(table) && fillTable(table, rows)) continue;
    for (let undo = 0; undo <= table; undo++) closeTable(undo);
    return false;
  }
  atomic.store<u32>(TABLED, 1);
  return true;
}

const MOST_SPINS: i32 = 1000000000;

function beginMove(): void {
  // A reader that met changes again and again asks for a pause; a second at most and once, should it have died then.
  let spins = 0;
  while (atomic.load<u32>(WAITING) != 0) if (++spins == MOST_SPINS) atomic.store<u32>(WAITING, 0);
  atomic.add<u32>(VERSION, 1);
  // No store after this load is done before it, and it is not done before the store above: so on ARM too what moves is
  // seen to move after the version is odd only.
  atomic.load<u32>(VERSION);
}

function endMove(): void {
  atomic.add<u32>(VERSION, 1);
}

/** Slot of an id, −1 when it is not there. */
export function slotOfId(id: u64): i32 {
  if (load<u32>(TABLED) != 0) return findId(id);
  const rows = load<u32>(ROW_COUNT);
  for (let slot: u32 = 0; slot < rows; slot++) if (load<u64>(idAt(slot)) == id) return slot;
  return -1;
}

/** Takes a row out; the last row moves into its slot. */
export function removeSlot(slot: u32): void {
  const last = load<u32>(ROW_COUNT) - 1;
  const tabled = load<u32>(TABLED) != 0;
  beginMove();
  if (tabled) for (let table = 0; table < TABLES; table++) removeEntry(table, slot);
  if (slot != last) {
    if (tabled) for (let table = 0; table < TABLES; table++) renameEntry(table, last, slot);
    memory.copy(rowAt(slot), rowAt(last), 32);
    store<u64>(idAt(slot), load<u64>(idAt(last)));
  }
  store<u32>(ROW_COUNT, last);
  endMove();
  if (tabled) tidyAll();
}

/** Where the new hash for replaceHash is put. */
export function newHashPlace(): usize {
  return NEW_HASH;
}

/**
 * Gives a row the hash at newHashPlace(). Readers find the old one or the new one, never both or neither. False when
 * memory is full: then the old one stays.
 */
export function replaceHash(slot: u32): bool {
  const tables = load<u32>(TABLED) != 0 ? WORDS : 0;
  const row = rowAt(slot);
  let done = true;
  beginMove();
  for (let table = 0; table < tables; table++) removeEntry(table, slot);
  memory.copy(OLD_HASH, row, 32);
  memory.copy(row, NEW_HASH, 32);
  for (let table = 0; table < tables; table++) {
    if (insertEntry(table, slot)) continue;
    for (let undo = 0; undo < table; undo++) removeEntry(undo, slot);
    memory.copy(row, OLD_HASH, 32);
    // There is room: each of these buckets has lost one entry.
    for (let again = 0; again < tables; again++) insertEntry(again, slot);
    done = false;
    break;
  }
  endMove();
  if (tables > 0) tidyAll();
  return done;
}

function tidyAll(): void {
  for (let table = 0; table < TABLES; table++) tidyTable(table);
}

/**
 * Takes out rows whose id stands in a later row too (of a snapshot that was written while ids changed, say); tables must
 * be there. False when memory is full.
 */
export function removeDoubles(): bool {
  const rows = load<u32>(ROW_COUNT);
  const pages = <i32>(rows >> 19) + 1;
  const marks = allocPages(pages);
  if (marks == 0) return false;
  memory.fill(marks, 0, (<usize>pages) << 16);
  markDoubles(marks);
  // Downwards: what moves into the gap is the last row, which stays.
  for (let slot = <i32>rows - 1; slot >= 0; slot--) {
    if ((load<u8>(marks + (<usize>slot >> 3)) & (1 << (slot & 7))) != 0) removeSlot(slot);
  }
  freePages(marks, pages);
  return true;
}

export function hasTables(): bool {
  return load<u32>(TABLED) != 0;
}
