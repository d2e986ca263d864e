import { StartError } from '../../base/data-dir.ts';
import type { CloudEvent, EventBody } from '../event.ts';
import { type LookAlike, planCalm } from './calm.ts';
import { everydayEvents } from './chat.ts';
import { type LinePart, loadSimulationContent } from './content.ts';
import { type Label, madeAt, ownAccounts, planHarm, registration } from './harm.ts';
import { createPeople } from './people.ts';
import { seededRandom } from './random.ts';

export type { LookAlike } from './calm.ts';
export type { Label } from './harm.ts';
export { scoreDetection } from './score.ts';

export interface SimulationOptions {
  seed: number;
  /** Accounts in all, harmful ones among them. */
  accounts: number;
  /** Events in all: one registration an account, then everything else. */
  events: number;
  /** Time of the first event. */
  start: Date;
  /** Harmful plots for every thousand accounts, kinds in turn; at least one when above 0. A plot may have several accounts. */
  harmfulPerThousand: number;
  /** Innocent accounts that look like harm from afar, for every thousand accounts (default 10). */
  lookAlikesPerThousand?: number;
  /** Which lines are said (default all): weights are fitted on some and checked on the others. */
  lines?: LinePart;
  /** Days that the stream covers (default 7). */
  days?: number;
}

const DAY = 86_400_000;
const SOURCE = '/simulated-platform';
/** Share of a day's events in each hour, 0 to 23. */
const hourWeights = [1, 0.5, 0.3, 0.2, 0.2, 0.5, 2, 4, 3, 3, 4, 6, 6, 4, 3, 4, 6, 7, 7, 9, 11, 10, 6, 3];

/**
 * A platform's events, oldest first: the same options give the same events, byte for byte. Returns the labels of the
 * harmful accounts at the end; {@link simulationLabels} gives them without the events.
 * @throws StartError when a number is not above 0 or `events` is too small for what the accounts do.
 */
export function* simulate(options: SimulationOptions): Generator<CloudEvent, Label[]> {
  const planned = plan(options);
  yield* stream(options, planned);
  return planned.labels;
}

/** Who is harmful among the accounts that the same options give. */
export function simulationLabels(options: SimulationOptions): Label[] {
  return plan(options).labels;
}

/** Which innocent accounts look like harm from afar, among those that the same options give. */
export function simulationLookAlikes(options: SimulationOptions): LookAlike[] {
  return plan(options).lookAlikes;
}

function* stream(
  { seed, events, start }: SimulationOptions,
  { people, acts, content, random, span }: ReturnType<typeof plan>,
): Generator<CloudEvent, void> {
  const first = start.getTime();
  for (const [index, person] of people.all.entries()) {
    yield toEvent(`sim-${seed}-a${index}`, first + index, registration(person, madeAt(person, first)));
  }
  const begin = people.all.length;
  const quiet = events - begin - acts.length;
  const everyday = everydayEvents(people, content, random.fork('everyday'));
  const pace = random.fork('pace');
  let told = 0;
  for (let index = 0; index < quiet; index++) {
    const share = (index + pace.next()) / quiet;
    const at = begin + Math.floor(byDaylight(share * span, start) * (1 - begin / span));
    for (let act = acts[told]; act && begin + act.at <= at; act = acts[++told]) {
      yield toEvent(act.id, first + begin + act.at, act.body);
    }
    yield toEvent(`sim-${seed}-e${index}`, first + at, everyday.next().value);
  }
  for (const act of acts.slice(told)) yield toEvent(act.id, first + begin + act.at, act.body);
}

function plan(options: SimulationOptions) {
  const { seed, accounts, events, harmfulPerThousand, days = 7 } = options;
  for (const [name, value] of Object.entries({ accounts, events, days })) {
    if (!(value > 0)) throw new StartError(`simulate: ${name} must be above 0.`);
  }
  const content = loadSimulationContent(options.lines);
  const random = seededRandom(seed);
  const span = days * DAY;
  const share = (perThousand: number) =>
    perThousand <= 0 ? 0 : Math.max(1, Math.round((accounts * perThousand) / 1000));
  const harmful = share(harmfulPerThousand);
  // Bullies are ordinary pupils; all others bring accounts of their own.
  const outsiders = Array.from({ length: harmful }, (_, n) => {
    const book = content.playbooks[n % content.playbooks.length];
    return book ? ownAccounts(book, n) : 0;
  }).reduce((sum, count) => sum + count, 0);
  if (outsiders >= accounts) throw new StartError('simulate: more harmful accounts than accounts.');
  // Named after the seed, so that two runs on one server do not mix.
  const account = (n: number) => `u${seed}-${String(n).padStart(6, '0')}`;
  const people = createPeople(accounts - outsiders, account, random.fork('people'));
  const calm = planCalm(
    share(options.lookAlikesPerThousand ?? 10),
    span,
    people,
    content,
    random.fork('calm'),
    (n) => `sim-${seed}-c${n}`,
  );
  const harm = planHarm(harmful, span, options.start.getTime(), people, content, random.fork('harm'), {
    account,
    event: (n) => `sim-${seed}-h${n}`,
  });
  const acts = [...calm.acts, ...harm.acts].sort((a, b) => a.at - b.at);
  const { labels } = harm;
  const least = people.all.length + acts.length;
  if (events <= least) {
    throw new StartError(
      `simulate: ${accounts} accounts with ${harmful} harmful ones need more than ${least} events; ${events} were asked for.`,
    );
  }
  return { people, acts, labels, lookAlikes: calm.lookAlikes, content, random, span };
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
