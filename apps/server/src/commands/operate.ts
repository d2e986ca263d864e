import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyAudit } from '../base/audit.ts';
import { readConfig } from '../base/config.ts';
import { listOrganisations } from '../base/organisation-store.ts';
import { seedDemo } from '../demo.ts';
import { CONSUMER, traceEvent, traceWaiting } from '../detect/index.ts';
import { casesOfPosition, humanDecisions } from '../respond/index.ts';
import { open, start } from '../start.ts';
import { printSignIns } from './serve.ts';
import { UsageError } from './usage-error.ts';

/** `keben migrate`: opening a database applies what is missing. */
export async function migrate(): Promise<void> {
  const { close, database } = await open(readConfig(process.env));
  console.log(`The ${database.kind} database is at the newest version that this program knows.`);
  await close();
}

/** `keben seed`: the demonstration set, without listening. */
export async function seed(): Promise<void> {
  const config = { ...readConfig(process.env), port: 0 };
  const running = await start(config, 'web');
  printSignIns(await seedDemo(running.services), config.dataDir);
  await running.stop();
}

/** `keben audit verify`: one line an organisation; exit code 1 when a chain is broken. */
export async function auditVerify(): Promise<void> {
  const { database, close } = await open(readConfig(process.env));
  await database.transaction('system', async (tx) => {
    for (const { id, nameVi: name } of await listOrganisations(tx)) {
      const verdict = await verifyAudit(tx, id);
      console.log(
        verdict.intact
          ? `intact  ${verdict.lines} lines  ${name}`
          : `BROKEN  at line ${verdict.brokenAt} of ${verdict.lines}  ${name}`,
      );
      if (!verdict.intact) process.exitCode = 1;
    }
  });
  await close();
}

/** `keben config`: what was read from the environment, secrets hidden. */
export async function printConfig(): Promise<void> {
  console.log(JSON.stringify(readConfig(process.env), null, 2));
}

/** `keben openapi`: the description of every route, from a server on a throw-away database. */
export async function printOpenApi(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'keben-openapi-'));
  const config = { ...readConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent' }), port: 0 };
  const running = await start(config, 'web');
  console.log(JSON.stringify(running.app.swagger(), null, 2));
  await running.stop();
  await rm(folder, { recursive: true });
}

/** `keben trace EVENT_ID`: what became of an event, as JSON; exit code 1 when there is none. */
export async function trace(words: string[]): Promise<void> {
  const [eventId] = words;
  if (eventId === undefined) throw new UsageError('trace needs an event id: keben trace EVENT_ID');
  const { database, eventLog, close } = await open(readConfig(process.env));
  try {
    // First what waits: what is processed meanwhile is then found in the tables.
    const waiting = await eventLog.find(eventId);
    const stored = await database.transaction('system', async (tx) => {
      const found = await traceEvent(tx, CONSUMER, eventId);
      return Promise.all(
        found.map(async (event) => ({
          ...event,
          cases: event.position === null ? [] : await casesOfPosition(tx, event.organisation, event.position),
          decision:
            (await humanDecisions(tx, event.organisation, { eventIds: [eventId] })).events.get(eventId) ??
            null,
        })),
      );
    });
    const same = (one: (typeof waiting)[number]) =>
      stored.some((event) => event.source === one.source && event.organisation === one.organisationId);
    const dead = (await eventLog.dead.list()).filter((letter) => letter.eventId === eventId);
    const told = [
      ...stored,
      ...waiting.filter((one) => !same(one)).map(traceWaiting),
      ...dead.map((letter) => ({ deadLetter: letter })),
    ];
    if (told.length === 0) throw new UsageError(`No accepted event has the id "${eventId}".`);
    console.log(JSON.stringify(told, null, 2));
  } finally {
    await close();
  }
}

/** `keben dead list`: one JSON line for every entry that was set aside. */
export async function deadList(): Promise<void> {
  const { eventLog, close } = await open(readConfig(process.env));
  try {
    for (const letter of await eventLog.dead.list()) console.log(JSON.stringify(letter));
  } finally {
    await close();
  }
}

/** `keben dead replay [--id ID …]`: puts entries that were set aside back into the log; exit code 1 for an unknown id. */
export async function deadReplay(words: string[]): Promise<void> {
  const { values } = parseArgs({ args: words, options: { id: { type: 'string', multiple: true } } });
  const { eventLog, close } = await open(readConfig(process.env));
  try {
    const replayed = await eventLog.dead.replay(values.id ?? 'all');
    for (const letter of replayed) console.log(JSON.stringify(letter));
    const missing = (values.id ?? []).filter((id) => !replayed.some((letter) => letter.id === id));
    if (missing.length > 0)
      throw new UsageError(`There is no dead letter ${missing.join(', ')}; see: keben dead list`);
  } finally {
    await close();
  }
}
