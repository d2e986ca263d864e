// Where everything lies in the memory that the owner and its readers share. No static data and no heap: each reader
// instantiates this module over the same memory, and a data segment would be written again by every one of them.

/** Raised whenever something moved or is about to be overwritten, so that a reader in another thread looks again. */
export const VERSION: usize = 64;
/** How many readers ask the writer to hold still for one query. */
export const WAITING: usize = 128;
export const ROW_COUNT: usize = 192;
/** 1 when the tables are in use, 0 while the set is small enough to be read row by row. */
export const TABLED: usize = 196;
export const FREE_HINT: usize = 200;
/** The table that is being tidied, plus one; 0 when none is. One at a time, so that one table's size is spare at most. */
export const TIDYING: usize = 204;
/** Extents that nothing points to any more, newest first, and how many pages they have: readers may still look there. */
export const HELD: usize = 208;
export const HELD_PAGES: usize = 212;

/** Tables 0–15: one for each 16-bit word of the hash. Table 16, which readers never ask: by a mix of the id. */
export const WORDS: i32 = 16;
export const ID_TABLE: i32 = 16;
export const TABLES: i32 = 17;

/** One record of 64 bytes for each table. */
export const RECORDS: usize = 256;
export const REC_HEADERS: usize = 0; // u64 a bucket: address of the fingerprints, number of entries << 32
export const REC_ROOMS: usize = 4; // u8 a bucket: how many more entries its block has room for
export const REC_EXTENT: usize = 8; // the extent that new blocks come from
export const REC_CUR: usize = 12; // its next free byte
export const REC_END: usize = 16;
export const REC_TOTAL: usize = 20; // bytes handed out from all extents of the table
export const REC_CURSOR: usize = 24; // next bucket that tidying moves

/** Where the writer puts the new hash of a row that changes, and keeps the one before. */
export const NEW_HASH: usize = 2048;
export const OLD_HASH: usize = 2080;

/** Address of the block of 65,536 rows, for each upper half of a slot. */
export const ROW_DIRECTORY: usize = 4096;
export const ROWS_A_BLOCK: i32 = 65536;
export const HASHES_A_BLOCK_BYTES: usize = 65536 * 32;
export const ROW_BLOCK_PAGES: i32 = 40; // 65,536 × (32 bytes of hash + 8 bytes of id)
export const MAX_ROWS: i32 = 16777216; // slots are 24 bits

/** All 16-bit masks of at most 3 bits, by number of bits. */
export const MASKS: usize = 8192;
/** One byte for each 64 KiB page: 1 when in use. */
export const PAGE_MAP: usize = 16384;
/** u16 for each page: the first page of the extent that it is part of. */
export const EXTENT_MAP: usize = 131072;
export const FIXED_PAGES: i32 = 4;

/** Words have 16 bits. Finding an id means looking at every id of a bucket, so those are four times as many. */
@inline export function bucketsOf(table: i32): u32 {
  return table == ID_TABLE ? 262144 : 65536;
}

/** Bytes of an entry beyond its slot: ids have no fingerprint. */
@inline export function printBytes(table: i32): usize {
  return table == ID_TABLE ? 0 : 2;
}

@inline export function record(table: i32): usize {
  return RECORDS + ((<usize>table) << 6);
}

/** Address of the 32 bytes of the hash in a slot; 0-based garbage for a slot that does not exist, never outside. */
@inline export function rowAt(slot: u32): usize {
  return <usize>load<u32>(ROW_DIRECTORY + ((<usize>(slot >> 16)) << 2)) + ((<usize>(slot & 0xffff)) << 5);
}

@inline export function idAt(slot: u32): usize {
  return (
    <usize>load<u32>(ROW_DIRECTORY + ((<usize>(slot >> 16)) << 2)) +
    HASHES_A_BLOCK_BYTES +
    ((<usize>(slot & 0xffff)) << 3)
  );
}

/** Number of masks of at most `bits` bits: 1, 17, 137, 697. */
@inline export function masksWithin(bits: i32): i32 {
  return bits == 0 ? 1 : bits == 1 ? 17 : bits == 2 ? 137 : 697;
}
