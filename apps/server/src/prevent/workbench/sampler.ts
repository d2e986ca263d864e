import { setImmediate as turn } from 'node:timers/promises';
import type { Database } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { Answer } from '../decide-access.ts';
import type { AccountFacts, Situation } from '../facts.ts';
import { addCounts } from './sample-store.ts';
import { storedFacts } from './stored-facts.ts';

/** Between two writes. */
const EVERY_MS = 5_000;
/** Distinct facts counted between two writes; a further one counts towards the total only. */
const MOST_DISTINCT = 4_000;
/** Rows of one statement. */
const MOST_ROWS = 200;
/** Situations folded before requests have their turn. */
const AT_A_STRETCH = 20;

interface Counting {
  requests: number;
  alike: Map<string, { situation: Situation; count: number }>;
}

export interface Sampler {
  /** Counts what was judged. Does no work on the facts themselves. */
  observe(organisationId: string, answers: readonly Answer[]): void;
  /** Writes what was counted. */
  flush(): Promise<void>;
  /** Writes the rest and stops. */
  close(): Promise<void>;
}

/** Numbers for settings: equal ones are one and the same object (`accountFacts`). */
const settingsNumbers = new WeakMap<object, number>();
let nextNumber = 0;

function accountKey({ band, minor, under16, grown, ageInDoubt, risk, settings }: AccountFacts): string {
  let number = settingsNumbers.get(settings);
  if (number === undefined) {
    number = nextNumber++;
    settingsNumbers.set(settings, number);
  }
  return `${band} ${+minor}${+under16}${+grown}${+ageInDoubt}${risk} ${number}`;
}

/** Equal for situations that are alike, within this process; built with every request, so it must be cheap. */
function keyOf({ action, principal, resource, context }: Situation): string {
  let key = `${action}\n${accountKey(principal)}\n${resource ? accountKey(resource) : ''}`;
  for (const name in context) key += `\n${context[name]}`;
  return key;
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
    let folded = 0;
    for (const { situation, count } of alike.values()) {
      // Some thousand at a stretch would keep every request waiting for tens of milliseconds.
      if (++folded % AT_A_STRETCH === 0) await turn();
      const facts = storedFacts(situation);
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
        const key = keyOf(answer.situation);
        const found = one.alike.get(key);
        if (found) found.count++;
        else if (one.alike.size < MOST_DISTINCT)
          one.alike.set(key, { situation: answer.situation, count: 1 });
      }
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
