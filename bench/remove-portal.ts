/**
 * `npm run bench:remove [-- --json]`: what a phone needs to hash a picture of 12 megapixels on the page /remove/, by
 * stage, in the built worker in Chromium. Slowed to a sixth by stopping the whole renderer process for five sixths of
 * the time: the throttling of the DevTools reaches the page's thread only, neither workers nor decoding.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatHash, hammingDistance, hashLuma, lumaOf, parseHash } from '@keben/pdq';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { buildWebParts } from '../scripts/build.ts';
import { findChromium } from '../scripts/test-needs.ts';
import { machine } from './detection/measure.ts';

const WIDTH = 4000;
const HEIGHT = 3000;
const ROUNDS = 7;
const SLOWER = 6;
const SLICE_MS = 4;

interface Stages {
  decode: number;
  pixels: number;
  hash: number;
  picture: number;
  digests: number;
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
buildWebParts({ ifStale: true });
const assets = join(import.meta.dirname, '../apps/portal/dist/_astro');
const worker = readdirSync(assets).find((name) => /^hash-worker.*\.js$/.test(name));
const executablePath = findChromium();
if (!worker || !executablePath) throw new Error('needs the built portal and Chromium');

const pixels = scene();
const jpeg = await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
  .jpeg({ quality: 85 })
  .toBuffer();
const decoded = await sharp(jpeg).raw().toBuffer();
const expected = formatHash(
  hashLuma(lumaOf({ data: decoded, width: WIDTH, height: HEIGHT, channels: 3 })).hash,
);

const server = createServer((request, response) => {
  const path = join(assets, (request.url ?? '').slice('/_astro/'.length));
  if (request.url === '/picture.jpg') response.setHeader('content-type', 'image/jpeg').end(jpeg);
  else if (request.url?.startsWith('/_astro/') && existsSync(path))
    response.setHeader('content-type', 'text/javascript').end(readFileSync(path));
  else response.setHeader('content-type', 'text/html').end('<!doctype html><title>bench</title>');
}).listen(0, '127.0.0.1');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const plain = await measure(page);
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const slowed = slowDown(processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id));
  let slow: Awaited<ReturnType<typeof measure>>;
  try {
    slow = await measure(page);
  } finally {
    slowed.end();
  }
  const bits = hammingDistance(parseHash(plain.hash)!, parseHash(expected)!);
  tell(plain.stages, slow.stages, slowed.rate(), bits);
} finally {
  await browser.close();
  server.close();
}

/** Medians of the rounds; the first one warms up. */
async function measure(page: Page): Promise<{ stages: Stages; hash: string }> {
  const { rounds, hash } = await page.evaluate(
    async ({ address, count }) => {
      const file = await (await fetch('/picture.jpg')).blob();
      const thread = new Worker(address, { type: 'module' });
      type Told = {
        answer?: { hash: string; times: Record<'decode' | 'pixels' | 'hash', number> };
        error?: string;
      };
      let id = 0;
      const ask = (job: object) =>
        new Promise<NonNullable<Told['answer']>>((resolve, reject) => {
          thread.onmessage = ({ data }: MessageEvent<Told>) => {
            if (data.answer) resolve(data.answer);
            else if (data.error) reject(new Error(data.error));
          };
          thread.postMessage({ id: ++id, job });
        });
      await ask({ type: 'ready' });
      const measured = [];
      let printed = '';
      for (let round = 0; round <= count; round++) {
        const began = performance.now();
        const { times, hash: own } = await ask({ type: 'picture', file });
        const hashed = performance.now();
        await ask({ type: 'digests', file });
        measured.push({ ...times, picture: hashed - began, digests: performance.now() - hashed });
        printed = own;
      }
      thread.terminate();
      return { rounds: measured.slice(1), hash: printed };
    },
    { address: `/_astro/${worker}`, count: ROUNDS },
  );
  const median = (of: keyof Stages) =>
    rounds.map((round) => round[of]).sort((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;
  return {
    stages: {
      decode: median('decode'),
      pixels: median('pixels'),
      hash: median('hash'),
      picture: median('picture'),
      digests: median('digests'),
    },
    hash,
  };
}

/** Lets the processes run for one slice in six. `rate` is how much slower that really was. */
function slowDown(ids: number[]): { end(): void; rate(): number } {
  let running = true;
  let changed = performance.now();
  const spent = { run: 0, stop: 0 };
  let timer: NodeJS.Timeout | undefined;
  const turn = () => {
    const now = performance.now();
    spent[running ? 'run' : 'stop'] += now - changed;
    changed = now;
    running = !running;
    for (const id of ids) process.kill(id, running ? 'SIGCONT' : 'SIGSTOP');
    // Timers are late: what was run too long is stopped longer, so that the shares are right over the whole.
    const owed = running ? SLICE_MS : spent.run * (SLOWER - 1) - spent.stop;
    timer = setTimeout(turn, Math.max(1, owed));
  };
  turn();
  return {
    end() {
      clearTimeout(timer);
      for (const id of ids) process.kill(id, 'SIGCONT');
    },
    rate: () => (spent.run + spent.stop) / spent.run,
  };
}

/** A photograph's mix of smooth and rough, the same at every run. */
function scene(): Buffer {
  const data = Buffer.alloc(WIDTH * HEIGHT * 3);
  let seed = 1;
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      const grain = (seed >> 16) % 24;
      const light =
        128 + 80 * Math.sin(x / 190 + y / 310) + 30 * Math.sin(y / 47) + (((x >> 8) ^ (y >> 7)) & 1 ? 20 : 0);
      const at = (y * WIDTH + x) * 3;
      data[at] = clamp(light + grain);
      data[at + 1] = clamp(light * 0.8 + grain);
      data[at + 2] = clamp(255 - light + grain);
    }
  }
  return data;
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, value));
}

function tell(plain: Stages, slow: Stages, rate: number, bits: number): void {
  if (values.json) {
    console.log(JSON.stringify({ machine: machine(), bytes: jpeg.length, bits, rate, plain, slow }, null, 2));
    return;
  }
  console.log(`${WIDTH} × ${HEIGHT} JPEG, ${(jpeg.length / 1e6).toFixed(1)} MB; medians of ${ROUNDS}, ms`);
  console.log(`${'stage'.padEnd(34)}${'unslowed'.padStart(10)}${`${rate.toFixed(1)}× slower`.padStart(14)}`);
  const names: [keyof Stages, string][] = [
    ['decode', 'decode'],
    ['pixels', 'read the 512 rows that count'],
    ['hash', 'luma and PDQ'],
    ['picture', 'picture hashed, as the page sees it'],
    ['digests', 'MD5, SHA-1 and SHA-256, after it'],
  ];
  for (const [stage, name] of names)
    console.log(
      `${name.padEnd(36)}${plain[stage].toFixed(0).padStart(8)}${slow[stage].toFixed(0).padStart(14)}`,
    );
  console.log(`hash: ${bits} bits from that of \`keben hash\` (at most 10)`);
  console.log(`goal under 1000 ms slowed: ${slow.picture < 1000 ? 'met' : 'MISSED'}`);
  if (slow.picture >= 1000 || bits > 10) process.exitCode = 1;
}
