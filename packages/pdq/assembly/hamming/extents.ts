// Blocks of buckets are cut from extents, one after another. An extent counts the bytes of its blocks that buckets still
// use; when none are left, it is given back. Its first 16 bytes: u32 bytes in use, u32 pages, u32 table (once nothing
// points to it: the next held one), u32 bytes handed out.
import {
  EXTENT_MAP,
  HELD,
  HELD_PAGES,
  REC_CUR,
  REC_END,
  REC_EXTENT,
  REC_TOTAL,
  record,
  VERSION,
} from './layout';
import { allocPages, freePages } from './pages';

const HEAD: usize = 16;
/** Extents are an eighth of what the table holds, within these bounds, or as large as a block needs. */
const SMALLEST: u32 = 65536;
const LARGEST: u32 = 262144;
/** So many pages without use are held at most, or a 128th of the memory: each giving back makes readers ask again. */
const HELD_MOST: i32 = 64;

@inline function extentOf(at: usize): usize {
  return (<usize>load<u16>(EXTENT_MAP + ((at >> 16) << 1))) << 16;
}

export function addLive(extent: usize, bytes: usize): void {
  store<u32>(extent, load<u32>(extent) + <u32>bytes);
}

/** A new extent for a table, for a block of `bytes` at least; false when memory is full. */
export function openExtent(table: i32, bytes: usize): bool {
  const rec = record(table);
  const wanted = min<u32>(LARGEST, max<u32>(SMALLEST, load<u32>(rec + REC_TOTAL) >> 3));
  const pages = <i32>((max<usize>(<usize>wanted, bytes + HEAD) + 65535) >> 16);
  let extent = allocPages(pages);
  if (extent == 0) {
    giveHeldBack();
    extent = allocPages(pages);
    if (extent == 0) return false;
  }
  closeExtent(table);
  store<u32>(extent, 0);
  store<u32>(extent + 4, <u32>pages);
  store<u32>(extent + 8, <u32>table);
  store<u32>(extent + 12, 0);
  const first = extent >> 16;
  for (let page = first; page < first + <usize>pages; page++) store<u16>(EXTENT_MAP + (page << 1), <u16>first);
  store<u32>(rec + REC_EXTENT, <u32>extent);
  store<u32>(rec + REC_CUR, <u32>(extent + HEAD));
  store<u32>(rec + REC_END, <u32>(extent + ((<usize>pages) << 16)));
  return true;
}

/** The next block of the table comes from another extent. */
export function closeExtent(table: i32): void {
  const rec = record(table);
  const extent = <usize>load<u32>(rec + REC_EXTENT);
  if (extent == 0) return;
  store<u32>(extent + 12, load<u32>(rec + REC_CUR) - <u32>(extent + HEAD));
  store<u32>(rec + REC_EXTENT, 0);
  store<u32>(rec + REC_CUR, 0);
  if (load<u32>(extent) == 0) hold(table, extent);
}

/** So many bytes of a block are used no more; all of them when its bucket has moved. */
export function leave(table: i32, block: usize, bytes: usize): void {
  // The address of a block without fingerprints is its end, which may be the next extent's beginning.
  const extent = extentOf(block - 1);
  const live = load<u32>(extent) - <u32>bytes;
  store<u32>(extent, live);
  if (live == 0 && extent != <usize>load<u32>(record(table) + REC_EXTENT)) hold(table, extent);
}

/** Keeps an empty extent for a while, for readers that still look there. */
function hold(table: i32, extent: usize): void {
  const total = record(table) + REC_TOTAL;
  store<u32>(total, load<u32>(total) - load<u32>(extent + 12));
  store<u32>(extent + 8, load<u32>(HELD));
  store<u32>(HELD, <u32>extent);
  const pages = load<i32>(HELD_PAGES) + load<i32>(extent + 4);
  store<i32>(HELD_PAGES, pages);
  if (pages >= min(HELD_MOST, <i32>(memory.size() >> 7))) giveHeldBack();
}

/** Readers that still look there see the version change, before anything is overwritten. */
function giveHeldBack(): void {
  if (load<u32>(HELD) == 0) return;
  atomic.add<u32>(VERSION, 2);
  atomic.load<u32>(VERSION);
  for (let extent = <usize>load<u32>(HELD); extent != 0; ) {
    const next = <usize>load<u32>(extent + 8);
    free(extent);
    extent = next;
  }
  store<u32>(HELD, 0);
  store<i32>(HELD_PAGES, 0);
}

function free(extent: usize): void {
  const pages = load<i32>(extent + 4);
  memory.fill(EXTENT_MAP + ((extent >> 16) << 1), 0, (<usize>pages) << 1);
  freePages(extent, pages);
}

/** Gives all extents of a table back, which no reader knows. */
export function freeExtents(table: i32): void {
  for (let page: usize = 1; page < <usize>memory.size(); page++) {
    const extent = page << 16;
    if (extentOf(extent) == extent && load<i32>(extent + 8) == table) free(extent);
  }
}
