import type { Machine } from '../detection/measure.ts';
import type { Measured, Result } from './measure.ts';

export interface Report {
  at: string;
  machine: Machine;
  accounts: number;
  contacts: number;
  choices: number;
  policies: number;
  /** Policies that change no decision, so the peer need not have them. */
  warnings: string[];
  questions: number;
  allowed: number;
  /** Questions that Kề Bên and the peer decided differently. */
  differing: number;
  batch: number;
  rate: number;
  /** Seconds that filling each database took. */
  filled: Record<string, number>;
  peerVersion: string | undefined;
  results: Result[];
  /** Cedar alone, decisions a second. */
  engine: number | undefined;
  /** Decisions a second that the load process can take in. */
  ceiling: { one: number; many: number } | undefined;
}

const GOALS = { one: 5000, p99: 10, many: 20_000 };
const whole = (value: number) => Math.round(value).toLocaleString('en');
const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
/** Of the server and, where it is apart, of the database. */
const micro = ({ cpu }: Measured) =>
  cpu === undefined ? 'not known' : `${cpu.map((one) => one.toFixed(0)).join(' + ')} µs`;

export function printReport(report: Report): void {
  const { machine, results, batch, rate } = report;
  console.log(`
Decisions over HTTP keep-alive, ${report.at.slice(0, 10)}
  Machine    ${machine.cores} cores, ${machine.model}, ${machine.memoryGiB} GiB, Node ${machine.node}; server, database and load share the cores; load average before ${machine.load[0]}
  World      ${whole(report.accounts)} accounts, ${whole(report.contacts)} contacts, ${whole(report.choices)} choices of settings, ${report.policies} policies
  Questions  ${whole(report.questions)} (${whole(report.allowed)} allowed), the same to all; steady: ${whole(rate)} requests a second due in small groups each millisecond, timed from when due
  Kề Bên     reads accounts, choices, contacts, blocks and risk from its database for every question
  Cerbos     ${report.peerVersion ?? 'left out'}${report.peerVersion === undefined ? '' : '; holds no accounts, so every question brings the facts along, already worked out'}
`);
  console.table(
    Object.fromEntries(
      results.map(({ name, steady, most, batch: many }) => [
        name,
        {
          [`steady ${whole(rate)}/s: reached`]: `${whole(steady.rate)}/s`,
          p50: ms(steady.p50),
          p99: ms(steady.p99),
          'p99.9': ms(steady.p999),
          'CPU each': micro(steady),
          most: `${whole(most.rate)}/s`,
          'its p99': ms(most.p99),
          'CPU each ': micro(most),
          [`batches of ${batch}`]: `${whole(many.rate)}/s`,
          'CPU each  ': micro(many),
        },
      ]),
    ),
  );
  const [ours] = results;
  const peer = results.find(({ name }) => name === 'Cerbos');
  if (peer) {
    for (const own of results.filter((result) => result !== peer)) {
      const times = (a: number, b: number) => `${(a / b).toFixed(2)} times`;
      const isReached = [own, peer].every(({ steady }) => steady.rate >= 0.99 * rate);
      const p99 = isReached
        ? `p99 at ${whole(rate)}/s ${times(own.steady.p99, peer.steady.p99)}`
        : `p99 not comparable, since not both reach ${whole(rate)}/s`;
      console.log(
        `${own.name} : Cerbos = ${times(own.most.rate, peer.most.rate)} one by one, ${times(own.batch.rate, peer.batch.rate)} in batches; ${p99}`,
      );
    }
    console.log(
      report.differing === 0
        ? `Same decision from both for all ${whole(report.questions)} questions, asked alone and among others.`
        : `DIFFERENT decisions for ${report.differing} questions (see above).`,
    );
    console.log(
      `Cerbos runs ${report.policies - report.warnings.length} policies translated from ours; left out because they only warn: ${report.warnings.join(', ') || 'none'}.`,
    );
  }
  for (const { name, steady } of results) {
    if (steady.late99 > 2) {
      console.log(
        `The load process itself came ${ms(steady.late99)} late (p99) while it asked ${name}: there was too little of the two cores, and times are that much too long.`,
      );
    }
  }
  const wrong = results.reduce(
    (sum, { steady, most, batch: many }) => sum + steady.wrong + most.wrong + many.wrong,
    0,
  );
  console.log(`Wrong answers under load: ${wrong}.`);
  if (report.engine !== undefined) {
    console.log(
      `Limit of the engine: Cedar called directly in process, no HTTP, no database: ${whole(report.engine)}/s on one core.`,
    );
  }
  if (report.ceiling) {
    console.log(
      `Limit of the load process against a server that does nothing: ${whole(report.ceiling.one)}/s one by one, ${whole(report.ceiling.many)}/s in batches.`,
    );
  }
  if (ours) printGoals(ours, report);
}

function printGoals({ name, steady, most, batch }: Result, { rate }: Report): void {
  const word = (met: boolean) => (met ? 'met' : 'NOT met');
  const steadyMet = steady.rate >= 0.99 * rate && steady.p99 < GOALS.p99;
  console.log(`
Goals, ${name}:
  at least ${whole(GOALS.one)}/s with p99 under ${GOALS.p99} ms   ${word(steadyMet)}: ${whole(steady.rate)}/s, p99 ${ms(steady.p99)} (at most ${whole(most.rate)}/s)
  at least ${whole(GOALS.many)}/s in batches           ${word(batch.rate >= GOALS.many)}: ${whole(batch.rate)}/s`);
}
