import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { png, trained, xmp } from '../apps/server/src/detect/provenance/sample-files.ts';
import { buildWebParts } from '../scripts/build.ts';
import { expectAccessible, openBrowser, openPage, signInConsole } from './browser.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { drained, openStage, signIn, type TestStage, until } from './stage.ts';

let postgres: PostgresServer;
let stage: TestStage;
let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), 'keben-media-'));
const known = 'ab'.repeat(16);

beforeAll(async () => {
  buildWebParts({ ifStale: true });
  postgres = await startPostgres();
  stage = await openStage({ DATABASE_URL: postgres.url });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const keben = (...words: string[]) =>
  spawnSync(process.execPath, ['apps/server/src/main.ts', ...words], {
    cwd: join(import.meta.dirname, '..'),
    encoding: 'utf8',
    env: { PATH: process.env.PATH, DATABASE_URL: postgres.url, DATA_DIR: stage.dataDir, LOG_LEVEL: 'error' },
  });

const platform = (path: string, body: BodyInit, type = 'application/json') =>
  fetch(`${stage.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.demo.platform.apiKey}`, 'content-type': type },
    body,
  });

interface CaseView {
  id: string;
  level: string;
  urgency: number;
  subject: { id: string } | null;
  cues: string[];
  generativeAi: boolean;
  generativeAiReasons: string[];
  evidence: { id: string; media: { status: string; lists: { name: string }[] }[] }[];
  referrals: { id: string; summary: { generativeAi: boolean } }[];
}

async function send(id: string, account: string, type: string, data: object): Promise<void> {
  const from = { id: account, ageBand: 'adult' };
  const to = [{ id: 'kid-1', ageBand: '13-15' }];
  const event = {
    specversion: '1.0',
    id,
    source: '/test',
    type,
    time: new Date().toISOString(),
    data: { conversation: `c-${account}`, from, to, ...data },
  };
  expect((await platform('/v1/events', JSON.stringify(event))).status).toBe(202);
  await drained(stage);
}

async function caseOf(account: string, holds: (one: CaseView) => boolean = () => true): Promise<CaseView> {
  const moderator = await signIn(stage, 'moderator');
  const found = await until(`a case about ${account}`, async () => {
    const { body } = await moderator.get<{ cases: CaseView[] }>('/v1/cases');
    return body.cases.find((one) => one.subject?.id === account && holds(one));
  });
  return (await moderator.get<CaseView>(`/v1/cases/${found.id}`)).body;
}

describe('hash lists', () => {
  it('are imported whole or not at all, and listed', () => {
    const file = join(folder, 'hashes.csv');
    writeFileSync(file, `kind,hash\nmd5,${known}\nmd5,short\n`);
    const refused = keben('hashes', 'import', file, '--list', 'Danh sách thử', '--ai-generated');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/line 3: a md5 hash has 32/);
    expect(keben('hashes', 'list').stdout).toMatch(/no hash list/);
    writeFileSync(file, `kind,hash\nmd5,${known}\n`);
    const done = keben(
      'hashes',
      'import',
      file,
      '--list',
      'Danh sách thử',
      '--source',
      'Thử',
      '--ai-generated',
    );
    expect(done.stdout, done.stderr).toMatch(/1 hashes read, 1 new/);
    // A hotline's file of confirmed requests: a line with all hashes of a picture, and where it shall be stopped.
    const line = (platform: string, digit: string) =>
      JSON.stringify({
        type: 'image',
        platforms: [platform],
        signals: [
          { kind: 'pdq', value: `${digit}0`.repeat(32), quality: 90 },
          { kind: 'md5', value: `${digit}0`.repeat(16) },
        ],
      });
    writeFileSync(file, `${line('zalo', '1')}\n${line('tiktok', '2')}\n`);
    const asked = keben('hashes', 'import', file, '--list', 'Gỡ ảnh', '--platform', 'zalo', '--replace');
    expect(asked.stdout, asked.stderr).toMatch(/1 hashes read, 1 new .*, 0 removed/);
    const listed = keben('hashes', 'list').stdout;
    expect(listed).toMatch(/Danh sách thử {2}1 md5, AI-generated/);
    expect(listed).toMatch(/Gỡ ảnh {2}(1 md5, 1 pdq|1 pdq, 1 md5) {2}from/);
  });
});

