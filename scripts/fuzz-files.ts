/**
 * `npm run fuzz:files`: sends files made to harm (test/hostile-files.ts) and looks at the answers and at memory.
 *
 *     npm run fuzz:files -- [--count 10000] [--seed 1]                         into the reader, in this process
 *     npm run fuzz:files -- --url http://127.0.0.1:3000 --key KEY [--pid PID]  over HTTP, POST /hma/h/hash
 *
 * `--path` names another path than /hma/h/hash, `--pid` the server's process, whose memory (with its readers') is then
 * looked at. Exit code 1 when an answer is missing or not clear, or memory has grown.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createMediaReader } from '../apps/server/src/detect/index.ts';
import { bombs, goodPictures, type HostileFile, mutated } from '../test/hostile-files.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    url: { type: 'string' },
    key: { type: 'string' },
    path: { type: 'string', default: '/hma/h/hash' },
    pid: { type: 'string' },
  },
});
const count = Number(values.count);

/** Memory may differ by so much between a tenth of the way and the end. */
const SLACK_MEGABYTES = 150;

interface Target {
  /** The answer in a word; throws when it is none. */
  send(file: HostileFile): Promise<string>;
  pid: number | undefined;
  close(): Promise<void>;
}

function reader(): Target {
  const media = createMediaReader({ workers: 2 });
  return {
    pid: process.pid,
    async send({ bytes }) {
      const file = await media.save(once(bytes));
      if (!file) throw new Error('not taken in');
      const { digests, seen } = await media.read(file, { dihedral: true });
      if (!digests) throw new Error('no digests');
      if (seen.status !== 'unavailable') return seen.status;
      if (seen.why === 'crashed') throw new Error(seen.problem);
      return seen.why;
    },
    close: () => media.close(),
  };
}

function server(origin: string): Target {
  const url = new URL(values.path, origin);
  return {
    pid: values.pid === undefined ? undefined : Number(values.pid),
    async send({ bytes }) {
      const form = new FormData();
      form.append('photo', new Blob([new Uint8Array(bytes)]), 'picture');
      const headers = values.key === undefined ? {} : { authorization: `Bearer ${values.key}` };
      const response = await fetch(url, { method: 'POST', body: form, headers });
      const text = await response.text();
      const body = JSON.parse(text) as { pdq?: string; message?: string };
      const clear = response.ok ? Object.keys(body).length > 0 : response.status < 500 && body.message;
      if (!clear || [401, 403, 404, 405, 429].includes(response.status)) {
        throw new Error(`${response.status} ${text.slice(0, 300)}`);
      }
      return `${response.status}${body.pdq ? ' with pdq' : ''}`;
    },
    close: async () => undefined,
  };
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}

/** Resident memory of a process and of those that it started, in megabytes (Linux). */
function memoryOf(pid: number): { server: number; readers: number } {
  const kilobytes = (of: string) =>
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${of}/status`, 'utf8'))?.[1] ?? 0);
  const started = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
  const readers = started.reduce((sum, child) => sum + kilobytes(child), 0);
  return { server: Math.round(kilobytes(String(pid)) / 1024), readers: Math.round(readers / 1024) };
}

const target = values.url === undefined ? reader() : server(values.url);
const counts = new Map<string, number>();
const wrong: string[] = [];
const good = await goodPictures();
const files = mutated(good, Number(values.seed));
const started = performance.now();
let sent = 0;
let warm: ReturnType<typeof memoryOf> | undefined;

async function sendOne(file: HostileFile): Promise<void> {
  const word = await target.send(file).catch((cause: unknown) => {
    wrong.push(`${file.name}: ${cause instanceof Error ? cause.message : String(cause)}`);
    return 'NO CLEAR ANSWER';
  });
  counts.set(word, (counts.get(word) ?? 0) + 1);
  sent++;
  if (target.pid !== undefined && sent === Math.ceil(count / 10)) warm = memoryOf(target.pid);
  if (sent % Math.ceil(count / 10) === 0) tell();
}

function tell(): void {
  const memory = target.pid === undefined ? {} : memoryOf(target.pid);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${sent} in ${seconds} s ${JSON.stringify(Object.fromEntries(counts))} MB ${JSON.stringify(memory)}`,
  );
}

async function sendMany(): Promise<void> {
  while (sent < count) await sendOne(files.next().value as HostileFile);
}
await Promise.all([sendMany(), sendMany()]);
for (const bomb of await bombs(good)) await sendOne(bomb);
// The last files were the bombs: what counts is what stays after a few small ones.
for (let last = 0; last < 20; last++) await sendOne(good[last % good.length] as HostileFile);
tell();
const after = target.pid === undefined ? undefined : memoryOf(target.pid);
await target.close();
for (const line of wrong.slice(0, 20)) console.error(line);
const grown =
  warm && after && after.server + after.readers > warm.server + warm.readers + SLACK_MEGABYTES
    ? ', memory has grown'
    : '';
console.log(`${sent} files, ${wrong.length} without a clear answer${grown}`);
process.exitCode = wrong.length > 0 || grown ? 1 : 0;
