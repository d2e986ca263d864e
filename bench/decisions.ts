/**
 * `npm run bench:decisions [-- --only postgres,embedded,peer,engine] [--seconds N] [--questions N] [--profile DIR]
 * [--json]`: how many times a second "may this happen?" is answered over HTTP, with the full policy set and 100,000
 * accounts, beside a peer that gets the same questions in the same run. Ends with exit code 1 when the two do not give
 * the same decisions. docs/safeguards.md, "Speed", tells what was seen.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { obligations } from '../apps/server/src/prevent/index.ts';
import { findProgram } from '../scripts/test-needs.ts';
import { startPostgres } from '../test/postgres.ts';
import { measureEngine } from './decisions/engine.ts';
import { readShapes, safeguardsFolder } from './decisions/facts.ts';
import { fill } from './decisions/fill.ts';
import { measure, measureCeiling, type Result } from './decisions/measure.ts';
import { asPeerAsked, type Peer, startPeer } from './decisions/peer.ts';
import { asAsked, makeQuestions, type Question } from './decisions/questions.ts';
import { printReport } from './decisions/report.ts';
import { translate } from './decisions/translate.ts';
import { asksOf, decide, differences, type Platform } from './decisions/verify.ts';
import { makeWorld } from './decisions/world.ts';
import { machine } from './detection/measure.ts';
import { startFilled } from './server.ts';

const SEED = 4;
const BATCH = 100;
const RATE = 5000;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'postgres,embedded,peer,engine' },
    seconds: { type: 'string', default: '6' },
    questions: { type: 'string', default: '20000' },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

// The goal is for two cores: on a larger machine everything is bound to two.
if (availableParallelism() > 2 && findProgram('taskset')) {
  const own = ['-c', '0,1', process.execPath, ...process.argv.slice(1)];
  process.exit(spawnSync('taskset', own, { stdio: 'inherit' }).status ?? 1);
}

const wanted = new Set(values.only.split(','));
const plan = { rate: RATE, seconds: Number(values.seconds) };
const began = new Date();
const load = machine().load;
const world = makeWorld(SEED, began);
const shapes = readShapes();
const translation = translate(safeguardsFolder, shapes.kindOf, isWarning);
const peer = wanted.has('peer') ? await startPeer(translation) : undefined;
const results: Result[] = [];
const filled: Record<string, number> = {};
let questions: Question[] = [];
let expected: boolean[] | undefined;
let ceiling: { one: number; many: number } | undefined;
let differing = 0;

try {
  if (wanted.has('postgres')) {
    const postgres = await startPostgres({ durable: true });
    try {
      await measureOurs('Kề Bên on Postgres', postgres.url, [postgres.pid]);
    } finally {
      await postgres.stop();
    }
  }
  if (wanted.has('embedded')) await measureOurs('Kề Bên on PGlite (embedded)', undefined, []);
  if (peer && expected) {
    console.error('Cerbos …');
    const pids = [peer.process.pid ?? 0];
    results.push(
      await measure({ name: 'Cerbos', pids, ...asksOf(peerAsks(peer), questions, expected, BATCH) }, plan),
    );
  }
} finally {
  await peer?.stop();
}
const engine = wanted.has('engine') ? measureEngine(questions, shapes) : undefined;
const report = {
  at: began.toISOString(),
  machine: { ...machine(), load },
  accounts: world.accounts.length,
  contacts: world.contacts.size,
  choices: world.choices.size,
  policies: translation.policies,
  warnings: translation.warnings,
  questions: questions.length,
  allowed: expected?.filter(Boolean).length ?? 0,
  differing,
  batch: BATCH,
  rate: RATE,
  filled,
  peerVersion: peer?.version,
  results,
  engine,
  ceiling,
};
printReport(report);
if (values.json) console.log(JSON.stringify(report));
if (differing > 0) process.exitCode = 1;

async function measureOurs(name: string, databaseUrl: string | undefined, pids: number[]): Promise<void> {
  console.error(`${name} …`);
  const data = await fill(world, databaseUrl, began);
  filled[name] = data.seconds;
  const flags = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  try {
    questions = makeQuestions(world, data.risk, Number(values.questions), SEED, began);
    const server = await startFilled(data.folder, databaseUrl, flags);
    try {
      const platform: Platform = { url: server.url, apiKey: data.apiKey, asked: asAsked };
      const ours = await decide(platform, questions, BATCH);
      const theirs = peer ? (await decide(peerAsks(peer), questions, BATCH)).decisions : ours.decisions;
      differing += differences(name, questions, ours.decisions, theirs);
      expected = ours.decisions;
      const asks = asksOf(platform, questions, expected, BATCH);
      results.push(await measure({ name, pids: [server.pid, ...pids], ...asks }, plan));
      ceiling ??= {
        one: await measureCeiling(asks.one.slice(0, 1), ours.one),
        many: BATCH * (await measureCeiling(asks.many.slice(0, 1), ours.many)),
      };
    } finally {
      await server.stop();
    }
  } finally {
    await data.forget();
  }
}

function peerAsks({ url }: Peer): Platform {
  return { url, asked: (question) => asPeerAsked(question, translation) };
}

function isWarning(obligation: string): boolean {
  const kinds: Record<string, string> = obligations;
  return kinds[obligation] === 'warn';
}
