import { createHash } from 'node:crypto';
import { createHasher, formatHash } from '@keben/pdq';
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { rows } from '../apps/server/src/base/database.ts';
import { expectAccessible, openBrowserStage, openPage, signInConsole } from './browser.ts';
import { signIn } from './stage.ts';

const { stage, browser, close } = await openBrowserStage();
afterAll(close);

/** As long as a page waits for what it is told to find. */
const patience = { timeout: 15_000 };
const wide = { viewport: { width: 1280, height: 900 } };
const lead = await signIn(stage, 'lead');
const moderator = await signIn(stage, 'moderator');
const md5Of = (text: string) => createHash('md5').update(text).digest('hex');

interface Content {
  id: number;
  status: string;
}

/** A bank of its own for one test. */
async function newBank(name: string, action = 'hold'): Promise<string> {
  const { status, body } = await lead.post<{ id: string }>('/v1/banks', {
    name,
    source: 'Đường dây nóng',
    reason: 'ảnh đã có người xem',
    action,
  });
  expect(status).toBe(200);
  return body.id;
}

async function add(bank: string, signals: object[][]): Promise<number[]> {
  const { status, body } = await moderator.post<{ ids: number[] }>(`/v1/banks/${bank}/contents`, {
    contents: signals.map((own) => ({ signals: own, reason: 'hai người đã xem' })),
  });
  expect(status).toBe(200);
  return body.ids;
}

const statusesIn = async (bank: string) =>
  (await lead.get<{ contents: Content[] }>(`/v1/banks/${bank}/contents`)).body.contents.map(
    ({ status }) => status,
  );

async function openBank(page: Page, bank: string): Promise<void> {
  await page.goto(`${stage.url}/console/banks/${bank}`);
  await page.getByTestId('contents-status').waitFor();
}

