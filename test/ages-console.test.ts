import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { expectAccessible, openBrowserStage, openPage, signInConsole } from './browser.ts';
import { askPlatform, drained, signIn } from './stage.ts';

const { stage, browser, close } = await openBrowserStage();
afterAll(close);

let sent = 0;
async function send(...events: { type: string; data: unknown }[]): Promise<void> {
  const answer = await platform('POST', '/v1/events', [
    ...events.map((event) => ({
      specversion: '1.0',
      id: `ages-${sent++}`,
      source: '/test',
      time: new Date().toISOString(),
      ...event,
    })),
  ]);
  expect(answer.body).toMatchObject({ accepted: events.length });
  await drained(stage);
}
const tell = (id: string, ageBand: string, assurance = 'declared') => ({
  type: 'account.updated',
  data: { account: { id, ageBand, assurance } },
});

async function platform(method: string, path: string, body?: unknown) {
  const answer = await askPlatform(stage, method, path, body);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** May this account look at sensitive content? */
async function mayLook(account: string): Promise<unknown> {
  const { body } = await platform('POST', '/v1/decisions', {
    subject: { id: account },
    action: 'content.view',
    resource: { type: 'content', id: 'c-1', properties: { sensitive: true } },
  });
  return body.decision;
}

const claim = (page: Page, account: string) =>
  page.locator(`[data-testid=age-claim][data-account="${account}"]`);

async function decide(page: Page, account: string, outcome: 'confirm' | 'refuse', note: string) {
  await claim(page, account).getByTestId(`age-${outcome}`).click();
  expect(await page.getByTestId('age-decide').isDisabled()).toBe(true);
  await page.getByTestId('age-note').fill(note);
  await expectAccessible(page, `${outcome} a claim`);
  await page.getByTestId('age-decide').click();
  await claim(page, account).waitFor({ state: 'detached' });
}

describe('ages in doubt', () => {
  it('an account says it turned 18 → list → refused: protected as before; confirmed: the decision changes', async () => {
    const { page, context, wrongs } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await signInConsole(page, stage, 'moderator');
    await page.getByTestId('nav-ages').click();
    await page.getByTestId('ages-empty').waitFor();
    expect(await page.getByTestId('ages-waiting').count()).toBe(0);
    await expectAccessible(page, 'no age in doubt');

    await send(
      tell('be-an', '16-17'),
      tell('ban-binh', '16-17'),
      tell('chu-canh', 'adult'),
      tell('em-dung', '13-15'),
      {
        type: 'contact.accepted',
        data: { from: { id: 'chu-canh', ageBand: 'adult' }, to: { id: 'em-dung', ageBand: '13-15' } },
      },
    );
    const before = await mayLook('be-an');
    expect(before).not.toBe('allow');
    await send(tell('be-an', '18-24'), tell('ban-binh', '18-24'), tell('chu-canh', '16-17'));
    // Open consoles hear of it without loading anew.
    await page.getByTestId('ages-waiting').getByText('3', { exact: true }).waitFor();
    // The grown account that says it is young and knows a minor comes first.
    const first = page.getByTestId('age-claim').first();
    expect(await first.getAttribute('data-account')).toBe('chu-canh');
    await first.getByTestId('age-first').waitFor();
    await expectAccessible(page, 'ages in doubt');
    expect(await mayLook('be-an')).toBe(before);

    await decide(page, 'be-an', 'refuse', 'Chưa có giấy tờ');
    expect(await mayLook('be-an')).toBe(before);
    expect((await platform('GET', '/v1/accounts/be-an/age')).body).toMatchObject({
      ageBand: '16-17',
      minor: true,
      grown: false,
      inDoubt: false,
      claims: [],
    });
    await decide(page, 'ban-binh', 'confirm', 'Đã xem giấy tờ');
    expect(await mayLook('ban-binh')).toBe('allow');
    expect((await platform('GET', '/v1/accounts/ban-binh/age')).body).toMatchObject({
      ageBand: '18-24',
      assurance: 'verified',
      minor: false,
    });
    await decide(page, 'chu-canh', 'refuse', 'Hồ sơ cho thấy là người lớn');
    expect((await platform('GET', '/v1/accounts/chu-canh/age')).body).toMatchObject({
      ageBand: 'adult',
      minor: false,
      grown: true,
    });
    await page.getByTestId('ages-empty').waitFor();
    // The platform goes on saying 18–24 with every update of the profile: nobody is asked again.
    await send(tell('be-an', '18-24'));
    expect((await platform('GET', '/v1/accounts/be-an/age')).body).toMatchObject({
      ageBand: '16-17',
      claims: [],
    });

    await page.getByTestId('ages-state').getByText('Đã xong').click();
    await claim(page, 'ban-binh').getByText('Đã xem giấy tờ').waitFor();
    await expectAccessible(page, 'closed claims');
    expect(wrongs).toEqual([]);
    await context.close();
  });

  it('at 360 px, in English', async () => {
    await send(tell('ban-en', '13-15'), tell('ban-en', 'adult'));
    const { page, context, wrongs } = await openPage(browser);
    await signInConsole(page, stage, 'lead', 'en');
    await page.getByTestId('nav-ages').click();
    await claim(page, 'ban-en').getByText('Says it is older').waitFor();
    await expectAccessible(page, 'ages in doubt, 360');
    await claim(page, 'ban-en').getByTestId('age-confirm').click();
    await page.getByTestId('age-note').fill('School letter');
    await expectAccessible(page, 'confirm, 360');
    expect(wrongs).toEqual([]);
    await context.close();
  });

  it('who is no platform’s staff, and who gives no reason, is refused; a platform tells ages beside the events', async () => {
    const police = await signIn(stage, 'police-liaison');
    expect((await police.get('/v1/age-claims')).status).toBe(403);
    const moderator = await signIn(stage, 'moderator');
    const { body } = await moderator.get<{ claims: { id: string; account: string }[] }>('/v1/age-claims');
    const path = `/v1/age-claims/${body.claims.find(({ account }) => account === 'ban-en')?.id}/decision`;
    for (const wrong of [{}, { outcome: 'confirm', note: ' ' }, { outcome: 'later', note: 'x' }])
      expect(await moderator.post(path, wrong)).toMatchObject({
        status: 400,
        body: { code: 'invalid-request' },
      });

    const told = await platform('PUT', '/v1/accounts/ban-en/age', {
      ageBand: 'adult',
      assurance: 'verified',
    });
    expect(told.body).toMatchObject({ ageBand: 'adult', inDoubt: false, claims: [], minor: false });
    expect(await moderator.post(path, { outcome: 'refuse', note: 'Muộn rồi' })).toMatchObject({
      status: 409,
      body: { code: 'state-conflict' },
    });
    expect(
      await platform('PUT', '/v1/accounts/ban-en/age', { ageBand: '99', assurance: 'verified' }),
    ).toMatchObject({ status: 400, body: { pointer: '/ageBand' } });
  });
});