describe('a known picture', () => {
  it('is blocked before delivery; without a hash nobody claims it is fine', async () => {
    const screen = async (media: object[]) => {
      const answer = await platform(
        '/v1/screen',
        JSON.stringify({
          conversation: 'c',
          from: { id: 's', ageBand: 'adult' },
          to: [{ id: 'kid-1', ageBand: '13-15' }],
          text: '',
          media,
        }),
      );
      return (await answer.json()) as { decision: string; media: { status: string; why?: string }[] };
    };
    expect(await screen([{ type: 'image', md5: known }])).toMatchObject({
      decision: 'block',
      media: [{ status: 'match' }],
    });
    expect(await screen([{ type: 'image' }])).toMatchObject({
      decision: 'warn',
      media: [{ status: 'unavailable', why: 'no-hash', action: 'blur' }],
    });
  });

  it('opens an urgent case that carries the flag, into its referral too', async () => {
    await send('media-1', 'u-known', 'media.shared', { media: [{ type: 'image', md5: known }] });
    const opened = await caseOf('u-known');
    expect(opened).toMatchObject({
      level: 'critical',
      urgency: 1,
      cues: ['known-abuse-media'],
      generativeAi: true,
      generativeAiReasons: ['hash-list'],
      evidence: [{ media: [{ status: 'match', lists: [{ name: 'Danh sách thử' }] }] }],
    });
    const list = await fetch(`${stage.url}/v1/assessments`, {
      headers: { authorization: `Bearer ${stage.demo.platform.apiKey}` },
    });
    const { assessments } = (await list.json()) as {
      assessments: { account: string; generativeAi: boolean }[];
    };
    expect(assessments.find(({ account }) => account === 'u-known')?.generativeAi).toBe(true);

    const moderator = await signIn(stage, 'moderator');
    const { body: directory } = await moderator.get<{ organisations: { id: string; kind: string }[] }>(
      '/v1/organisations',
    );
    const referred = await moderator.post<CaseView>(`/v1/cases/${opened.id}/referrals`, {
      to: directory.organisations.find(({ kind }) => kind === 'police')?.id,
      note: 'Ảnh đã biết',
      basis: 'legal-duty',
    });
    expect(referred.body.referrals[0]?.summary.generativeAi).toBe(true);
  });
});

describe('provenance', () => {
  it('is read from a file, sent with the event, and sets the flag on the case it belongs to', async () => {
    const answer = await platform('/v1/media/provenance', new Uint8Array(png(xmp(trained))), 'image/png');
    const told = (await answer.json()) as { status: string; media: { digitalSourceType: string } };
    expect(told).toMatchObject({
      status: 'found',
      generativeAi: true,
      media: { digitalSourceType: 'trainedAlgorithmicMedia' },
    });
    const file = join(folder, 'made.png');
    writeFileSync(file, png(xmp(trained)));
    const line = JSON.parse(keben('provenance', file).stdout) as object;
    expect(line).toEqual({ file, ...told });

    // AI-made pictures alone open nothing.
    await send('ai-1', 'u-ai', 'media.shared', { media: [{ type: 'image', ...told.media }] });
    const moderator = await signIn(stage, 'moderator');
    const { body } = await moderator.get<{ cases: CaseView[] }>('/v1/cases');
    expect(body.cases.some(({ subject }) => subject?.id === 'u-ai')).toBe(false);
    // A threat to the same person opens a case, and the picture before it stands in it.
    await send('ai-2', 'u-ai', 'message.sent', {
      text: 'Đừng kể với bố mẹ nhé, gửi anh tấm ảnh riêng tư đi',
    });
    await send('ai-3', 'u-ai', 'message.sent', {
      text: 'Không chuyển tiền thì tao tung ảnh của mày cho cả lớp xem',
    });
    expect(await caseOf('u-ai')).toMatchObject({ generativeAi: true, generativeAiReasons: ['provenance'] });

    // The other order: the picture comes while the case is open.
    await send('later-1', 'u-later', 'message.sent', {
      text: 'Đừng kể với bố mẹ nhé, gửi anh tấm ảnh riêng tư đi',
    });
    await send('later-2', 'u-later', 'message.sent', {
      text: 'Không chuyển tiền thì tao tung ảnh của mày cho cả lớp xem',
    });
    expect(await caseOf('u-later')).toMatchObject({ generativeAi: false });
    await send('later-3', 'u-later', 'media.shared', { media: [{ type: 'image', ...told.media }] });
    const flagged = await caseOf('u-later', ({ generativeAi }) => generativeAi);
    expect(flagged.evidence.at(-1)?.media).toMatchObject([{ status: 'unavailable' }]);

    const reported = await platform(
      '/v1/reports',
      JSON.stringify({
        by: { id: 'kid-1', ageBand: '13-15' },
        target: { id: 'u-later', ageBand: 'adult' },
        generativeAi: true,
      }),
    );
    expect(reported.status).toBe(201);
    expect((await caseOf('u-later')).generativeAiReasons).toEqual(['provenance', 'reporter']);
  });

  it('refuses what it cannot take, in words', async () => {
    const nobody = await fetch(`${stage.url}/v1/media/provenance`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: new Uint8Array(png(xmp(trained))),
    });
    expect(nobody.status).toBe(401);
    const large = await platform('/v1/media/provenance', new Uint8Array(100_000_001), 'image/png');
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({
      code: 'too-large',
      detail: expect.stringContaining('100 MB'),
    });
    const text = await platform('/v1/media/provenance', 'hello', 'text/plain');
    expect(text.status).toBe(415);
    const other = await platform('/v1/media/provenance', 'GIF89a', 'application/octet-stream');
    expect(await other.json()).toMatchObject({ status: 'unavailable', why: 'not-supported' });
    const bad = await platform(
      '/v1/events',
      JSON.stringify({
        specversion: '1.0',
        id: 'bad',
        source: '/test',
        type: 'media.shared',
        time: new Date().toISOString(),
        data: {
          conversation: 'c',
          from: { id: 'a', ageBand: 'adult' },
          to: [{ id: 'b', ageBand: '13-15' }],
          media: [{ type: 'image', digitalSourceType: 'madeUp' }],
        },
      }),
    );
    expect(await bad.json()).toMatchObject({
      code: 'no-valid-event',
      detail: expect.stringContaining('trainedAlgorithmicMedia'),
    });
  });
});

