import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { rows } from '../apps/server/src/base/database.ts';
import { buildWebParts } from '../scripts/build.ts';
import { expectAccessible, openBrowser, openPage, signInConsole } from './browser.ts';
import { startPostgres } from './postgres.ts';
import { openStage, signIn } from './stage.ts';

// One stage on a real Postgres server for both: what a device sends, and what a responder sees.
buildWebParts({ ifStale: true });
const postgres = await startPostgres();
const stage = await openStage({ DATABASE_URL: postgres.url });
const browser = await openBrowser();
afterAll(async () => {
  await browser.close();
  await stage.close();
  await postgres.stop();
});

interface Told {
  status: number;
  cache: string | null;
  body: Record<string, unknown>;
}

async function call(path: string, body?: unknown): Promise<Told> {
  const answer = await fetch(`${stage.url}${path}`, {
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    cache: answer.headers.get('cache-control'),
    body: (await answer.json()) as Record<string, unknown>,
  };
}

/** A solved puzzle, as the portal does it. */
async function proof(): Promise<{ challenge: string; nonce: string }> {
  const { body } = await call('/v1/anonymous/channel');
  const { challenge, bits } = body.pow as { challenge: string; bits: number };
  for (let n = 0; ; n++) {
    const digest = createHash('sha256').update(`${challenge}:${n}`).digest();
    if (Math.clz32(digest.readUInt32BE(0)) >= bits) return { challenge, nonce: String(n) };
  }
}

/** Hashes with as many bits set as those of pictures. */
const hashOf = (picture: string) => {
  const half = createHash('sha256').update(picture).digest().subarray(0, 16);
  return half.toString('hex') + Buffer.from(half.map((byte) => ~byte)).toString('hex');
};
const input = (ageBand: string, picture: string) => ({
  language: 'vi',
  ageBand,
  platforms: ['zalo', 'tiktok'],
  items: [
    { type: 'image', pdq: { hash: hashOf(picture), quality: 90 } },
    { type: 'video', frames: [{ hash: hashOf(`${picture} film`), quality: 70, seconds: 0 }] },
  ],
});
type Opener = { caseNumber: string; pin: string };
const openerOf = ({ caseNumber, pin }: Told['body']): Opener => ({
  caseNumber: String(caseNumber),
  pin: String(pin),
});
async function ask(ageBand: string, picture: string): Promise<Opener> {
  const { status, body } = await call('/v1/removals', { ...input(ageBand, picture), proof: await proof() });
  expect(status).toBe(201);
  return openerOf(body);
}
const status = (opener: Opener) => call('/v1/removals/status', opener);

/** Live signals of a hash in the banks of whatever organisation. */
const known = (hash: string) =>
  stage.running.services.database.transaction('system', async (tx) => {
    const found = await rows(tx, sql`select from bank_signal where value = ${hash} and live`);
    return found.length;
  });

const row = (page: Page, { caseNumber }: Opener) =>
  page.locator(`[data-testid=removal][data-number="${caseNumber}"]`);
const detailIn = (page: Page, state: string) =>
  page.locator(`[data-testid=removal-detail][data-state=${state}]`).waitFor();

describe('requests to take pictures down, from the device to the console', () => {
  it('takes hashes for a solved puzzle, tells a number and a PIN once, and keeps nothing in caches', async () => {
    const list = await call('/v1/removals/platforms');
    expect(list.body).toContainEqual({ id: 'zalo', name: 'Zalo' });
    const spent = await proof();
    const made = await call('/v1/removals', { ...input('unknown', 'first'), proof: spent });
    expect(made).toMatchObject({ status: 201, cache: 'no-store' });
    expect(made.body).toEqual({
      caseNumber: expect.stringMatching(/^\d{10}$/),
      pin: expect.stringMatching(/^\d{6}$/),
    });
    expect(await call('/v1/removals', { ...input('unknown', 'first'), proof: spent })).toMatchObject({
      status: 400,
      body: { code: 'invalid-proof-of-work', pointer: '/proof' },
    });
    expect(
      await call('/v1/removals', { ...input('unknown', 'x'), platforms: ['zalo', 'nowhere'], proof: spent }),
    ).toMatchObject({ status: 400, body: { code: 'invalid-request', pointer: '/platforms/1' } });
    const opener = openerOf(made.body);
    expect(await status(opener)).toMatchObject({
      status: 200,
      cache: 'no-store',
      body: { state: 'received', items: 2, platforms: ['Zalo', 'TikTok'], matches: 0 },
    });
    const wrongPin = await status({ ...opener, pin: opener.pin === '000000' ? '000001' : '000000' });
    const wrongNumber = await status({ ...opener, caseNumber: '0000000000' });
    expect(wrongPin.status).toBe(404);
    const { instance: _, ...told } = wrongPin.body;
    expect(wrongNumber).toMatchObject({ status: 404, cache: 'no-store', body: told });
    expect(await known(hashOf('first'))).toBe(1);
    expect(await call('/v1/removals/withdraw', opener)).toMatchObject({ body: { state: 'withdrawn' } });
    expect(await call('/v1/removals/withdraw', opener)).toMatchObject({ status: 200 });
    expect(await known(hashOf('first'))).toBe(0);
  });

  it('is seen by a responder the youngest first, and decided; the young person learns of it', async () => {
    const older = await ask('16-17', 'older');
    const { page, context, wrongs } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await signInConsole(page, stage, 'counsellor');
    await page.getByTestId('nav-removals').click();
    await row(page, older).waitFor();
    // Comes while the page is open.
    const young = await ask('under-13', 'young');
    await row(page, young).getByTestId('removal-first').waitFor();
    expect(await page.getByTestId('removal').first().getAttribute('data-number')).toBe(young.caseNumber);
    expect(await page.getByTestId('removals-waiting').textContent()).toBe('2');
    await expectAccessible(page, 'requests');

    await row(page, young).click();
    await detailIn(page, 'received');
    expect(await page.getByTestId('removal-contents').textContent()).toBe('2');
    await expectAccessible(page, 'a request');
    expect(await page.content()).not.toContain(hashOf('young'));
    await page.getByTestId('removal-confirm').click();
    await detailIn(page, 'confirmed');
    expect(await status(young)).toMatchObject({ body: { state: 'confirmed' } });
    // The young person withdraws while the responder looks.
    await call('/v1/removals/withdraw', young);
    await detailIn(page, 'withdrawn');
    expect(await page.getByTestId('removal-contents').textContent()).toBe('0');
    expect(await page.getByTestId('removal-history').locator('li').count()).toBe(3);

    // The content in the bank leads back to its request.
    await page.getByTestId('nav-banks').click();
    await page.getByTestId('bank').filter({ hasText: 'Yêu cầu gỡ ảnh' }).getByRole('link').click();
    await page.getByTestId('content').first().getByRole('link').click();
    await page.getByTestId('request-behind').click();
    await detailIn(page, 'received');

    await page.getByTestId('nav-removals').click();
    await row(page, older).click();
    const texts = page.locator('dl.reads dd');
    await texts.last().waitFor();
    expect(await texts.count()).toBe(4);
    await page.getByTestId('removal-decline').click();
    await expectAccessible(page, 'declining');
    await page.getByTestId('removal-decline-confirm').click();
    await detailIn(page, 'declined');
    expect(await status(older)).toMatchObject({
      body: {
        state: 'declined',
        reason: { vi: expect.stringContaining('chưa hiểu rõ'), en: expect.any(String) },
      },
    });
    expect(await known(hashOf('older'))).toBe(0);
    expect(wrongs).toEqual([]);
    await context.close();
  });

  it('fits a phone, in English too', async () => {
    const { page, context } = await openPage(browser);
    const opener = await ask('13-15', 'phone');
    await signInConsole(page, stage, 'counsellor', 'en');
    await page.goto(`${stage.url}/console/removals`);
    await row(page, opener).waitFor();
    await expectAccessible(page, 'requests on a phone');
    await row(page, opener).click();
    await detailIn(page, 'received');
    await expectAccessible(page, 'a request on a phone');
    await context.close();
  });

  it('shows other organisations nothing, and hands hashes to leads alone, with a line in the audit log', async () => {
    const opener = await ask('13-15', 'apart');
    const counsellor = await signIn(stage, 'counsellor');
    const lead = await signIn(stage, 'lead');
    type List = { removals: { id: string; caseNumber: string }[] };
    const { body } = await counsellor.get<List>('/v1/removals');
    const own = body.removals.find(({ caseNumber }) => caseNumber === opener.caseNumber);
    expect((await lead.get<List>('/v1/removals')).body).toMatchObject({ removals: [], waiting: 0 });
    expect((await lead.get(`/v1/removals/${own?.id}`)).status).toBe(404);
    expect((await lead.post(`/v1/removals/${own?.id}/confirm`)).status).toBe(404);
    expect((await counsellor.get('/v1/removals/export')).status).toBe(403);
    const exported = await fetch(`${stage.url}/v1/removals/export`, { headers: { cookie: lead.cookie } });
    expect([exported.status, exported.headers.get('content-type'), await exported.text()]).toEqual([
      200,
      'application/x-ndjson',
      '',
    ]);
    const audited = await stage.running.services.database.transaction('system', (tx) =>
      rows(tx, sql`select from audit where action = 'removals.exported'`),
    );
    expect(audited).toHaveLength(1);
  });
});
