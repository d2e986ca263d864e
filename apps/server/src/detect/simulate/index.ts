import type { CloudEvent, EventBody } from '../event.ts';
import { everydayEvents } from './chat.ts';
import { loadSimulationContent, type SimulationContent } from './content.ts';
import { type Act, type Label, planHarm } from './harm.ts';
import { createPeople, type Person } from './people.ts';
import { type Random, seededRandom } from './random.ts';

export type { HarmKind } from './content.ts';
export type { Label } from './harm.ts';

export interface SimulationOptions {
  seed: number;
  /** Accounts in all, harmful ones among them. */
  accounts: number;
  /** Events in all: one registration an account, then everything else. */
  events: number;
  /** Time of the first event. */
  start: Date;
  /** Harmful accounts in every thousand; at least one when above 0. */
  harmfulPerThousand: number;
  /** Days that the stream covers (default 7). */
  days?: number;
}

const DAY = 86_400_000;
const SOURCE = '/simulated-platform';
/** Share of a day's events in each hour, 0 to 23. */
const hourWeights = [1, 0.5, 0.3, 0.2, 0.2, 0.5, 2, 4, 3, 3, 4, 6, 6, 4, 3, 4, 6, 7, 7, 9, 11, 10, 6, 3];

/**
 * A platform's stream of events, oldest first: the same options give the same stream, byte for byte.
 * Returns the labels of the harmful accounts at the end; {@link simulationLabels} gives them without the stream.
 * @throws RangeError when `events` is too small for the accounts and what the harmful ones do.
 */
export function* simulate(options: SimulationOptions): Generator<CloudEvent, Label[]> {
  const { seed, events } = options;
  const { people, acts, labels, content, random, span } = plan(options);
  const everyday = everydayEvents(people, content, random.fork('everyday'));
  for (const [index, person] of people.all.entries()) {
    yield toEvent(`sim-${seed}-a${index}`, options.start.getTime() + index, registration(person, options));
  }
  const quiet = events - people.all.length - acts.length;
  const begin = people.all.length;
  const pace = random.fork('pace');
  let act = 0;
  for (let index = 0; index < quiet; index++) {
    const share = (index + pace.next()) / quiet;
    const at = begin + Math.floor(byDaylight(share * span, options.start) * (1 - begin / span));
    for (let next = acts[act]; next && begin + next.at <= at; next = acts[++act]) {
      yield toEvent(next.id, options.start.getTime() + begin + next.at, next.body);
    }
    const { value } = everyday.next();
    yield toEvent(`sim-${seed}-e${index}`, options.start.getTime() + at, value);
  }
  for (const rest of acts.slice(act)) {
    yield toEvent(rest.id, options.start.getTime() + begin + rest.at, rest.body);
  }
  return labels;
}

/** Who is harmful in the stream that the same options give. */
export function simulationLabels(options: SimulationOptions): Label[] {
  return plan(options).labels;
}

function plan(options: SimulationOptions) {
  const { seed, accounts, events, harmfulPerThousand, days = 7 } = options;
  for (const [name, value] of Object.entries({ accounts, events, days })) {
    if (!(value > 0)) throw new RangeError(`simulate: ${name} must be above 0.`);
  }
  const content: SimulationContent = loadSimulationContent();
  const random: Random = seededRandom(seed);
  const span = days * DAY;
  const harmful =
    harmfulPerThousand <= 0 ? 0 : Math.max(1, Math.round((accounts * harmfulPerThousand) / 1000));
  // Bullies are ordinary pupils; all others bring an account of their own.
  const outsiders = Array.from(
    { length: harmful },
    (_, n) => content.playbooks[n % content.playbooks.length],
  ).filter((book) => book?.relationship === 'stranger').length;
  if (outsiders >= accounts) throw new RangeError('simulate: more harmful accounts than accounts.');
  const people = createPeople(accounts - outsiders, random.fork('people'));
  const harm = planHarm(harmful, span, people, content, random.fork('harm'), (n) => `sim-${seed}-h${n}`);
  const { acts, labels }: { acts: Act[]; labels: Label[] } = harm;
  const least = people.all.length + acts.length;
  if (events <= least) {
    throw new RangeError(
      `simulate: ${accounts} accounts with ${harmful} harmful ones need more than ${least} events; ${events} were asked for.`,
    );
  }
  return { people, acts, labels, content, random, span };
}

function registration(person: Person, { start }: SimulationOptions): EventBody {
  const createdAt = new Date(start.getTime() - person.ageDays * DAY).toISOString();
  return {
    type: 'account.registered',
    data: { account: { id: person.id, ageBand: person.ageBand, assurance: 'declared', createdAt } },
  };
}

function toEvent(id: string, time: number, body: EventBody): CloudEvent {
  return { specversion: '1.0', id, source: SOURCE, time: new Date(time).toISOString(), ...body };
}

/** Bends even time so that evenings (UTC+7) are busy and nights are quiet; rising input stays rising. */
function byDaylight(at: number, start: Date): number {
  const offset = (start.getTime() + 7 * 3_600_000) % DAY;
  const day = Math.floor((at + offset) / DAY);
  const bent = day * DAY + bend((at + offset) % DAY) - bend(offset);
  return Math.max(0, bent);
}

const total = hourWeights.reduce((sum, weight) => sum + weight, 0);
function bend(inDay: number): number {
  let share = (inDay / DAY) * total;
  for (const [hour, weight] of hourWeights.entries()) {
    if (share < weight) return (hour + share / weight) * 3_600_000;
    share -= weight;
  }
  return DAY;
}
