/** "Gỡ ảnh của mình" in Chromium: hashed on the device without a network, only hashes sent, status, withdrawal. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHasher, formatHash, hammingDistance, parseHash } from '@keben/pdq';
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removal, removalStatus } from '../apps/portal/src/text/removal.ts';
import { decodeImage } from '../apps/server/src/detect/media/index.ts';
import { expectAccessible, openBrowserStage, openPage } from './browser.ts';

interface Sent {
  language: string;
  ageBand: string;
  platforms: string[];
  items: {
    type: string;
    pdq?: { hash: string; quality: number; turned: string[] };
    frames?: { hash: string; quality: number; seconds: number }[];
    md5: string;
    sha1: string;
    sha256: string;
  }[];
}

const { stage, browser, close } = await openBrowserStage();
const folder = mkdtempSync(join(tmpdir(), 'keben-removal-'));
const at = (name: string) => join(folder, name);
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

beforeAll(async () => {
  writeFileSync(at('drawing.png'), await drawing(1300, 900).png().toBuffer());
  writeFileSync(
    at('turned.jpg'),
    await drawing(800, 1000).withMetadata({ orientation: 6 }).jpeg({ quality: 88 }).toBuffer(),
  );
  writeFileSync(at('small.png'), await drawing(300, 211).png().toBuffer());
  const flat = sharp({ create: { width: 640, height: 480, channels: 3, background: '#333' } });
  writeFileSync(at('flat.png'), await flat.png().toBuffer());
  writeFileSync(at('notes.pdf'), '%PDF-1.4');
  writeFileSync(at('broken.jpg'), Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(300, 7)]));
});

/** Shapes that differ with the sides, so that no two pictures are alike. */
function drawing(width: number, height: number) {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value =
        128 +
        70 * Math.sin((x * 19) / width + (y * y * 7) / (height * width)) +
        (((x >> 6) ^ (y >> 5)) & 1 ? 50 : -20);
      data.fill(Math.max(0, Math.min(255, value)), (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** What `keben hash --dihedral` says. */
async function hashHere(name: string): Promise<{ hash: string; quality: number; turned: string[] }> {
  const decoded = await decodeImage(readFileSync(at(name)));
  if (decoded.status !== 'decoded') throw new Error(decoded.problem);
  const { hash, quality, dihedral } = (await createHasher()).hashPixels(decoded.pixels, { dihedral: true });
  const { original: _, ...turned } = dihedral ?? {};
  return { hash: formatHash(hash), quality, turned: Object.values(turned).map(formatHash) };
}
const digest = (kind: string, name: string) =>
  createHash(kind)
    .update(readFileSync(at(name)))
    .digest('hex');
const bitsApart = (a = '', b = '') => hammingDistance(parseHash(a)!, parseHash(b)!);

async function ready(page: Page, lang: 'vi' | 'en'): Promise<void> {
  await page.goto(`${stage.url}${lang === 'en' ? '/en' : ''}/remove/`);
  await page.locator('#ready[data-ready=true]').waitFor();
}
const rowOf = (page: Page, name: string) => page.locator('#list li', { hasText: name });
async function choose(page: Page, ...names: string[]): Promise<void> {
  await page.locator('#files').setInputFiles(names.map(at));
  for (const name of names)
    await rowOf(page, name).and(page.locator('[data-state]')).waitFor({ timeout: 30_000 });
}

describe.each(['vi', 'en'] as const)('a picture is taken down (%s)', (lang) => {
  it('hashed without a network, sent as hashes only, read and withdrawn with number and PIN', async () => {
    const { page, context, wrongs } = await openPage(browser);
    await ready(page, lang);
    await expectAccessible(page, 'before');
    const requests: { url: string; body: string | null }[] = [];
    page.on('request', (request) => requests.push({ url: request.url(), body: request.postData() }));

    await context.setOffline(true);
    const names = ['drawing.png', 'turned.jpg', 'small.png', 'flat.png', 'broken.jpg', 'notes.pdf'];
    await choose(page, ...names);
    expect(await rowOf(page, 'flat.png').textContent()).toContain(removal[lang]['low-quality']);
    expect(await rowOf(page, 'broken.jpg').textContent()).toContain(removal[lang]['not-opened']);
    expect(await rowOf(page, 'notes.pdf').textContent()).toContain(removal[lang].refused);
    await rowOf(page, 'broken.jpg').getByRole('button').click();
    // The same file again is told, not sent twice.
    await page.locator('#files').setInputFiles(at('small.png'));
    await page.getByText(removal[lang].twice).waitFor();
    await page.locator('#age').selectOption('13-15');
    await page.locator('#send').click();
    expect(await page.locator('#problem').textContent()).toBe(removal[lang].needPlatform);
    await page.locator('#platforms input').first().check();
    await page.locator('#send').click();
    await page.locator('#problem', { hasText: removal[lang].sendFailed }).waitFor();
    expect(requests.filter(({ url }) => !url.startsWith('blob:') && !url.endsWith('/channel'))).toEqual([]);
    expect(await page.locator('main img, main canvas, main video').count()).toBe(0);
    await page.locator('#exactly summary').click();
    // What lies half under the header would be called too small.
    await page.evaluate(() => window.scrollTo(0, 0));
    await expectAccessible(page, 'hashed');
    const shown = JSON.parse((await page.locator('#body').textContent()) ?? '') as Sent;

    await context.setOffline(false);
    requests.length = 0;
    await page.locator('#send').click();
    await page.locator('#done').waitFor();
    await expectAccessible(page, 'sent');
    const posts = requests.filter(({ body }) => body !== null);
    expect(posts.map(({ url }) => new URL(url).pathname)).toEqual(['/v1/removals']);
    const { proof, ...sent } = JSON.parse(posts[0]?.body ?? '') as Sent & { proof: object };
    expect(Object.keys(proof).sort()).toEqual(['challenge', 'nonce']);
    expect(sent).toEqual(shown);
    expect(Object.keys(sent).sort()).toEqual(['ageBand', 'items', 'language', 'platforms']);
    expect(sent).toMatchObject({ language: lang, ageBand: '13-15' });

    const used = ['drawing.png', 'turned.jpg', 'small.png', 'flat.png'];
    expect(sent.items.map(({ md5 }) => md5)).toEqual(used.map((name) => digest('md5', name)));
    expect(sent.items.map(({ sha1 }) => sha1)).toEqual(used.map((name) => digest('sha1', name)));
    expect(sent.items.map(({ sha256 }) => sha256)).toEqual(used.map((name) => digest('sha256', name)));
    const [png, jpeg, small, flat] = sent.items;
    expect(png?.pdq).toEqual(await hashHere('drawing.png'));
    expect(png?.pdq?.turned).toHaveLength(7);
    expect(small?.pdq).toEqual(await hashHere('small.png'));
    // As stored, not as turned by EXIF.
    expect(bitsApart(jpeg?.pdq?.hash, (await hashHere('turned.jpg')).hash)).toBeLessThanOrEqual(10);
    expect(Object.keys(flat ?? {}).sort()).toEqual(['md5', 'sha1', 'sha256', 'type']);

    const number = (await page.locator('#case-number').textContent()) ?? '';
    const pin = (await page.locator('#pin').textContent()) ?? '';
    expect([number, pin]).toEqual([
      expect.stringMatching(/^\d{3} \d{3} \d{4}$/),
      expect.stringMatching(/^\d{3} \d{3}$/),
    ]);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
    await page.locator('#done a.button').click();
    await page.locator('#case-number').fill(number);
    await page.locator('#pin').fill('000 000');
    await page.locator('#open [type=submit]').click();
    await page.locator('#problem', { hasText: removalStatus[lang].wrong }).waitFor();
    await page.locator('#pin').fill(pin);
    await page.locator('#open [type=submit]').click();
    await page.locator('#state[data-state=received]').waitFor();
    expect(await page.locator('#state').textContent()).toBe(removalStatus[lang].states.received);
    // What staff take out of the bank, the page says.
    await stage.running.services.database.transaction('system', (tx) =>
      tx.execute(sql`update bank_content set status = 'retired' where created_by = 'removal'`),
    );
    await page.reload();
    await page.locator('#case-number').fill(number);
    await page.locator('#pin').fill(pin);
    await page.locator('#open [type=submit]').click();
    await page.locator('#state', { hasText: removalStatus[lang].gone.none }).waitFor();
    await page.locator('#withdraw').click();
    await expectAccessible(page, 'sure?');
    await page.locator('#yes').click();
    await page.locator('#state[data-state=withdrawn]').waitFor();
    expect(await page.locator('#withdraw').isVisible()).toBe(false);
    await expectAccessible(page, 'withdrawn');
    expect(wrongs).toEqual([]);
    await context.close();
  });
});

it('works by keyboard alone, and where pages have no OffscreenCanvas', async () => {
  const { page, context, wrongs } = await openPage(browser);
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'OffscreenCanvas'));
  // Asked for early: the browser hands over choosers only some time after it was told that somebody listens.
  const chooser = page.waitForEvent('filechooser');
  await ready(page, 'vi');
  await page.bringToFront();
  await page.locator('#files').focus();
  await page.keyboard.press('Space');
  await (await chooser).setFiles([at('drawing.png')]);
  await rowOf(page, 'drawing.png').and(page.locator('[data-state=done]')).waitFor();
  const tabTo = async (selector: string) => {
    for (let step = 0; step < 30; step++) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach ${selector}`);
  };
  await tabTo('#platforms input');
  await page.keyboard.press('Space');
  await tabTo('#send');
  const posted = page.waitForRequest((request) => request.method() === 'POST');
  await page.keyboard.press('Enter');
  const sent = (await posted).postDataJSON() as Sent;
  expect(sent.items[0]?.pdq).toEqual(await hashHere('drawing.png'));
  await page.locator('#done').waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('done-title');
  expect(wrongs).toEqual([]);
  await context.close();
});

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error('the tests of films need ffmpeg');

it.skipIf(!hasFfmpeg)(
  'a film is hashed frame by frame, each second; a long one by its bytes; work can be stopped',
  async () => {
    const film = (name: string, seconds: number, extra: string[] = []) =>
      execFileSync('ffmpeg', [
        ...['-v', 'error', '-f', 'lavfi', '-i', `mandelbrot=size=320x240:rate=5:end_scale=0.002`],
        ...['-t', String(seconds), ...extra, '-c:v', 'libvpx', '-b:v', '800k', at(name)],
      ]);
    film('film.webm', 4);
    film('long.webm', 605, ['-r', '1', '-vf', 'setpts=PTS*150,scale=64:48']);
    const { page, context, wrongs } = await openPage(browser);
    await ready(page, 'en');
    await context.setOffline(true);
    await choose(page, 'film.webm', 'long.webm');
    expect(await rowOf(page, 'film.webm').textContent()).toContain(removal.en.film(4));
    expect(await rowOf(page, 'long.webm').textContent()).toContain(removal.en['too-long']);
    const { items } = JSON.parse((await page.locator('#body').textContent()) ?? '') as Sent;
    const [one, long] = items;
    expect(one?.frames?.map(({ seconds }) => seconds)).toEqual([0, 1, 2, 3]);
    expect(one?.md5).toBe(digest('md5', 'film.webm'));
    expect(long && 'frames' in long).toBe(false);
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-i',
      at('film.webm'),
      '-vf',
      'fps=1:round=up',
      at('frame-%d.png'),
    ]);
    expect(bitsApart(one?.frames?.[0]?.hash, (await hashHere('frame-1.png')).hash)).toBeLessThanOrEqual(31);

    writeFileSync(at('huge.png'), Buffer.alloc(400_000_000));
    await page.locator('#files').setInputFiles(at('huge.png'));
    await rowOf(page, 'huge.png').getByRole('button').click();
    expect(await rowOf(page, 'huge.png').count()).toBe(0);
    await choose(page, 'small.png');
    expect(await page.locator('#list li').count()).toBe(3);
    expect(wrongs).toEqual([]);
    await context.close();
  },
);

it('without JavaScript it says why it needs it, and where else to turn', async () => {
  const { page, context } = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(`${stage.url}/remove/`);
  expect(await page.locator('#removal').isVisible()).toBe(false);
  expect(await page.locator('noscript').first().textContent()).toContain('JavaScript');
  expect(await page.locator('main a[href="tel:111"]').first().isVisible()).toBe(true);
  expect(await page.locator('main a[href="/help/"]').isVisible()).toBe(true);
  await context.close();
});