describe('the console', () => {
  it.each([
    ['vi', 360],
    ['en', 360],
    ['vi', 1280],
    ['en', 1280],
  ] as const)('shows the flag and what was found (%s, %i px)', async (lang, width) => {
    const { page, context, wrongs } = await openPage(browser, { viewport: { width, height: 800 } });
    await signInConsole(page, stage, 'moderator', lang);
    const row = page.locator('[data-testid=case-row][data-subject=u-known]');
    await row.getByTestId('generative-ai').waitFor();
    await expectAccessible(page, 'queue with the flag');
    await row.click();
    const media = page.locator('[data-testid=media] [data-status=match]');
    await media.waitFor();
    // Words only: no picture, no address to open.
    expect(await page.locator('main img, main video, main [href^=http]').count()).toBe(0);
    const match = media.locator('[data-testid=media-match][data-now=confirmed]');
    await match.waitFor();
    for (const told of ['Danh sách thử', lang === 'vi' ? 'Nguồn: Thử' : 'Source: Thử']) {
      expect(await match.textContent()).toContain(told);
    }
    expect(await page.getByTestId('media-compared').first().textContent()).toContain('Danh sách thử');
    await page.getByTestId('generative-ai').first().waitFor();
    await expectAccessible(page, 'case with the flag');
    if (process.env.SHOTS) {
      await page.screenshot({ path: join(process.env.SHOTS, `media-${lang}-${width}.png`), fullPage: true });
    }
    await context.close();

    const police = await openPage(browser, { viewport: { width, height: 800 } });
    await signInConsole(police.page, stage, 'police-liaison', lang);
    await police.page.goto(`${stage.url}/console/referrals`);
    await police.page.getByTestId('referral-row').first().click();
    await police.page.getByTestId('generative-ai').waitFor();
    await expectAccessible(police.page, 'referral with the flag');
    expect([...wrongs, ...police.wrongs]).toEqual([]);
    await police.context.close();
  });

  it('shows how a match stands now, beside how it stood when it was found', async () => {
    const lead = await signIn(stage, 'lead');
    const { body: list } = await lead.get<{ banks: { id: string; name: string }[] }>('/v1/banks');
    const bank = list.banks.find(({ name }) => name === 'Danh sách thử');
    const { body: held } = await lead.get<{ contents: { id: number }[] }>(`/v1/banks/${bank?.id}/contents`);
    const step = { step: 'dispute', reason: 'có thể là ảnh gia đình' };
    expect((await lead.post(`/v1/banks/contents/${held.contents[0]?.id}/steps`, step)).status).toBe(200);
    const { page, context, wrongs } = await openPage(browser);
    await signInConsole(page, stage, 'moderator', 'vi');
    await page.locator('[data-testid=case-row][data-subject=u-known]').click();
    const match = page.locator('[data-testid=media-match][data-now=disputed]');
    await match.waitFor();
    const text = await match.textContent();
    for (const told of [
      'đang bị nghi ngờ',
      'Phạm Thu Hà',
      step.reason,
      'Lúc tìm thấy: đã có người xác nhận',
    ]) {
      expect(text).toContain(told);
    }
    await expectAccessible(page, 'a match that is disputed by now');
    expect(wrongs).toEqual([]);
    await context.close();
  });

  it('a reporter without a name can say it too', async () => {
    const { page, context, wrongs } = await openPage(browser);
    await page.goto(`${stage.url}/help/`);
    await page.locator('#text').fill('Có người ghép mặt mình vào ảnh');
    await page.locator('input[name=generativeAi]').check();
    await page.locator('#send').click();
    await page.locator('#done').waitFor({ timeout: 60_000 });
    const counsellor = await signIn(stage, 'counsellor');
    const { body } = await counsellor.get<{ cases: CaseView[] }>('/v1/cases');
    expect(body.cases[0]).toMatchObject({ generativeAi: true, generativeAiReasons: ['reporter'] });
    expect(wrongs).toEqual([]);
    await context.close();
  });
});
