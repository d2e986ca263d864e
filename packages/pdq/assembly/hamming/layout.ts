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

/** Tables 0–15: one for each 16-bit word of the hash. Table 16: by a mix of the id. */
export const WORDS: i32 = 16;
export const ID_TABLE: i32 = 16;
export const TABLES: i32 = 17;
export const BUCKETS: i32 = 65536;

/** One record of 64 bytes for each table. */
export const RECORDS: usize = 256;
export const REC_HEADERS: usize = 0; // u64 a bucket: address of the fingerprints, number of entries << 32
export const REC_CAPS: usize = 4; // u32 a bucket: entries that its block has room for
export const REC_EXTENTS: usize = 8; // extents in use, newest first
export const REC_CUR: usize = 12; // next free byte of the newest extent
export const REC_END: usize = 16;
export const REC_TOTAL: usize = 20; // bytes handed out from the extents in use
export const REC_GARBAGE: usize = 24; // of these, bytes that nothing points to any more
export const REC_OLD: usize = 28; // extents that a compaction is emptying
export const REC_CURSOR: usize = 32; // next bucket that it moves

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
export const FIXED_PAGES: i32 = 2;

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
