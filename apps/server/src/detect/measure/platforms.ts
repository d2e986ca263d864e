import { type Level, rank } from '../../base/vocabulary.ts';
import { readEvent } from '../apply-event.ts';
import type { Assessment } from '../assessment.ts';
import type { CloudEvent } from '../event.ts';
import { createMemoryDetection } from '../memory.ts';
import type { DetectionPolicy } from '../policy.ts';
import {
  type Label,
  type SimulationOptions,
  simulate,
  simulationLabels,
  simulationLookAlikes,
} from '../simulate/index.ts';

/** How one kind of harmful account fared; shares from 0 to 1, `null` where there is nothing to tell. */
export interface KindMeasure {
  kind: string;
  accounts: number;
  /** Probability that such an account is ranked above an ordinary one, by the highest score of its assessments. */
  auc: number;
  /** Share that reached `high`, and share that did before the stage where harm is close. */
  caught: number;
  inTime: number;
  /** Messages sent to people until `high`, over those caught. */
  medianMessages: number | null;
  /** Messages in all that such an account sends, for comparison. */
  medianSent: number;
}

export interface PlatformMeasure {
  kinds: KindMeasure[];
  ordinary: {
    accounts: number;
    messages: number;
    /** Messages of ordinary accounts that raised `high` or `critical`, in all and per 10,000. */
    highMessages: number;
    highPer10000: number;
    elevatedPer10000: number;
    accountsAtHigh: number;
  };
  lookAlikes: { role: string; accounts: number; elevated: number; high: number }[];
  events: number;
}

interface Seen {
  messages: number;
  /** Messages sent when `high` was reached. */
  untilHigh: number | null;
  highAt: string | null;
  best: number;
  level: Level;
  highMessages: number;
  elevatedMessages: number;
}

/** Runs simulated platforms (same options, same numbers) through the real detection step and compares with the truth. */
export function measurePlatforms(
  policy: DetectionPolicy,
  platforms: readonly SimulationOptions[],
): PlatformMeasure {
  const harmful: { label: Label; seen: Seen; inTime: boolean }[] = [];
  const ordinary: Seen[] = [];
  const calm: { role: string; seen: Seen }[] = [];
  let events = 0;
  for (const options of platforms) {
    const { accounts, times } = run(policy, options);
    events += options.events;
    const labels = new Map(simulationLabels(options).map((label) => [label.account, label]));
    const roles = new Map(simulationLookAlikes(options).map(({ account, role }) => [account, role]));
    for (const [id, seen] of accounts) {
      const label = labels.get(id);
      const role = roles.get(id);
      if (label) harmful.push({ label, seen, inTime: isInTime(seen, label, times) });
      else ordinary.push(seen);
      if (role !== undefined && !label) calm.push({ role, seen });
    }
  }
  const scores = ordinary.map(({ best }) => best).sort((a, b) => a - b);
  const messages = sum(ordinary, (seen) => seen.messages);
  const highMessages = sum(ordinary, (seen) => seen.highMessages);
  return {
    kinds: [...new Set(harmful.map(({ label }) => label.kind))].sort().map((kind) => {
      const own = harmful.filter(({ label }) => label.kind === kind);
      const caught = own.filter(({ seen }) => seen.untilHigh !== null);
      return {
        kind,
        accounts: own.length,
        auc: round(sum(own, ({ seen }) => shareBelow(scores, seen.best)) / own.length),
        caught: round(caught.length / own.length),
        inTime: round(own.filter(({ inTime }) => inTime).length / own.length),
        medianMessages: median(caught.map(({ seen }) => seen.untilHigh ?? 0)),
        medianSent: median(own.map(({ seen }) => seen.messages)) ?? 0,
      };
    }),
    ordinary: {
      accounts: ordinary.length,
      messages,
      highMessages,
      highPer10000: round((highMessages / messages) * 10_000),
      elevatedPer10000: round((sum(ordinary, (seen) => seen.elevatedMessages) / messages) * 10_000),
      accountsAtHigh: ordinary.filter(({ untilHigh }) => untilHigh !== null).length,
    },
    lookAlikes: [...new Set(calm.map(({ role }) => role))].sort().map((role) => {
      const own = calm.filter((one) => one.role === role);
      const at = (level: Level) => own.filter(({ seen }) => rank(seen.level) >= rank(level)).length;
      return { role, accounts: own.length, elevated: at('elevated'), high: at('high') };
    }),
    events,
  };
}

function run(policy: DetectionPolicy, options: SimulationOptions) {
  const detection = createMemoryDetection(policy);
  const accounts = new Map<string, Seen>();
  const times = new Map<string, string>();
  const of = (id: string): Seen => {
    const seen = accounts.get(id) ?? {
      messages: 0,
      untilHigh: null,
      highAt: null,
      best: Number.NEGATIVE_INFINITY,
      level: 'none',
      highMessages: 0,
      elevatedMessages: 0,
    };
    accounts.set(id, seen);
    return seen;
  };
  let position = 0;
  for (const event of simulate(options)) {
    if (event.id.includes('-h')) times.set(event.id, event.time);
    const { type, data } = event;
    if (type === 'account.registered') of(data.account.id);
    if (type === 'message.sent') of(data.from.id).messages++;
    for (const raised of detection.apply(detection.read(toReadEvent(event, position++))))
      note(of(raised.account), raised, event);
  }
  return { accounts, times };
}

function note(seen: Seen, raised: Assessment, event: CloudEvent): void {
  seen.best = Math.max(seen.best, raised.score);
  if (rank(raised.level) > rank(seen.level)) seen.level = raised.level;
  if (rank(raised.level) >= rank('elevated')) seen.elevatedMessages++;
  if (rank(raised.level) < rank('high')) return;
  seen.highMessages++;
  seen.untilHigh ??= seen.messages;
  seen.highAt ??= event.time;
}

/** A simulated event as detection takes it, its text read. */
export function toReadEvent({ id, source, time, type, data }: CloudEvent, position: number) {
  const text = 'text' in data && data.text !== undefined ? data.text : null;
  return readEvent(
    {
      organisationId: '',
      position,
      source,
      eventId: id,
      time: new Date(time),
      // Type and data belong together, which the compiler forgets when the two are taken apart.
      body: { type, data } as never,
    },
    text,
  );
}

function isInTime({ highAt }: Seen, { gravestEvent }: Label, times: Map<string, string>): boolean {
  if (highAt === null) return false;
  const grave = gravestEvent === null ? undefined : times.get(gravestEvent);
  return grave === undefined || Date.parse(highAt) < Date.parse(grave);
}

/** Share of sorted scores below, ties by half: the Mann–Whitney form of the area under the ROC curve. */
function shareBelow(sorted: readonly number[], score: number): number {
  const below = lowerBound(sorted, score);
  let same = 0;
  while (sorted[below + same] === score) same++;
  return sorted.length === 0 ? 1 : (below + same / 2) / sorted.length;
}

function lowerBound(sorted: readonly number[], score: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((all, item) => all + value(item), 0);
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? null)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
