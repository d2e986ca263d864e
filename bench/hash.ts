/**
 * `npm run bench:hash [-- --json]`: pictures hashed a second on one core. Brightness of 512 × 512 → hash and JPEG file
 * → hash, in WebAssembly and in plain TypeScript, beside the image hashes of npm (sharp-phash, imghash; installed into
 * the cache of node_modules in fixed versions when it first runs). Rates are by CPU time of all threads of the process,
 * the best of several rounds, since others use the machine too.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createHasher, formatHash, type Hasher, type Luma } from '@keben/pdq';
import sharp from 'sharp';
import { decodeImage } from '../apps/server/src/detect/media/index.ts';
import { machine } from './detection/measure.ts';

const ROUNDS = 7;
const SECONDS_A_ROUND = 0.5;
/** What Meta's C++ (`-O3`) and the prototype of this core did on a machine of this kind: brightness → hash. */
const REFERENCE = 189;
const GOAL = 2443;

interface Row {
  what: string;
  from: 'brightness' | 'JPEG';
  /** Pictures a second of CPU time. */
  rate: number;
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
sharp.concurrency(1);
sharp.cache(false);
const before = machine().load;
const core = await createHasher();
const plain = await createHasher('typescript');
if (core.kind !== 'wasm') throw new Error('this Node has no WebAssembly with SIMD');
const pictures = Array.from({ length: 8 }, (_, n) => drawing(512, 512, n));
const jpegs = await Promise.all(Array.from({ length: 4 }, (_, n) => jpegOf(drawing(1600, 1004, n))));
for (const luma of pictures) {
  if (formatHash(core.hashLuma(luma).hash) !== formatHash(plain.hashLuma(luma).hash))
    throw new Error('the two ways to hash do not agree');
}

const peers = installPeers();
const rows: Row[] = [
  await rowOf('WebAssembly', 'brightness', async (n) => core.hashLuma(pictures[n % pictures.length]!)),
  await rowOf('TypeScript', 'brightness', async (n) => plain.hashLuma(pictures[n % pictures.length]!)),
  await rowOf('WebAssembly', 'JPEG', (n) => hashFile(core, n)),
  await rowOf('TypeScript', 'JPEG', (n) => hashFile(plain, n)),
  await rowOf('(decoding alone)', 'JPEG', (n) => decodeImage(jpegs[n % jpegs.length]!)),
  await rowOf('sharp-phash 2.2.0 (64 bits)', 'JPEG', (n) => peers.phash(jpegs[n % jpegs.length]!)),
  await rowOf('imghash 1.1.4 (64 bits)', 'JPEG', (n) => peers.imghash(jpegs[n % jpegs.length]!)),
];
print(rows);

async function hashFile(hasher: Hasher, n: number): Promise<void> {
  const image = await decodeImage(jpegs[n % jpegs.length]!);
  if (image.status !== 'decoded') throw new Error(image.problem);
  hasher.hashPixels(image.pixels);
}

async function rowOf(what: string, from: Row['from'], one: (n: number) => Promise<unknown>): Promise<Row> {
  let rate = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const used = process.cpuUsage();
    const until = performance.now() + SECONDS_A_ROUND * 1000;
    let done = 0;
    while (performance.now() < until) await one(done++);
    const { user, system } = process.cpuUsage(used);
    // The first round warms up.
    if (round > 0) rate = Math.max(rate, done / ((user + system) / 1e6));
  }
  return { what, from, rate };
}

function print(all: Row[]): void {
  const load = { before, after: machine().load };
  if (values.json) {
    console.log(JSON.stringify({ machine: machine(), load, rows: all }, null, 2));
    return;
  }
  const { model, cores, node } = machine();
  console.log(
    `${model}, ${cores} cores, Node ${node.slice(1)}; load ${load.before[0]} before, ${load.after[0]} after`,
  );
  console.log(`pictures a second of CPU time, best of ${ROUNDS} rounds of ${SECONDS_A_ROUND} s\n`);
  for (const { what, from, rate } of all)
    console.log(`${from.padEnd(11)} ${what.padEnd(28)} ${rate.toFixed(1).padStart(8)}`);
  const rate = (what: string, from: Row['from']) =>
    all.find((row) => row.from === from && row.what.startsWith(what))?.rate ?? Number.NaN;
  const fast = rate('WebAssembly', 'brightness');
  const file = rate('WebAssembly', 'JPEG');
  console.log(`
brightness of 512 × 512 → hash: ${(fast / REFERENCE).toFixed(1)} times the C++ reference (${REFERENCE}/s, measured before), ${(fast / GOAL).toFixed(2)} times the goal (${GOAL}/s), ${(fast / rate('TypeScript', 'brightness')).toFixed(1)} times plain TypeScript
JPEG of 1600 × 1004 → hash: ${(file / rate('sharp-phash', 'JPEG')).toFixed(2)} times sharp-phash (which lets the decoder shrink first), ${(file / rate('imghash', 'JPEG')).toFixed(1)} times imghash; decoding takes ${((100 * file) / rate('(decoding', 'JPEG')).toFixed(0)} % of the time`);
}

/** A picture of slow waves and noise, different for each seed. */
function drawing(width: number, height: number, seed: number): Luma {
  let state = seed + 1;
  const data = Float32Array.from({ length: width * height }, (_, at) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const x = (at % width) / width;
    const y = Math.floor(at / width) / height;
    const waves = Math.sin((9 + seed) * x + 4 * y) + Math.cos(23 * y - (3 + seed) * x * x);
    return Math.floor(128 + 50 * waves + (state / 2 ** 32) * 20);
  });
  return { data, width, height };
}

/** In three colours, as a camera's picture; quality 85. */
async function jpegOf({ data, width, height }: Luma): Promise<Buffer> {
  const rgb = Uint8Array.from({ length: 3 * data.length }, (_, at) => {
    const value = data[Math.floor(at / 3)] ?? 0;
    return at % 3 === 0 ? value : at % 3 === 1 ? 255 - value : value / 2;
  });
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}

function installPeers(): {
  phash(image: Buffer): Promise<string>;
  imghash(image: Buffer): Promise<string>;
} {
  const wanted = join(import.meta.dirname, 'hash-peers');
  // Below node_modules of the repository, so that sharp-phash finds the sharp that we use.
  const cache = join(import.meta.dirname, '../node_modules/.cache/keben-bench/hash-peers');
  if (!existsSync(join(cache, 'node_modules/imghash'))) {
    console.error('Installing the peers (sharp-phash 2.2.0, imghash 1.1.4 from npm) …');
    mkdirSync(cache, { recursive: true });
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(wanted, name), join(cache, name));
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'], {
      cwd: cache,
      stdio: 'pipe',
    });
  }
  const load = createRequire(join(cache, 'package.json'));
  const phash = load('sharp-phash') as (image: Buffer) => Promise<string>;
  const { hash } = load('imghash') as { hash(image: Buffer, bits: number): Promise<string> };
  return { phash, imghash: (image) => hash(image, 8) };
}
