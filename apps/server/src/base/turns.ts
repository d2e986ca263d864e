/** Runs one piece of work at a time; urgent ones go before all that wait. */
export interface Turns {
  take<T>(work: () => Promise<T>, urgent: boolean): Promise<T>;
  /** How many wait. */
  waiting(): number;
}

/**
 * The embedded database has one connection, so transactions take turns. A message that waits for its screening must
 * not queue behind every batch that is being taken in: it is next as soon as the running transaction ends.
 */
export function createTurns(): Turns {
  const urgentOnes: (() => void)[] = [];
  const others: (() => void)[] = [];
  let busy = false;
  const next = () => {
    // The embedded database works in microtasks: without this pause, transactions that wait would follow one another
    // and no request that came in meanwhile would even be read.
    setImmediate(() => {
      const start = urgentOnes.shift() ?? others.shift();
      if (start) start();
      else busy = false;
    });
  };
  return {
    waiting: () => urgentOnes.length + others.length,
    async take(work, urgent) {
      if (busy) await new Promise<void>((start) => (urgent ? urgentOnes : others).push(start));
      busy = true;
      try {
        return await work();
      } finally {
        next();
      }
    },
  };
}
