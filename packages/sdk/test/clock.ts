import type { Clock } from '../src/clock.ts';

/** A clock that stands until a test moves it. */
export function handClock(start = Date.parse('2026-11-25T03:00:00Z'), chance = 0.5) {
  let now = start;
  const timers = new Set<{ at: number; run: () => void }>();
  const clock: Clock = {
    now: () => now,
    after(milliseconds, run) {
      const timer = { at: now + milliseconds, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    random: () => chance,
  };
  return {
    clock,
    /** Milliseconds until each timer that waits, the next first. */
    waiting: () => [...timers].map(({ at }) => at - now).sort((a, b) => a - b),
    /** Moves time on and runs what is due. */
    advance(milliseconds: number) {
      now += milliseconds;
      for (const timer of [...timers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)) {
        timers.delete(timer);
        timer.run();
      }
    },
  };
}
