import type { Database } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { Answer } from '../decide-access.ts';
import type { Situation } from '../facts.ts';
import type { Verdict } from '../safeguards.ts';
import { addCounts } from './sample-store.ts';
import { storedFacts } from './stored-facts.ts';

/** Between two writes. */
const EVERY_MS = 5_000;
/** Distinct verdicts counted between two writes; a further one counts towards the total only. */
const MOST_DISTINCT = 4_000;
/** Rows of one statement. */
const MOST_ROWS = 500;

interface Counting {
  requests: number;
  /** Judging remembers: equal facts get the very same verdict, so counting is one look into a map. */
  alike: Map<Verdict, { situation: Situation; count: number }>;
}

export interface Sampler {
  /** Counts what was judged. Does no work on the facts themselves. */
  observe(organisationId: string, answers: readonly Answer[]): void;
  /** Writes what was counted. */
  flush(): Promise<void>;
  /** Writes the rest and stops. */
  close(): Promise<void>;
}

/** Keeps facts of real requests, with counts by the hour, for trying drafts: no account, no content. */
export function createSampler(parts: {
  database: Database;
  now: () => Date;
  /** A write that failed; its counts are lost. */
  report: (cause: unknown) => void;
}): Sampler {
  const { database, now, report } = parts;
  let counting = new Map<string, Counting>();
  const keyed = new WeakMap<Verdict, { key: string; json: string }>();
  /** Facts that this process wrote in this hour: they need not be sent again. */
  let written = new Set<string>();
  let hourOfWritten = 0;
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => void flush(), EVERY_MS);
  timer.unref();

  function flush(): Promise<void> {
    running = running.then(async () => {
      const counted = counting;
      if (counted.size === 0) return;
      counting = new Map();
      for (const [organisationId, one] of counted) await write(organisationId, one).catch(report);
    });
    return running;
  }

  async function write(organisationId: string, { requests, alike }: Counting): Promise<void> {
    const hour = Math.floor(now().getTime() / 3_600_000) * 3_600_000;
    if (hour !== hourOfWritten) {
      written = new Set();
      hourOfWritten = hour;
    }
    const byKey = new Map<string, { json: string; count: number }>();
    for (const [verdict, { situation, count }] of alike) {
      let facts = keyed.get(verdict);
      if (!facts) {
        facts = storedFacts(situation);
        keyed.set(verdict, facts);
      }
      const found = byKey.get(facts.key);
      if (found) found.count += count;
      else byKey.set(facts.key, { json: facts.json, count });
    }
    const all = [...byKey].map(([key, { json, count }]) => ({
      key,
      count,
      json: written.has(`${organisationId} ${key}`) ? '' : json,
    }));
    for (let from = 0; from < all.length; from += MOST_ROWS) {
      const part = all.slice(from, from + MOST_ROWS);
      await database.transaction({ organisation: organisationId }, (tx) =>
        addCounts(tx, organisationId, new Date(hour), part, from === 0 ? requests : 0),
      );
      for (const { key } of part) written.add(`${organisationId} ${key}`);
    }
  }

  return {
    observe(organisationId, answers) {
      let one = counting.get(organisationId);
      if (!one) {
        one = { requests: 0, alike: new Map() };
        counting.set(organisationId, one);
      }
      for (const answer of answers) {
        if (answer instanceof AppError) continue;
        one.requests++;
        const found = one.alike.get(answer.verdict);
        if (found) found.count++;
        else if (one.alike.size < MOST_DISTINCT)
          one.alike.set(answer.verdict, { situation: answer.situation, count: 1 });
      }
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
