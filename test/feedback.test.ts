import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWebParts } from '../scripts/build.ts';
import { expectAccessible, openBrowser, openPage, signInConsole } from './browser.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { drained, openStage, signIn, type TestStage, until } from './stage.ts';

let postgres: PostgresServer;
let stage: TestStage;
let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), 'keben-feedback-'));

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

interface CaseView {
  id: string;
  state: string;
  subject: { id: string } | null;
  evidence: { id: string; eventId: string; cues: string[]; wrong: string[] }[];
}
interface Row {
  id: string;
  confirmed: number;
  dismissed: number;
  precision: { value: number } | null;
}

const threat = 'Không chuyển tiền thì tao tung ảnh của mày cho cả lớp xem';

/** An adult stranger threatens a young person; resolves with the case that detection opened. */
async function threatened(account: string): Promise<CaseView> {
  const event = (n: number, text: string) => ({
    specversion: '1.0',
    id: `${account}-${n}`,
    source: '/test',
    type: 'message.sent',
    time: new Date(Date.UTC(2026, 10, 24, 8, n)).toISOString(),
    data: {
      conversation: `c-${account}`,
      from: { id: account, ageBand: 'adult' },
      to: [{ id: 'kid-1', ageBand: '13-15' }],
      text,
      relationship: 'stranger',
    },
  });
  const answer = await fetch(`${stage.url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.demo.platform.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify([event(1, 'Đừng kể với bố mẹ nhé, gửi anh tấm ảnh riêng tư đi'), event(2, threat)]),
  });
  expect(answer.status).toBe(202);
  await drained(stage);
  const lead = await signIn(stage, 'lead');
  const found = await until(`a case about ${account}`, async () => {
    const { body } = await lead.get<{ cases: CaseView[] }>('/v1/cases');
    return body.cases.find(({ subject }) => subject?.id === account);
  });
  return (await lead.get<CaseView>(`/v1/cases/${found.id}`)).body;
}

describe('what responders decide comes back', () => {
  it('as labels, a report, a page and an export', async () => {
    const lead = await signIn(stage, 'lead');
    const harmful = await threatened('u-harm');
    const joking = await threatened('u-joke');

    // The dialog: the reasons follow the outcome; a cue of an opened message is marked wrong.
    const desk = await openPage(browser);
    await signInConsole(desk.page, stage, 'moderator');
    await desk.page.goto(`${stage.url}/console/cases/${joking.id}`);
    await desk.page.getByTestId('reveal').first().click();
    await desk.page.getByTestId('mark').first().click();
    await desk.page.locator('.cue.wrong').first().waitFor();
    await expectAccessible(desk.page, 'a marked cue');
    await desk.page.getByTestId('close').click();
    await desk.page.getByTestId('close-outcome').click();
    await desk.page.getByRole('option', { name: 'Không có vấn đề' }).click();
    await desk.page.getByTestId('close-reason').click();
    await desk.page.getByRole('option', { name: /vô hại/ }).click();
    await desk.page.getByTestId('close-text').fill('Bạn bè diễn kịch');
    await desk.page.getByTestId('close-confirm').click();
    await desk.page.getByTestId('reopen').waitFor();
    expect(desk.wrongs).toEqual([]);
    await desk.context.close();

    const wrong = await lead.post(`/v1/cases/${harmful.id}/close`, {
      outcome: 'confirmed',
      reason: 'misread',
      note: 'x',
    });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid-request', pointer: '/reason' } });
    const closed = await lead.post<CaseView>(`/v1/cases/${harmful.id}/close`, {
      outcome: 'confirmed',
      reason: 'attempt',
      note: 'Đã chặn',
    });
    expect(closed.body.state).toBe('closed');

    const { body: report } = await lead.get<{ detected: Row; cues: Row[]; rules: Row[] }>('/v1/feedback');
    expect(report.detected).toMatchObject({ confirmed: 1, dismissed: 1, precision: { value: 0.5 } });
    expect(report.rules.length).toBeGreaterThan(0);
    expect(report.rules[0]).toMatchObject({ confirmed: 1, dismissed: 1 });
    expect(report.cues.find(({ id }) => id === 'threat-to-share')).toMatchObject({
      confirmed: 1,
      dismissed: 1,
    });
    const moderator = await signIn(stage, 'moderator');
    expect((await moderator.get('/v1/feedback')).status).toBe(403);
    expect((await moderator.get<CaseView>(`/v1/cases/${joking.id}`)).body.evidence[0]?.wrong).toHaveLength(1);
  });

  it.each([
    ['vi', 360],
    ['en', 360],
    ['vi', 1280],
    ['en', 1280],
  ] as const)('on a page that everybody can read (%s, %i px)', async (lang, width) => {
    const { page, context, wrongs } = await openPage(browser, { viewport: { width, height: 800 } });
    await signInConsole(page, stage, 'lead', lang);
    await page.goto(`${stage.url}/console/feedback`);
    await page.getByTestId('precision-cues').waitFor();
    expect(await page.getByTestId('precision-cues').locator('tbody tr').count()).toBeGreaterThan(1);
    expect(await page.locator('[data-rows] svg').isVisible()).toBe(true);
    await page.locator('summary').first().click();
    await expectAccessible(page, 'feedback');
    if (process.env.SHOTS) {
      await page.screenshot({
        path: join(process.env.SHOTS, `feedback-${lang}-${width}.png`),
        fullPage: true,
      });
    }
    expect(wrongs).toEqual([]);
    await context.close();
  });

  it('as a file for training that only its owner reads', () => {
    const keben = (out: string) =>
      spawnSync(process.execPath, ['apps/server/src/main.ts', 'labels', 'export', '--out', out], {
        cwd: join(import.meta.dirname, '..'),
        encoding: 'utf8',
        env: {
          PATH: process.env.PATH,
          DATABASE_URL: postgres.url,
          DATA_DIR: stage.dataDir,
          LOG_LEVEL: 'error',
        },
      });
    const out = join(folder, 'labels.ndjson');
    const ran = keben(out);
    expect(ran.status, ran.stderr).toBe(0);
    expect(ran.stderr).toMatch(/opened and written/);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const lines = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as { text: string; cues: Record<string, 0 | 1>; outcome: string; at: string },
      );
    const threats = lines.filter(({ text }) => text === threat);
    expect(threats.map(({ outcome, cues }) => [outcome, cues['threat-to-share']]).sort()).toEqual([
      ['confirmed', 1],
      ['dismissed', 0],
    ]);
    const there = join(folder, 'there.ndjson');
    writeFileSync(there, 'kept');
    const refused = keben(there);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toMatch(/is there already/);
    expect(readFileSync(there, 'utf8')).toBe('kept');
  });
});
