/**
 * `npm run bench:lookup [-- --hashes N] [--seconds N] [--changes N] [--no-peer] [--json]`: how many look-ups of a PDQ hash a second a
 * server answers over HTTP (`GET /hma/m/raw_lookup`) from a bank of ten million hashes in a real Postgres, and how soon
 * a hash that is added or removed meanwhile counts. Every answer is compared with what was planted; ends with exit code 1
 * when one is wrong. docs/operators.md, "Speed of look-ups", tells what was seen.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPostgres } from '../test/postgres.ts';
import { get } from './decisions/keep-alive.ts';
import type { Ask, LoadFigures, LoadJob } from './decisions/load.ts';
import { inProcess } from './decisions/measure.ts';
import { machine } from './detection/measure.ts';
import { changeFrom, type FilledBank, fillBank, hashOf } from './lookup/bank.ts';
import { lacksPeer, startPeer } from './lookup/peer.ts';
import { residentBytes, startFilled } from './server.ts';

const RATE = 5000;
const CONNECTIONS = 64;
const { values } = parseArgs({
  options: {
    hashes: { type: 'string', default: '10000000' },
    seconds: { type: 'string', default: '6' },
    changes: { type: 'string', default: '20' },
    'no-peer': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const count = Number(values.hashes);
const seconds = Number(values.seconds);

interface Run extends LoadFigures {
  name: string;
}
const began = new Date();
const load = machine().load;
const postgres = await startPostgres({ durable: true });
const runs: Run[] = [];
const peerRuns: Run[] = [];
const lacking = values['no-peer'] ? 'The peer was not asked (--no-peer).' : lacksPeer();
const changes = { added: [] as number[], removed: [] as number[] };
let filled = 0;
let ready = 0;
let resident = 0;
try {
  console.error(`Filling a bank with ${count} hashes …`);
  const bank = await fillBank(postgres.url, count);
  filled = bank.seconds;
  try {
    const started = performance.now();
    const server = await startFilled(bank.folder, postgres.url);
    try {
      const target = { url: server.url.href, apiKey: bank.apiKey };
      console.error('Loading …');
      await loaded(target);
      ready = (performance.now() - started) / 1000;
      for (const share of [0.01, 0.5]) {
        const asks = makeAsks(server.url, bank.apiKey, share);
        const job: LoadJob = {
          url: server.url.href,
          asks,
          connections: CONNECTIONS,
          seconds,
          warmUp: 3,
        };
        const percent = `${share * 100} % planted`;
        runs.push(await run(`${percent}, as fast as answers come`, job));
        runs.push(await run(`${percent}, ${RATE} a second`, { ...job, warmUp: 1, rate: RATE }));
      }
      await measureChanges(target, bank);
      resident = await residentBytes({ ...target, url: server.url.origin });
    } finally {
      await server.stop();
    }
  } finally {
    await bank.forget();
  }
} finally {
  await postgres.stop();
}
if (!lacking) {
  console.error('The peer builds its index …');
  const peer = await startPeer(count);
  try {
    for (const share of [0.01, 0.5]) {
      const asks = makeAsks(peer.url, '', share, '/m', '');
      const job: LoadJob = { url: peer.url.href, asks, connections: CONNECTIONS, seconds, warmUp: 2 };
      peerRuns.push(await run(`peer: ${share * 100} % planted, as fast as answers come`, job));
    }
  } finally {
    await peer.stop();
  }
}
print();
if (runs.some(({ wrong, failed }) => wrong + failed > 0)) process.exitCode = 1;

async function run(name: string, job: LoadJob): Promise<Run> {
  console.error(`${name} …`);
  return { name, ...(await inProcess<LoadFigures>('load.ts', job)) };
}

interface Target {
  url: string;
  apiKey: string;
}

function call({ url, apiKey }: Target, method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  return fetch(new URL(path, url), {
    method,
    ...(body === undefined
      ? { headers: { authorization: headers.authorization } }
      : { headers, body: JSON.stringify(body) }),
  });
}

async function loaded(target: Target): Promise<void> {
  for (;;) {
    const status = (await (await call(target, 'GET', '/hma/m/index/status')).json()) as {
      pdq: { present: boolean; size: number };
    };
    if (status.pdq.present && status.pdq.size === count) return;
    // Asking begins the loading where nothing else did.
    await call(target, 'GET', lookupPath(randomBytes(32)));
    await wait(200);
  }
}

function lookupPath(hash: Buffer, root = '/hma/m'): string {
  return `${root}/raw_lookup?signal=${hash.toString('hex')}&signal_type=pdq&include_distance=true`;
}

/** 20,000 look-ups, of which a share finds one hash with up to 31 bits turned. */
function makeAsks(
  url: URL,
  apiKey: string,
  share: number,
  root?: string,
  second = '"bank_content_id"',
): Ask[] {
  return Array.from({ length: 20_000 }, (_, at) => {
    if (at % 100 >= share * 100) {
      return { request: get(url, lookupPath(randomBytes(32), root), apiKey), expected: '{"matches":[]}' };
    }
    const content = randomInt(1, count + 1);
    const hash = hashOf(content);
    const bits = new Set<number>();
    const distance = randomInt(0, 32);
    while (bits.size < distance) bits.add(randomInt(256));
    for (const bit of bits) hash[bit >> 3] = (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return {
      request: get(url, lookupPath(hash, root), apiKey),
      expected: `{"matches":[{"content_id":${content},${second ? `${second}:${content},` : ''}"distance":"${distance}"`,
    };
  });
}

/**
 * Under half the load that is the goal: this process, which is not the server's, adds a hash in the database, waits until the
 * server matches it, removes it, waits until it does not.
 */
async function measureChanges(target: Target, bank: FilledBank): Promise<void> {
  const asks = makeAsks(new URL(target.url), target.apiKey, 0.01);
  const rounds = Number(values.changes);
  const job: LoadJob = {
    url: target.url,
    asks,
    connections: CONNECTIONS,
    seconds: Math.max(8, rounds),
    warmUp: 0.5,
    rate: RATE / 2,
  };
  const running = run(`while hashes change, ${RATE / 2} a second`, job);
  const changer = await changeFrom(bank, postgres.url);
  try {
    for (let round = 0; round < rounds; round++) {
      const hash = randomBytes(32);
      const id = await changer.add(hash);
      changes.added.push(await until(target, hash, true));
      await changer.remove(id);
      changes.removed.push(await until(target, hash, false));
    }
  } finally {
    await changer.close();
  }
  runs.push(await running);
}

/** Milliseconds from now, when the change was answered, until look-ups show it. */
async function until(target: Target, hash: Buffer, there: boolean): Promise<number> {
  const from = performance.now();
  for (;;) {
    const answer = await call(target, 'GET', lookupPath(hash));
    const { matches } = (await answer.json()) as { matches: unknown[] };
    if (matches.length > 0 === there) return performance.now() - from;
    if (performance.now() - from > 30_000) throw new Error('A change is not seen after 30 seconds.');
    await wait(5);
  }
}

function print(): void {
  const { model, cores, memoryGiB, node } = machine();
  console.log(`Look-ups in ${count.toLocaleString('en')} PDQ hashes, radius 31, ${began.toISOString()}`);
  console.log(`${cores} × ${model}, ${memoryGiB} GiB, Node ${node}; load before ${load.join(' ')}`);
  console.log(
    `filled in ${filled.toFixed(0)} s; from start to ready ${ready.toFixed(1)} s; resident at the end ${(resident / 1e9).toFixed(2)} GB\n`,
  );
  for (const {
    name,
    requests,
    seconds: took,
    p50,
    p99,
    max,
    wrong: bad,
    failed: no,
    unanswered,
    late99,
  } of runs) {
    console.log(
      `${name.padEnd(44)} ${(requests / took).toFixed(0).padStart(6)}/s  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  max ${max.toFixed(0)} ms  wrong ${bad}  failed ${no}  unanswered ${unanswered}  (clock late by ${late99.toFixed(1)} ms)`,
    );
  }
  const worst = (times: number[]) => Math.max(0, ...times).toFixed(0);
  const middle = (times: number[]) => (times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0).toFixed(0);
  console.log(
    `added: matched after ${middle(changes.added)} ms (median), ${worst(changes.added)} ms (longest of ${changes.added.length}); removed: no match after ${middle(changes.removed)} ms, ${worst(changes.removed)} ms`,
  );
  for (const { name, requests, seconds: took, p50, p99, wrong: missed, failed: no } of peerRuns) {
    const own = runs.find((one) => name === `peer: ${one.name}`);
    const rate = requests / took;
    const ratio = own ? own.requests / own.seconds / rate : Number.NaN;
    console.log(
      `${name.padEnd(50)} ${rate.toFixed(0)}/s  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  other answers ${missed}  failed ${no}  ours is ${ratio.toFixed(1)} times as quick`,
    );
  }
  console.log(
    lacking ??
      'peer: FAISS as HMA configures it, Flask, gunicorn with 2 processes; without HMA, keys, Postgres, changes',
  );
  for (const { name, requests, seconds: took, p99 } of runs.filter((one) =>
    one.name.endsWith(`, ${RATE} a second`),
  )) {
    const met = requests / took >= 0.99 * RATE && p99 < 20;
    console.log(
      `goal ${RATE}/s, p99 < 20 ms: ${(requests / took).toFixed(0)}/s, ${p99.toFixed(1)} ms (${name}): ${met ? 'met' : 'missed'}`,
    );
  }
  for (const [what, times] of Object.entries(changes)) {
    const longest = Math.max(0, ...times);
    console.log(
      `goal ${what} counts within 1000 ms: ${longest.toFixed(0)} ms: ${longest <= 1000 ? 'met' : 'missed'}`,
    );
  }
  if (values.json)
    console.log(
      JSON.stringify({
        at: began,
        machine: machine(),
        load,
        filled,
        ready,
        resident,
        runs,
        peerRuns,
        changes,
      }),
    );
}
