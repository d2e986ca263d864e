/**
 * `node bench/crash-load.ts`: does a power cut lose or double anything? Pushes the same simulated events twice, once
 * undisturbed and once with `kill -9` in the middle (several times), a new start and everything sent again, then
 * compares events, assessments and cases. Options: --events --accounts --kills --seed. Exits 1 on a difference.
 */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type SimulationOptions, simulate } from '../apps/server/src/detect/simulate/index.ts';
import { allAssessments, connect, pushEvents, waitUntilDrained } from './client.ts';
import { newDataDir, type OwnServer, startServer } from './server.ts';

const BATCH = 500;
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    accounts: { type: 'string', default: '1500' },
    kills: { type: 'string', default: '3' },
    seed: { type: 'string', default: '7' },
  },
});
const options: SimulationOptions = {
  seed: Number(values.seed),
  accounts: Number(values.accounts),
  events: Number(values.events),
  harmfulPerThousand: 12,
  start: new Date(Date.now() - 7 * 86_400_000),
};

const calm = await undisturbed();
const crashed = await disturbed(Number(values.kills));
console.table({ undisturbed: calm, 'after kill -9': crashed });
const same = JSON.stringify(calm) === JSON.stringify(crashed);
console.log(same ? 'Equal: nothing was lost and nothing was doubled.' : 'NOT EQUAL: see the table above.');
process.exitCode = same ? 0 : 1;

async function undisturbed() {
  const server = await startServer(await newDataDir());
  try {
    const client = connect(server, 4);
    await pushEvents(client, simulate(options), BATCH);
    client.close();
    return await outcome(server);
  } finally {
    await server.stop({ forget: true });
  }
}

async function disturbed(kills: number) {
  const folder = await newDataDir();
  let server = await startServer(folder);
  try {
    for (let kill = 1; kill <= kills; kill++) {
      const client = connect(server, 4);
      const victim = server;
      const limit = Math.floor((options.events * kill) / (kills + 1));
      let killing: Promise<void> | undefined;
      const reached = await pushEvents(client, simulate(options), BATCH, ({ sent }) => {
        // While the next batch is on its way and the worker is in the middle of the ones before.
        killing ??= sent >= limit ? wait(17 * kill).then(() => victim.kill()) : undefined;
      }).then(
        () => 'every event',
        () => `about ${limit} events`,
      );
      client.close();
      await killing;
      console.log(`Killed after ${reached}; starting again.`);
      server = await startServer(folder);
    }
    const client = connect(server, 4);
    const pushed = await pushEvents(client, simulate(options), BATCH);
    client.close();
    console.log(`Sent again: ${pushed.duplicates} were there already, ${pushed.accepted} were new.`);
    return await outcome(server);
  } finally {
    await server.stop({ forget: true });
  }
}

/** What came of it; the fingerprint covers every assessment, the case count follows from them. */
async function outcome(server: OwnServer) {
  const client = connect(server, 4);
  const { accepted, processed, assessments, cases } = await waitUntilDrained(client);
  const lines = (await allAssessments(client)).map(({ eventId, account, counterpart, level }) =>
    [eventId, account, counterpart, level].join(' '),
  );
  client.close();
  const fingerprint = createHash('sha256').update(lines.sort().join('\n')).digest('hex').slice(0, 16);
  return { events: accepted, processed, assessments, cases, fingerprint };
}
