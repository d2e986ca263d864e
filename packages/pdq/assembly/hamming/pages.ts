import { FREE_HINT, PAGE_MAP } from './layout';

/** Pages that the memory grows by at once, unless it is near its end. */
const GROWTH: i32 = 16;

/**
 * Takes `count` neighbouring pages of 64 KiB; 0 when the memory cannot grow further. The last page of the memory is never
 * taken: readers read past the end of blocks.
 */
export function allocPages(count: i32): usize {
  const pages: i32 = memory.size() - 1;
  let run: i32 = 0;
  let firstFree: i32 = -1;
  for (let page = load<i32>(FREE_HINT); page < pages; page++) {
    if (load<u8>(PAGE_MAP + <usize>page) != 0) {
      run = 0;
      continue;
    }
    if (firstFree < 0) firstFree = page;
    run++;
    if (run == count) return take(page - count + 1, count, firstFree);
  }
  // A free run at the very end is part of what is needed.
  const start = pages - run;
  if (memory.grow(max(count - run, GROWTH)) < 0 && memory.grow(count - run) < 0) return 0;
  return take(start, count, firstFree < 0 ? start : firstFree);
}

function take(start: i32, count: i32, firstFree: i32): usize {
  memory.fill(PAGE_MAP + <usize>start, 1, <usize>count);
  if (firstFree == start) store<i32>(FREE_HINT, start + count);
  else store<i32>(FREE_HINT, firstFree);
  return (<usize>start) << 16;
}

export function freePages(address: usize, count: i32): void {
  const start = <i32>(address >> 16);
  memory.fill(PAGE_MAP + <usize>start, 0, <usize>count);
  if (start < load<i32>(FREE_HINT)) store<i32>(FREE_HINT, start);
}
