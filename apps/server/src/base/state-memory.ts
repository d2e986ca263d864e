/**
 * What a reader remembers of states between two batches, so that it need not load what it wrote itself. Only for states
 * that nobody but the owner of the entry's partition writes, and only in its transaction. Whoever gets a state may change
 * it in place, and then puts it.
 */
export interface StateMemory {
  /** The state, `null` when it is known that there is none, undefined when it must be looked up. */
  get(key: string): unknown;
  put(key: string, state: unknown): void;
}

/** For readers that share their partitions with others from batch to batch. */
export const noMemory: StateMemory = { get: () => undefined, put: () => undefined };

/** A memory of at most `most` states, the least recently used forgotten first. What is put counts after `keep()`. */
export interface OwnedMemory extends StateMemory {
  /** The transaction committed. */
  keep(): void;
  /** The transaction was rolled back, or somebody else may have written: nothing is known any more. */
  clear(): void;
}

export function createMemory(most: number): OwnedMemory {
  const kept = new Map<string, unknown>();
  let fresh = new Map<string, unknown>();
  return {
    get(key) {
      const known = fresh.get(key);
      return known === undefined ? kept.get(key) : known;
    },
    put: (key, state) => void fresh.set(key, state),
    keep() {
      for (const [key, state] of fresh) {
        // Set anew so that it stands last: a map keeps the order of insertion.
        kept.delete(key);
        kept.set(key, state);
      }
      fresh = new Map();
      for (const key of kept.keys()) {
        if (kept.size <= most) break;
        kept.delete(key);
      }
    },
    clear() {
      kept.clear();
      fresh = new Map();
    },
  };
}
