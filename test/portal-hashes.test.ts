/**
 * The hashes that the page "Gỡ ảnh của mình" makes in Chromium, next to those of the server for the same files: who
 * sends a hash and who looks it up must mean the same picture.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHasher, formatHash, hammingDistance, matchVideos, parseHash } from '@keben/pdq';
import type { Page } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMediaReader } from '../apps/server/src/detect/index.ts';
import { decodeImage } from '../apps/server/src/detect/media/index.ts';
import { openBrowserStage, openPage } from './browser.ts';

interface Item {
  type: string;
  pdq?: { hash: string; quality: number };
  frames?: { hash: string; quality: number; seconds: number }[];
  md5: string;
}

const { stage, browser, close } = await openBrowserStage();
const folder = mkdtempSync(join(tmpdir(), 'keben-portal-hashes-'));
const at = (name: string) => join(folder, name);
const media = createMediaReader({ workers: 1 });
const hasher = await createHasher();
let page: Page;
let wrongs: string[];

beforeAll(async () => {
  ({ page, wrongs } = await openPage(browser));
  await page.goto(`${stage.url}/en/remove/`);
  await page.locator('#ready[data-ready=true]').waitFor();
  await page.context().setOffline(true);
});
afterAll(async () => {
  await media.close();
  await close();
  rmSync(folder, { recursive: true });
});

/** Shapes in colours that differ with the sides; the right half transparent, a quarter half so. */
function drawing(width: number, height: number, seed = 7): Sharp {
  const data = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = 70 * Math.sin((x * 19) / width + (y * y * seed) / (height * width));
      const value = 128 + wave + (((x >> 6) ^ (y >> 5)) & 1 ? 50 : -20);
      const to = (y * width + x) * 4;
      data[to] = Math.max(0, Math.min(255, value));
      data[to + 1] = Math.max(0, Math.min(255, value * 0.7 + (x % 40)));
      data[to + 2] = Math.max(0, Math.min(255, 255 - value));
      data[to + 3] = x > width / 2 ? 0 : y > height / 2 ? 100 : 255;
    }
  }
  return sharp(data, { raw: { width, height, channels: 4 } });
}

const clear = () => drawing(1300, 900);
const solid = () => clear().removeAlpha();

/** Three frames of 200 × 120. */
function moving(): Sharp {
  const samples = Uint8Array.from({ length: 200 * 360 * 3 }, (_, index) => {
    const frame = Math.floor(index / (200 * 120 * 3));
    return 128 + 90 * Math.sin(index / (41 + 7 * frame)) * Math.cos(index / 5000);
  });
  return sharp(samples, { raw: { width: 200, height: 360, channels: 3, pageHeight: 120 } });
}

/** Bits within which the two may be; 0 where every decoder must give the same pixels. */
const PICTURES: [string, number, Sharp][] = [
  ['opaque.png', 0, solid().png()],
  ['transparent.png', 0, clear().png()],
  ['small-transparent.png', 0, drawing(300, 211).png()],
  ['interlaced.png', 0, clear().png({ progressive: true })],
  ['palette.png', 0, clear().png({ palette: true })],
  ['deep.png', 0, solid().toColourspace('rgb16').png()],
  ['deep-transparent.png', 0, clear().toColourspace('rgb16').png()],
  ['grey.png', 0, solid().toColourspace('b-w').png()],
  ['grey-transparent.png', 0, clear().toColourspace('b-w').png()],
  ['p3.png', 0, solid().withIccProfile('p3').png()],
  ['turned.png', 0, solid().withMetadata({ orientation: 6 }).png()],
  ['lossless.webp', 0, solid().webp({ lossless: true })],
  ['lossless-transparent.webp', 0, clear().webp({ lossless: true, exact: true })],
  ['lossless-p3.webp', 0, drawing(900, 700).removeAlpha().withIccProfile('p3').webp({ lossless: true })],
  ['lossless-moving.webp', 0, moving().webp({ lossless: true })],
  ['colours.gif', 0, solid().gif()],
  ['transparent.gif', 0, clear().gif()],
  ['moving.gif', 0, moving().gif()],
  ['lossy.webp', 10, solid().webp()],
  ['transparent.webp', 10, clear().webp()],
  ['turned.webp', 10, solid().withMetadata({ orientation: 6 }).webp()],
  ['lossy.avif', 10, solid().avif({ effort: 1 })],
  ['transparent.avif', 10, clear().avif({ effort: 1 })],
  ['p3.avif', 10, solid().withIccProfile('p3').avif({ effort: 1 })],
  ['turned.avif', 10, solid().withMetadata({ orientation: 6 }).avif({ effort: 1 })],
  ['deep.avif', 10, solid().avif({ effort: 1, bitdepth: 10 })],
  ['baseline.jpg', 10, solid().jpeg()],
  ['progressive.jpg', 10, solid().jpeg({ progressive: true, chromaSubsampling: '4:4:4' })],
  ['grey.jpg', 10, solid().toColourspace('b-w').jpeg()],
  ['inks.jpg', 10, solid().toColourspace('cmyk').jpeg()],
  ['p3.jpg', 10, solid().withIccProfile('p3').jpeg()],
  ['turned.jpg', 10, solid().withMetadata({ orientation: 6 }).jpeg()],
];

/** What the page would send of these files, by name. */
async function hashedByPage(names: string[], pathOf = at): Promise<Map<string, Item>> {
  await page.locator('#files').setInputFiles(names.map(pathOf));
  const rows = page.locator('#list li');
  await page.waitForFunction(
    (count) => document.querySelectorAll('#list li[data-state]').length === count,
    names.length,
    { timeout: 90_000 },
  );
  const failed = await page.locator('#list li.failed').allTextContents();
  expect(failed).toEqual([]);
  const { items } = JSON.parse((await page.locator('#body').textContent()) ?? '') as { items: Item[] };
  while ((await rows.count()) > 0) await rows.first().getByRole('button').click();
  return new Map(
    names.map((name) => {
      const md5 = createHash('md5')
        .update(readFileSync(pathOf(name)))
        .digest('hex');
      return [name, items.find((item) => item.md5 === md5) as Item];
    }),
  );
}