/** A drawing that looks like no other: coloured blocks. */
async function drawing(seed: number): Promise<Buffer> {
  const side = 16;
  let state = seed;
  const data = Uint8Array.from({ length: side * side * 3 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
  return sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .resize(600, 400, { kernel: 'nearest', fit: 'fill' })
    .png()
    .toBuffer();
}

async function pdqOf(picture: Buffer): Promise<{ hash: Uint8Array; quality: number }> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const hasher = await createHasher();
  return hasher.hashPixels({ data, width: info.width, height: info.height, channels: 3 });
}

const answer = (page: Page, status: string) =>
  page.locator(`[data-testid=look-up-answer][data-status=${status}]`);

describe('hash banks in the console', () => {
  it('lead makes a bank → a bad line is told → mended, added → not confirmed by who added it → a moderator disputes it', async () => {
    const md5 = md5Of('made by hand');
    const name = 'Đường dây nóng 2026';
    const { page, wrongs } = await openPage(browser, wide);
    await signInConsole(page, stage, 'lead');
    await page.getByTestId('nav-banks').click();
    await page.getByTestId('banks-fresh').waitFor();
    const form = page.getByTestId('new-bank');
    await form.locator('[name=name]').fill(name);
    await form.locator('[name=source]').fill('Đường dây nóng');
    await form.locator('[name=reason]').fill('ảnh đã có người xem');
    await page.getByTestId('new-bank-make').click();
    const bank = page.locator(`[data-testid=bank][data-name="${name}"]`);
    await bank.waitFor();
    await expectAccessible(page, 'the list of banks');
    await bank.getByRole('link').click();

    await page.getByTestId('contents-empty').waitFor();
    await page.getByTestId('add-lines').fill(`md5,${md5}\nmd5,${md5}00`);
    await page.getByTestId('add-reason').fill('hai người đã xem');
    await page.getByTestId('add-send').click();
    await expect
      .poll(() => page.getByTestId('add-problem').textContent(), patience)
      .toContain('Dòng 2: mã MD5');
    await page.getByTestId('add-lines').fill(`md5,${md5}\n`);
    await page.getByTestId('add-send').click();
    const content = page.locator('[data-testid=content][data-status=unconfirmed]');
    await content.waitFor();
    const id = await content.getAttribute('data-id');
    await page.getByTestId(`details-${id}`).click();
    await expect.poll(() => page.getByTestId(`detail-${id}`).textContent(), patience).toContain(`MD5 ${md5}`);
    await expectAccessible(page, 'a bank with a content');

    // Who added it does not confirm it, and its page says so.
    await content.getByRole('link').click();
    const own = page.getByTestId('content-page');
    await own.waitFor();
    await page.getByTestId('second-person').waitFor();
    expect(await own.textContent()).toContain('(bạn)');
    await page.getByTestId(`decide-${id}`).click();
    await page.getByTestId(`decide-${id}-step`).click();
    await page.getByRole('option').first().waitFor();
    expect(await page.getByRole('option').allTextContents()).toEqual([
      'Nghi ngờ: giữ lại, không chặn',
      'Ngừng dùng: không đối chiếu nữa',
    ]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expectAccessible(page, 'a content');

    const { page: small, wrongs: smallWrongs } = await openPage(browser);
    await signInConsole(small, stage, 'moderator', 'en');
    await small.getByTestId('nav-banks').click();
    await small.locator(`[data-testid=bank][data-name="${name}"]`).getByRole('link').click();
    expect(await small.getByTestId('new-bank').count()).toBe(0);
    expect(await small.getByTestId('remove-bank').count()).toBe(0);
    await small.getByTestId(`decide-${id}`).click();
    await small.getByTestId(`decide-${id}-text`).fill('a family photograph?');
    await small.getByTestId(`decide-${id}-confirm`).click();
    await small.locator('[data-testid=content][data-status=disputed]').waitFor();
    await expectAccessible(small, 'a bank at 360 px');
    expect(smallWrongs).toEqual([]);
    await small.close();

    // The lead's page learns of it by itself.
    await page.locator('[data-testid=content-page][data-status=disputed]').waitFor();
    await expect
      .poll(() => page.getByTestId(`detail-${id}`).textContent(), patience)
      .toContain('a family photograph?');
    expect(wrongs).toEqual([]);
    await page.close();
  });

  it('a file of hashes is added whole or not at all: bad lines by number, limits, and what is no text', async () => {
    const bank = await newBank('Tệp mã');
    const { page, wrongs } = await openPage(browser);
    await signInConsole(page, stage, 'moderator');
    await openBank(page, bank);
    const choose = (name: string, content: string | Buffer) =>
      page
        .locator('input[type=file]')
        .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
    const problem = () => page.getByTestId('add-problem').textContent();

    await choose('bad.csv', `kind,hash,reason\nmd5,${md5Of('a')}\nmd5,xyz\nsha512,${md5Of('b')}\n`);
    await expect.poll(problem, patience).toContain('Dòng 3: mã MD5 phải có đúng 32 chữ số');
    expect(await problem()).toContain('Dòng 4: loại phải là pdq, md5, sha1 hoặc sha256.');
    await page.getByTestId('add-reason').fill('danh sách tháng 11');
    await page.getByTestId('add-send').click();
    await expectAccessible(page, 'a file with bad lines');
    await choose('many.csv', Array.from({ length: 5001 }, (_, n) => `md5,${md5Of(`${n}`)}`).join('\n'));
    await expect.poll(problem, patience).toContain('5.001');
    await choose('picture.csv', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00]));
    await expect.poll(problem, patience).toContain('UTF-8');
    await choose('large.csv', '#'.repeat(5_000_001));
    await expect.poll(problem, patience).toContain('5 MB');
    expect(await statusesIn(bank)).toEqual([]);

    await choose(
      'good.csv',
      `md5,${md5Of('a')},của trường\nsha256,${'5a'.repeat(32)}\n{"kind":"md5","hash":"${md5Of('a')}"}\n`,
    );
    await expect
      .poll(() => page.getByTestId('add-file-holds').textContent(), patience)
      .toContain('2 mã: SHA-256 1 · MD5 1');
    await page.getByTestId('add-send').click();
    await page.locator('[data-testid=content]').nth(1).waitFor();
    const { body } = await lead.get<{ contents: { reason: string }[] }>(`/v1/banks/${bank}/contents`);
    expect(body.contents.map(({ reason }) => reason)).toEqual(['của trường', 'danh sách tháng 11']);
    expect(wrongs).toEqual([]);
    await page.close();
  });

  it('many contents are decided for one reason, all or none, each with a line in the audit log', async () => {
    const bank = await newBank('Nhiều mục');
    const ids = await add(
      bank,
      ['m1', 'm2', 'm3'].map((text) => [{ kind: 'md5', value: md5Of(text) }]),
    );
    const { page, wrongs } = await openPage(browser);
    await signInConsole(page, stage, 'lead');
    await openBank(page, bank);
    await page.getByTestId('choose-all').click();
    await page.getByTestId('decide-all').click();
    await page.getByTestId('decide-all-text').fill('hai người đã xem lại');
    await expectAccessible(page, 'deciding about many');
    await page.getByTestId('decide-all-confirm').click();
    await page.locator('[data-testid=content][data-status=confirmed]').nth(2).waitFor();
    await page.getByTestId('chosen').waitFor({ state: 'detached' });
    expect(await statusesIn(bank)).toEqual(['confirmed', 'confirmed', 'confirmed']);
    const audited = await stage.running.services.database.transaction('system', (tx) =>
      rows<{ target: string }>(
        tx,
        sql`select target from audit where action = 'bank.content-confirmed' and target = any(${`{${ids.join(',')}}`}::text[])
          and data #>> '{}' like '%hai người đã xem lại%' order by target::int`,
      ),
    );
    expect(audited.map(({ target }) => Number(target))).toEqual(ids);

    // One that does not allow the step keeps all as they are, and is named.
    const step = (step: string, contents: number[]) => ({ step, contents, reason: 'thử' });
    await lead.post(`/v1/banks/contents/${ids[1]}/steps`, { step: 'dispute', reason: 'thử' });
    const refused = await lead.post('/v1/banks/contents/steps', step('confirm', ids));
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'state-conflict', errors: [{ pointer: '/contents/0' }, { pointer: '/contents/2' }] },
    });
    expect(await statusesIn(bank)).toEqual(['confirmed', 'disputed', 'confirmed']);
    // Retiring is the lead's; a moderator may dispute.
    expect((await moderator.post('/v1/banks/contents/steps', step('retire', ids))).status).toBe(403);
    const others = ids.filter((_, at) => at !== 1);
    expect(await moderator.post('/v1/banks/contents/steps', step('dispute', others))).toMatchObject({
      status: 200,
      body: { changed: 2 },
    });
    expect((await moderator.post('/v1/banks/contents/steps', step('dispute', [1, 1]))).status).toBe(400);
    expect(wrongs).toEqual([]);
    await page.close();
  });

  it('looks a picture up without sending it: near, turned, not known, and what cannot be compared', async () => {
    const picture = await drawing(7);
    const { hash, quality } = await pdqOf(picture);
    expect(quality).toBeGreaterThan(50);
    const flipped = Uint8Array.from(hash);
    for (const at of [3, 9, 27]) flipped[at] = (flipped[at] ?? 0) ^ 1;
    const bank = await newBank('Tra cứu', 'block');
    const [id] = await add(bank, [[{ kind: 'pdq', value: formatHash(flipped), quality }]]);

    const { page, wrongs } = await openPage(browser);
    await signInConsole(page, stage, 'moderator');
    await page.getByTestId('nav-banks').click();
    await page.getByTestId('to-look-up').click();
    await page.getByTestId('look-up-hash').waitFor();
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() !== 'GET') sent.push(request.postData() ?? '');
    });
    const choose = (buffer: Buffer) =>
      page.locator('input[type=file]').setInputFiles({ name: 'ảnh.png', mimeType: 'image/png', buffer });
    await choose(picture);
    await answer(page, 'match').waitFor();
    const match = page.locator(`[data-testid=look-up-match][data-content="${id}"]`);
    expect(await match.textContent()).toContain('khác 3 trên 256 bit (PDQ)');
    expect(await match.textContent()).toContain('giữ lại để một người xem');
    expect(await answer(page, 'match').textContent()).toContain('Tra cứu');
    await expectAccessible(page, 'a match');
    // Hashes went out and nothing else, and the picture is nowhere on the page.
    expect(sent).toHaveLength(1);
    expect(JSON.parse(sent[0] ?? '')).toEqual({
      pdq: formatHash(hash),
      pdqQuality: quality,
      dihedral: expect.any(Array),
      md5: createHash('md5').update(picture).digest('hex'),
      sha1: createHash('sha1').update(picture).digest('hex'),
      sha256: createHash('sha256').update(picture).digest('hex'),
    });
    expect(await page.locator('main img, main canvas, main video').count()).toBe(0);

    await choose(await sharp(picture).rotate(90).png().toBuffer());
    await expect.poll(() => match.textContent(), patience).toContain('xoay');
    await choose(await drawing(11));
    await answer(page, 'no-match').waitFor();
    await page.locator('[data-testid=look-up-pdq][data-status=no-match]').waitFor();
    await page.locator('[data-testid=look-up-sha1][data-status=unavailable]').waitFor();
    await choose(Buffer.from('not a picture'));
    await page.getByTestId('look-up-not-opened').waitFor();

    // A pasted hash, also of the picture turned; and what is no hash.
    await page.getByTestId('look-up-hash').fill(`pdq,${formatHash(hash)}`);
    await page.getByTestId('look-up-send').click();
    await expect.poll(() => match.textContent(), patience).toContain('khác 3 trên 256 bit (PDQ)');
    await page.getByTestId('look-up-hash').fill('ab12'.repeat(10));
    await page.getByTestId('look-up-send').click();
    await answer(page, 'unavailable').waitFor();
    await expectAccessible(page, 'what cannot be compared');
    await page.getByTestId('look-up-hash').fill('xin chào');
    await page.getByTestId('look-up-send').click();
    await page.getByTestId('look-up-problem').waitFor();
    await page.getByTestId('look-up-hash').fill(formatHash(hash));
    await page.getByTestId('look-up-send').click();
    await match.getByRole('link').click();
    await page.getByTestId('content-page').waitFor();
    expect(wrongs).toEqual([]);
    await page.close();
  });

  it('a bank is removed by its typed name', async () => {
    const name = 'Ngân hàng cũ';
    const bank = await newBank(name);
    await add(bank, [[{ kind: 'md5', value: md5Of('old') }]]);
    expect(await lead.post(`/v1/banks/${bank}/remove`, { name: 'khác' })).toMatchObject({
      status: 400,
      body: { pointer: '/name' },
    });
    const { page, wrongs } = await openPage(browser);
    await signInConsole(page, stage, 'lead');
    await openBank(page, bank);
    await page.getByTestId('remove-bank').click();
    await page.getByTestId('remove-bank-name').fill('Ngân hàng');
    expect(await page.getByTestId('remove-bank-confirm').isDisabled()).toBe(true);
    await expectAccessible(page, 'removing a bank');
    await page.getByTestId('remove-bank-name').fill(name);
    await page.getByTestId('remove-bank-confirm').click();
    await page.getByTestId('banks-fresh').waitFor();
    await page.locator(`[data-testid=bank][data-name="${name}"]`).waitFor({ state: 'detached' });
    expect((await lead.get(`/v1/banks/${bank}/contents`)).status).toBe(404);
    expect(wrongs).toEqual([]);
    await page.close();
  });
});
