/**
 * How many entries the next batch may hold. A batch that fails is halved until the entry that is at fault stands alone;
 * that one is set aside after it failed `PATIENCE` times, and batches grow again.
 */
export interface BatchSize {
  now(): number;
  worked(): void;
  /** Tells that a batch of `size` failed; true when its one entry is to be set aside. */
  failed(size: number): boolean;
}

const PATIENCE = 3;

export function createBatchSize(largest: number): BatchSize {
  let size = largest;
  let alone = 0;
  return {
    now: () => size,
    worked() {
      alone = 0;
      size = Math.min(largest, size * 2);
    },
    failed(failedSize) {
      size = Math.max(1, Math.floor(failedSize / 2));
      if (failedSize > 1) return false;
      alone++;
      if (alone < PATIENCE) return false;
      alone = 0;
      return true;
    },
  };
}