it('pictures of every kind: lossless to the bit, others within ten bits, whatever their files say of turn, colour and transparency', async () => {
  for (const [name, , picture] of PICTURES) writeFileSync(at(name), await picture.toBuffer());
  const told = await hashedByPage(PICTURES.map(([name]) => name));
  for (const [name, most] of PICTURES) {
    const decoded = await decodeImage(readFileSync(at(name)));
    if (decoded.status !== 'decoded') throw new Error(`${name}: ${decoded.problem}`);
    const { hash, quality } = hasher.hashPixels(decoded.pixels);
    const { pdq } = told.get(name) ?? {};
    expect(pdq, name).toBeDefined();
    expect(hammingDistance(parseHash(pdq?.hash ?? '')!, hash), name).toBeLessThanOrEqual(most);
    expect(Math.abs((pdq?.quality ?? 0) - quality), name).toBeLessThanOrEqual(1);
    if (most === 0) expect(pdq?.hash, name).toBe(formatHash(hash));
  }
  expect(wrongs).toEqual([]);
});

/** Meta's test pictures with their published hashes; they stand beside the repository and are not ours to copy. */
const reference = join(import.meta.dirname, '../../shared/data/pdq');
const there = existsSync(join(reference, 'expected.csv'));

it.skipIf(!there)(
  "Meta's test pictures have their published hashes: PNG to the bit, JPEG within ten bits",
  async () => {
    const lines = readFileSync(join(reference, 'expected.csv'), 'utf8').trim().split(/\s+/);
    const published = new Map(lines.map((line) => line.split(',') as [string, string]));
    const told = await hashedByPage([...published.keys()], (name) => join(reference, name));
    let compared = 0;
    for (const [name, hash] of published) {
      const { pdq } = told.get(name) ?? {};
      // Those of too little shape are not sent.
      if (!pdq) continue;
      compared++;
      const bits = hammingDistance(parseHash(pdq.hash)!, parseHash(hash)!);
      expect(bits, name).toBeLessThanOrEqual(name.endsWith('.png') ? 0 : 10);
    }
    expect(compared).toBeGreaterThanOrEqual(13);
  },
);

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error('the tests of films need ffmpeg');

const ffmpeg = (...words: string[]) => execFileSync('ffmpeg', ['-v', 'error', ...words]);
const vp9 = ['-c:v', 'libvpx-vp9', '-cpu-used', '8', '-deadline', 'realtime', '-b:v', '800k'];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const withGaps = ['-vf', "select='lt(mod(n\\,40)\\,25)'", '-vsync', 'vfr'];
const FILMS: [string, string[]][] = [
  ['short.webm', ['-t', '0.4', ...vp9]],
  ['odd.webm', ['-t', '3.04', ...vp9]],
  ['gaps.webm', ['-t', '5', ...withGaps, ...vp9]],
  ['whole.mp4', ['-t', '3', ...h264]],
  ['odd.mp4', ['-t', '4.55', ...h264, '-preset', 'veryfast', '-bf', '3']],
  ['gaps.mp4', ['-t', '5', ...withGaps, ...h264]],
  ['late.mp4', ['-t', '4', '-vf', 'setpts=PTS+0.7/TB', ...h264]],
  ['slides.mp4', ['-r', '0.4', '-t', '8', ...h264]],
];

it.skipIf(!hasFfmpeg)(
  'films: at least 80 percent of the frames of each found in the other, none after the last picture',
  async () => {
    for (const [name, words] of FILMS)
      ffmpeg(
        '-f',
        'lavfi',
        '-i',
        'mandelbrot=size=320x240:rate=20:end_scale=0.002:end_pts=300',
        ...words,
        at(name),
      );
    // A phone held upright, sound that goes on after the pictures, and a recording that does not say how long it is.
    const copy = ['-i', at('whole.mp4'), '-c:v', 'copy'];
    ffmpeg(...copy, '-metadata:s:v:0', 'rotate=90', at('turned.mp4'));
    ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'sine=d=7',
      ...copy,
      '-map',
      '1:v',
      '-map',
      '0:a',
      '-c:a',
      'aac',
      at('sound.mp4'),
    );
    const live = execFileSync('ffmpeg', [
      '-v',
      'error',
      '-i',
      at('odd.webm'),
      '-c',
      'copy',
      '-f',
      'webm',
      '-',
    ]);
    writeFileSync(at('live.webm'), live);
    const names = [...FILMS.map(([name]) => name), 'turned.mp4', 'sound.mp4', 'live.webm'];
    const told = await hashedByPage(names);
    for (const name of names) {
      const { seen } = await media.read({ path: at(name) });
      if (seen.status !== 'film') throw new Error(`${name}: ${seen.status}`);
      const bytes = (frames: { hash: string; quality: number }[]) =>
        frames.map(({ hash, quality }) => ({ hash: parseHash(hash)!, quality }));
      const frames = told.get(name)?.frames ?? [];
      const { query, candidate } = matchVideos(bytes(frames), bytes(seen.frames));
      expect(Math.min(query, candidate), `${name}: ${query} and ${candidate} percent`).toBeGreaterThanOrEqual(
        80,
      );
      expect(frames.at(-1)?.seconds, name).toBeLessThan(seen.looked);
    }
    expect(wrongs).toEqual([]);
  },
);
