/** Time and chance, so that tests can hold both in their hands. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once; returns a way to cancel. With `keep` the process stays alive for it. */
  after(milliseconds: number, run: () => void, options?: { keep?: boolean }): () => void;
  /** From 0 up to, not including, 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, run, { keep = false } = {}) {
    const timer: unknown = setTimeout(run, milliseconds);
    // In browsers and at the edge a timer is a number.
    if (!keep && typeof timer === 'object') (timer as { unref?: () => void }).unref?.();
    return () => clearTimeout(timer as number);
  },
  random: () => Math.random(),
};

/** A pause that doubles with every failure (1, 2, …) up to `longest`, between half of it and all of it by chance. */
export function backOff(
  failures: number,
  { first, longest }: { first: number; longest: number },
  clock: Clock,
) {
  const pause = Math.min(longest, first * 2 ** Math.min(failures - 1, 30));
  return pause / 2 + (pause / 2) * clock.random();
}
