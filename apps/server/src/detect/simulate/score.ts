import { type Level, rank } from '../../base/vocabulary.ts';
import type { HarmKind } from './content.ts';
import type { Label } from './harm.ts';

/** An assessment as far as scoring looks at it; `at` is RFC 3339 in UTC. */
interface Raised {
  account: string;
  level: Level;
  at: string;
}

interface KindScore {
  kind: HarmKind;
  accounts: number;
  /** Reached `high` (a case is opened), and reached at least `elevated`. */
  caught: number;
  noticed: number;
  /** Caught before the stage where harm is close began. */
  inTime: number;
  missed: string[];
}

interface Score {
  kinds: KindScore[];
  /** Accounts without a label that reached `high`. */
  falseAlarms: string[];
}

/**
 * Compares what detection raised with the truth. `times` gives the time of the events that labels name (RFC 3339, UTC).
 */
export function scoreDetection(
  labels: readonly Label[],
  raised: readonly Raised[],
  times: ReadonlyMap<string, string>,
): Score {
  const high = firstTimes(raised, 'high');
  const elevated = firstTimes(raised, 'elevated');
  const kinds = [...new Set(labels.map((label) => label.kind))].sort().map((kind): KindScore => {
    const own = labels.filter((label) => label.kind === kind);
    return {
      kind,
      accounts: own.length,
      caught: own.filter(({ account }) => high.has(account)).length,
      noticed: own.filter(({ account }) => elevated.has(account)).length,
      inTime: own.filter((label) => isBefore(high.get(label.account), label, times)).length,
      missed: own.filter(({ account }) => !high.has(account)).map(({ account }) => account),
    };
  });
  const harmful = new Set(labels.map(({ account }) => account));
  return { kinds, falseAlarms: [...high.keys()].filter((account) => !harmful.has(account)) };
}

function isBefore(caught: string | undefined, label: Label, times: ReadonlyMap<string, string>): boolean {
  if (caught === undefined) return false;
  if (label.gravestEvent === null) return true;
  const grave = times.get(label.gravestEvent);
  return grave !== undefined && Date.parse(caught) < Date.parse(grave);
}

function firstTimes(raised: readonly Raised[], least: Level): Map<string, string> {
  const first = new Map<string, string>();
  for (const { account, level, at } of raised) {
    const before = first.get(account);
    if (rank(level) >= rank(least) && (before === undefined || Date.parse(at) < Date.parse(before))) {
      first.set(account, at);
    }
  }
  return first;
}
