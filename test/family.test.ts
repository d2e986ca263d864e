import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWebParts } from '../scripts/build.ts';
import { expectAccessible, openBrowser, openPage, signInConsole } from './browser.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { askPlatform, drained, openStage, signIn, type TestStage } from './stage.ts';

interface Supervisor {
  id: string;
  number: string;
  state: string;
  view: { wishes: { setting: string }[]; time: { minutes: number }[]; contacts: unknown[] } | null;
}

describe.each(['embedded', 'postgres'] as const)('a family on %s', (kind) => {
  let postgres: PostgresServer | undefined;
  let stage: TestStage;
  let browser: Browser;
  let n = 0;

  beforeAll(async () => {
    buildWebParts({ ifStale: true });
    if (kind === 'postgres') postgres = await startPostgres();
    stage = await openStage(postgres ? { DATABASE_URL: postgres.url } : {});
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
    await postgres?.stop();
  });

  async function platform<T>(method: string, path: string, body?: unknown) {
    const response = await askPlatform(stage, method, path, body);
    return { status: response.status, body: (await response.json()) as T };
  }
  const event = (type: string, data: unknown) => ({
    specversion: '1.0',
    id: `family-${++n}`,
    source: '/family',
    type,
    time: new Date().toISOString(),
    data,
  });
  async function register(id: string, ageBand = '13-15'): Promise<void> {
    await platform('POST', '/v1/events', [
      event('account.registered', { account: { id, ageBand, assurance: 'parent' } }),
    ]);
    await drained(stage);
  }
  const supervisors = async (id: string) =>
    (await platform<{ supervisors: Supervisor[] }>('GET', `/v1/accounts/${id}/supervision`)).body.supervisors;
  const held = async (id: string, setting: string) =>
    (await platform<{ settings: Record<string, { value: unknown }> }>('GET', `/v1/accounts/${id}/settings`))
      .body.settings[setting]?.value;
  /** May a stranger of the same age write to the account? `limit`: as a request. */
  const peerMayWrite = async (id: string) =>
    (
      await platform<{ decision: string }>('POST', '/v1/decisions', {
        subject: { id: 'a-peer', ageBand: '13-15' },
        action: 'message.send',
        resource: { type: 'account', id },
      })
    ).body.decision;

  /** A parent redeems a code by HTTP; gives the cookie. */
  async function parentOf(code: string, key = ''): Promise<{ status: number; cookie: string; text: string }> {
    const response = await fetch(`${stage.url}/v1/family/accept`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ lang: 'en', code, key }),
    });
    const cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    return { status: response.status, cookie, text: await response.text() };
  }
  const home = async (cookie: string) =>
    (await fetch(`${stage.url}/v1/family/?lang=en`, { headers: { cookie }, redirect: 'manual' })).text();
  const act = (cookie: string, path: string, fields: Record<string, string> = {}) =>
    fetch(`${stage.url}/v1/family/${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ lang: 'en', ...fields }),
    });
  async function invite(id: string, label = 'Mẹ') {
    const { body } = await platform<{ id: string; code: string; number: string }>(
      'POST',
      `/v1/accounts/${id}/supervision/invitations`,
      { label, young: 'Mây' },
    );
    return body;
  }
  async function supervised(id: string, label = 'Mẹ') {
    const made = await invite(id, label);
    const parent = await parentOf(made.code);
    expect(parent.status).toBe(201);
    await platform('POST', `/v1/accounts/${id}/supervision/${made.id}/agree`);
    const key = /id="family-key">([\d ]{19})/.exec(parent.text)?.[1] ?? '';
    return { ...made, cookie: parent.cookie, key };
  }

  // Without JavaScript the parent's side is the same: forms and links.
  it.each([true, false])(
    'code → accepted → agreed → wish → approved → withdrawn; JavaScript: %s',
    async (js) => {
      const young = await openPage(browser);
      const parent = await openPage(browser, { javaScriptEnabled: js });
      const phone = await openFamilySheet(young.page, stage);
      await expectAccessible(young.page, 'who looks after me');
      await phone.getByTestId('invite-label').fill('Mẹ');
      await phone.getByTestId('make-code').click();
      const code = (await phone.getByTestId('code').textContent()) ?? '';
      expect(code).toMatch(/^[A-Z0-9]{5}-[A-Z0-9]{5}$/);

      const { page } = parent;
      await page.goto(`${stage.url}/family/`);
      if (js) await expectAccessible(page, 'family');
      await page.locator('#code').fill(code.toLowerCase());
      await page.locator('#open-code').click();
      await page.getByText('Đúng những gì bạn thấy, không thiếu gì.').waitFor();
      if (js) await expectAccessible(page, 'the offer');
      await page.locator('#accept').click();
      const key = (await page.locator('#family-key').textContent()) ?? '';
      expect(key).toMatch(/^\d{4} \d{4} \d{4} \d{4}$/);
      if (js) await expectAccessible(page, 'the key');
      await page.locator('#continue').click();
      await page.locator('[data-state=accepted]').waitFor();
      expect(await page.locator('[data-setting]').count()).toBe(0);

      await phone.getByTestId('agree').click();
      await phone.locator('[data-state=active]').waitFor();
      await phone.getByTestId('tab-mine').click();
      const card = phone.locator('[data-setting=messagesFrom]');
      await card.getByTestId('change').click();
      await card.getByRole('combobox').selectOption('peers');
      await card.getByTestId('save').click();
      await card.locator('[data-outcome=waits-for-parent]').waitFor();
      await expectAccessible(young.page, 'my settings');

      await page.reload();
      await page.locator('[data-state=active]').waitFor();
      if (js) await expectAccessible(page, 'the family page');
      await page.locator('[data-wish=messagesFrom]').getByRole('button', { name: 'Đồng ý' }).click();
      await page
        .locator('[data-setting=messagesFrom] .value')
        .filter({ hasText: 'bạn cùng lứa' })
        .waitFor({ state: 'attached' });
      // A decision of the parent's own.
      await page.locator('[data-subject=time] > summary').click();
      const quiet = page.locator('[data-setting=quietHours]');
      await quiet.locator('summary').click();
      await quiet.getByRole('combobox').selectOption('21:00-07:00');
      await quiet.getByRole('button').click();
      await quiet.locator('.value').filter({ hasText: '21:00 – 07:00' }).waitFor({ state: 'attached' });
      const account = await accountOf(young.page);
      expect(await held(account, 'messagesFrom')).toBe('peers');
      expect(await held(account, 'quietHours')).toBe('21:00-07:00');
      expect(await peerMayWrite(account)).toBe('limit');

      // Signed out and in again with the key.
      await page.locator('#sign-out').click();
      await page.locator('#key').fill(key);
      await page.locator('#use-key').click();
      await page.locator('[data-state=active]').waitFor();

      await phone.getByTestId('tab-family').click();
      await phone.getByTestId('end').click();
      await phone.locator('[data-state=over]').waitFor();
      expect(await held(account, 'messagesFrom')).toBe('contacts');
      expect(await held(account, 'quietHours')).toBe('22:00-07:00');
      expect(await peerMayWrite(account)).toBe('deny');
      await page.reload();
      await page.locator('[data-state=over]').waitFor();
      expect(await page.locator('[data-setting], [data-wish]').count()).toBe(0);
      if (js) await expectAccessible(page, 'a connection that is over');
      expect([...young.wrongs, ...parent.wrongs]).toEqual([]);
      await young.context.close();
      await parent.context.close();
    },
  );

  it('a pause by the helpline hides everything, in the words of any other end, until it is lifted', async () => {
    await register('paused-kid');
    const mother = await supervised('paused-kid');
    const ended = await (async () => {
      await register('ended-kid');
      const other = await supervised('ended-kid');
      await platform('POST', `/v1/accounts/ended-kid/supervision/${other.id}/end`);
      return home(other.cookie);
    })();
    await act(mother.cookie, `${mother.id}/decide`, { setting: 'mentionsFrom', value: 'everyone' });
    expect(await held('paused-kid', 'mentionsFrom')).toBe('everyone');

    const counsellor = await signIn(stage, 'counsellor');
    const order = (account: string) => ({
      platform: stage.demo.platform.organisation,
      account,
      basis: 'helpline',
      reference: 'HS 2026-11',
    });
    const placed = await counsellor.post<{ id: string; placedAt: string }>(
      '/v1/supervision/suspensions',
      order('paused-kid'),
    );
    const nobody = await counsellor.post<object>('/v1/supervision/suspensions', order('no-such-account'));
    expect([placed.status, nobody.status]).toEqual([201, 201]);
    expect(Object.keys(nobody.body)).toEqual(Object.keys(placed.body));
    const listed = await counsellor.get<{ suspensions: { account: string; supervision: null }[] }>(
      '/v1/supervision/suspensions',
    );
    expect(listed.body.suspensions.map(({ supervision }) => supervision)).toEqual([null, null]);
    expect((await counsellor.get('/v1/supervision/supervisors?account=paused-kid')).status).toBe(403);

    expect(await home(mother.cookie)).toBe(ended);
    expect(await held('paused-kid', 'mentionsFrom')).toBe('contacts');
    const answer = await act(mother.cookie, `${mother.id}/decide`, {
      setting: 'mentionsFrom',
      value: 'everyone',
    });
    expect(answer.status).toBe(409);
    expect((await supervisors('paused-kid'))[0]).toMatchObject({ state: 'over', view: null });
    // Neither by the old key nor by a new one.
    for (const key of [mother.key, ''])
      expect((await parentOf((await invite('paused-kid')).code, key)).status).toBe(404);

    const moderator = await signIn(stage, 'moderator');
    expect((await moderator.post('/v1/supervision/suspensions', { account: 'x' })).status).toBe(400);
    expect(
      (await moderator.post('/v1/supervision/suspensions', { account: 'x', basis: 'court', reference: '1' }))
        .status,
    ).toBe(403);
    const lead = await signIn(stage, 'lead');
    expect((await lead.post(`/v1/supervision/suspensions/${placed.body.id}/lift`)).status).toBe(404);
    const seen = await lead.get<{ supervisors: { number: string; label: string; state: string }[] }>(
      '/v1/supervision/supervisors?account=paused-kid',
    );
    expect(seen.body.supervisors[0]).toMatchObject({ number: mother.number, label: 'Mẹ', state: 'paused' });
    expect((await counsellor.post(`/v1/supervision/suspensions/${placed.body.id}/lift`)).status).toBe(200);
    expect((await supervisors('paused-kid'))[0]).toMatchObject({ state: 'accepted', view: null });
    expect(await held('paused-kid', 'mentionsFrom')).toBe('contacts');
  });

  it('staff of the platform see who supervises and suspend one in the console', async () => {
    await register('console-kid');
    const father = await supervised('console-kid', 'Bố');
    const { page, context, wrongs } = await openPage(browser);
    await signInConsole(page, stage, 'lead');
    await page.getByTestId('nav-families').click();
    await page.getByTestId('family-account').fill('console-kid');
    await page.getByTestId('family-look').click();
    await page.locator('[data-testid=family-supervisors] [data-state=active]').getByText('Bố').waitFor();
    await page.getByTestId('family-one').click();
    await page.getByTestId('family-number').fill(father.number);
    await page.getByTestId('family-reference').fill('TA 7/2026');
    await expectAccessible(page, 'suspending a supervisor');
    await page.getByTestId('family-suspend').click();
    await page.getByTestId('family-done').waitFor();
    await page.locator('[data-testid=family-supervisors] [data-state=paused]').waitFor();
    expect((await supervisors('console-kid'))[0]?.state).toBe('over');
    await page.getByTestId('suspension').filter({ hasText: 'TA 7/2026' }).waitFor();
    await page.getByTestId('suspension-lift').click();
    await page.locator('[data-testid=family-supervisors] [data-state=accepted]').waitFor();
    expect(wrongs).toEqual([]);
    await context.close();
  });

  it('shows time and contacts to both alike, and forgets them with the supervision', async () => {
    await register('seen-kid');
    const usage = { day: new Date().toISOString().slice(0, 10), kind: 'app', minutes: 42 };
    const tell = () => platform<{ kept: boolean }>('POST', '/v1/accounts/seen-kid/usage', usage);
    expect((await tell()).body.kept).toBe(false);
    const father = await supervised('seen-kid', 'Bố');
    expect((await tell()).body.kept).toBe(true);
    await platform('POST', '/v1/events', [
      event('contact.accepted', {
        from: { id: 'friend-of-kid', ageBand: '13-15' },
        to: { id: 'seen-kid', ageBand: '13-15' },
      }),
    ]);
    await drained(stage);
    const page = await home(father.cookie);
    expect(page).toContain('42 min');
    expect(page).toContain('friend-of-kid');
    expect((await supervisors('seen-kid'))[0]?.view).toMatchObject({
      time: [{ minutes: 42 }],
      contacts: [{ account: 'friend-of-kid', ageGroup: 'unknown' }],
    });
    await act(father.cookie, `${father.id}/end`);
    expect(await home(father.cookie)).not.toContain('friend-of-kid');
    expect((await tell()).body.kept).toBe(false);
  });

  it('guards sessions and codes', async () => {
    await register('guarded-kid');
    const { cookie, id } = await supervised('guarded-kid');
    expect(await home('')).toBe('');
    // Another family's cookie moves nothing here.
    await register('other-kid');
    const stranger = await supervised('other-kid');
    expect((await act(stranger.cookie, `${id}/end`)).status).toBe(409);
    const foreign = await fetch(`${stage.url}/v1/family/${id}/end`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        cookie,
        origin: 'https://elsewhere.example',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'lang=en',
    });
    expect(foreign.status).toBe(403);
    expect((await supervisors('guarded-kid'))[0]?.state).toBe('active');
    expect((await platform('POST', '/v1/accounts/other-kid/supervision/'.concat(id, '/end'))).status).toBe(
      404,
    );
    const wrong = await platform<{ pointer: string }>('POST', '/v1/accounts/guarded-kid/usage', {
      day: 'today',
      kind: 'app',
      minutes: 1,
    });
    expect(wrong).toMatchObject({ status: 400, body: { pointer: '/day' } });
    // Guessing ends after ten tries.
    const guess = () =>
      fetch(`${stage.url}/v1/family/code`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ lang: 'en', code: 'BCFGHJKMNP' }),
      });
    const answers = [];
    for (let tries = 0; tries < 12; tries++) answers.push((await guess()).status);
    expect(answers.slice(0, 5)).toEqual([404, 404, 404, 404, 404]);
    expect(answers.at(-1)).toBe(429);
    expect(await (await guess()).text()).toContain('Wait ten minutes');
  });
});

/** Opens Sân Chơi with Mây's sheet at “who looks after me”; gives her phone. */
async function openFamilySheet(page: Page, stage: TestStage) {
  await page.goto(`${stage.playgroundUrl}/?lang=vi`);
  const phone = page.getByTestId('phone-young');
  await phone.waitFor();
  await drained(stage);
  await phone.getByTestId('settings').click();
  await phone.getByTestId('tab-family').click();
  await phone.getByTestId('make-code').waitFor();
  return phone;
}

/** The account that the young phone plays. */
async function accountOf(page: Page): Promise<string> {
  const stage = await page.getByTestId('phone-young').getAttribute('data-stage');
  return `sc-${stage}-young`;
}
