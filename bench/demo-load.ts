/**
 * `npm run demo:load`: pushes a simulated platform's week (100,000 events by default) to a running server, or to one
 * started for it, and prints how fast it went and what was caught. Options: --events --accounts --harmful --seed
 * --batch --screens (per second) --json (figures as one JSON line at the end).
 */
import { parseArgs } from 'node:util';
import {
  type SimulationOptions,
  scoreDetection,
  simulate,
  simulationLabels,
} from '../apps/server/src/detect/simulate/index.ts';
import { allAssessments, connect, pushEvents, waitUntilDrained } from './client.ts';
import { probeScreening } from './screen-probe.ts';
import {
  newDataDir,
  type OwnServer,
  residentBytes,
  runningServer,
  startServer,
  type Target,
} from './server.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    accounts: { type: 'string', default: '5000' },
    harmful: { type: 'string', default: '12' },
    seed: { type: 'string' },
    batch: { type: 'string', default: '500' },
    screens: { type: 'string', default: '50' },
    json: { type: 'boolean', default: false },
  },
});

const running = await runningServer();
const own = running ? undefined : await startServer(await newDataDir());
console.log(
  own ? `No server is running here: started one at ${own.url}.` : `Using the server at ${running?.url}.`,
);
try {
  await measure(running ?? (own as OwnServer));
} finally {
  await own?.stop({ forget: true });
}

async function measure(target: Target): Promise<void> {
  const options: SimulationOptions = {
    // On a server that stays, every run brings accounts and events of its own.
    seed: Number(values.seed ?? (own ? 7 : Math.floor(Date.now() / 1000))),
    accounts: Number(values.accounts),
    events: Number(values.events),
    harmfulPerThousand: Number(values.harmful),
    start: new Date(Date.now() - 7 * 86_400_000),
  };
  const labels = simulationLabels(options);
  console.log(
    `Seed ${options.seed}: ${options.events} events of ${options.accounts} accounts, ${labels.length} of them harmful.`,
  );
  const client = connect(target, 4);
  const before = await client.get<{ accepted: number; cases: number; assessments: number }>('/v1/log/status');
  const times = new Map<string, string>();
  const wanted = new Set(labels.map((label) => label.gravestEvent));
  const probeClient = connect(target, 64);
  const probe = probeScreening(probeClient, probeTexts(), Number(values.screens));
  let memory = await residentBytes(target);
  const look = setInterval(() => {
    residentBytes(target).then(
      (bytes) => {
        memory = Math.max(memory, bytes);
      },
      () => undefined,
    );
  }, 2000);

  const began = performance.now();
  const pushed = await pushEvents(client, noted(), Number(values.batch), ({ sent }) => {
    if (sent % 10_000 === 0) console.log(`  ${sent} sent after ${seconds(began)} s`);
  });
  const pushSeconds = Number(seconds(began));
  const status = await waitUntilDrained(client, ({ lag }) => {
    if (lag > 0) console.log(`  ${lag} still to be processed after ${seconds(began)} s`);
  });
  const allSeconds = Number(seconds(began));
  const screens = await probe.stop();
  clearInterval(look);
  const ours = (await allAssessments(client)).filter(({ account }) =>
    account.startsWith(`u${options.seed}-`),
  );
  const score = scoreDetection(labels, ours, times);
  client.close();
  probeClient.close();

  console.log(`
Accepted          ${pushed.accepted} events (${pushed.duplicates} were there already) in ${pushSeconds} s: ${Math.round(pushed.sent / pushSeconds)} events/s
Processed         all after ${allSeconds} s: ${Math.round(pushed.sent / allSeconds)} events/s from first to last
Screening         ${screens.calls} calls at ${values.screens}/s meanwhile: p50 ${screens.p50.toFixed(1)} ms, p99 ${screens.p99.toFixed(1)} ms, longest ${screens.max.toFixed(0)} ms, ${screens.failed} failed
Server memory     ${Math.round(memory / 1_048_576)} MB at most
Assessments       ${status.assessments - before.assessments}
Cases opened      ${status.cases - before.cases}
`);
  console.table(
    Object.fromEntries(
      score.kinds.map((row) => [
        row.kind,
        {
          accounts: row.accounts,
          caught: row.caught,
          missed: row.missed.length,
          'before the gravest stage': row.inTime,
          'at least elevated': row.noticed,
        },
      ]),
    ),
  );
  const ordinary = options.accounts - labels.length;
  console.log(
    `False alarms: ${score.falseAlarms.length} of ${ordinary} ordinary accounts reached "high" (${((100 * score.falseAlarms.length) / ordinary).toFixed(2)} %).`,
  );
  if (values.json) {
    console.log(
      JSON.stringify({ ...pushed, pushSeconds, allSeconds, screens, memory, cases: status.cases, score }),
    );
  }

  function* noted() {
    for (const event of simulate(options)) {
      if (wanted.has(event.id)) times.set(event.id, event.time);
      yield event;
    }
  }
}

/** Texts for screening: what simulated people write, harmful lines among them. */
function probeTexts(): string[] {
  const texts: string[] = [];
  const start = new Date(0);
  for (const event of simulate({ seed: 99, accounts: 300, events: 3000, harmfulPerThousand: 30, start })) {
    if (event.type === 'message.sent' && event.data.text) texts.push(event.data.text);
  }
  return texts;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
