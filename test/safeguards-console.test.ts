import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { expectAccessible, openBrowserStage, openPage, signInConsole } from './browser.ts';
import { signIn } from './stage.ts';

const { stage, browser, close } = await openBrowserStage();
afterAll(close);

/** May one adult comment on something of another? */
async function comments(): Promise<string> {
  const answer = await fetch(`${stage.url}/v1/decisions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stage.demo.platform.apiKey}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      subject: { id: 'u-1', ageBand: 'adult' },
      action: 'comment',
      resource: { type: 'account', id: 'u-2', ageBand: 'adult' },
    }),
  });
  return ((await answer.json()) as { decision: string }).decision;
}

async function confirm(page: Page, id: string, reason: string): Promise<void> {
  await page.getByTestId(id).click();
  await page.getByTestId(`${id}-reason`).fill(reason);
  await page.getByTestId(`${id}-confirm`).click();
  await page.getByTestId(`${id}-reason`).waitFor({ state: 'detached' });
}

async function beginDraft(page: Page, name: string): Promise<void> {
  await page.getByTestId('new-draft').click();
  await page.getByTestId('new-draft-name').fill(name);
  await page.getByTestId('new-draft-reason').fill('Thử một thay đổi');
  await page.getByTestId('new-draft-confirm').click();
  await inState(page, 'draft');
}

const inState = (page: Page, state: string) =>
  page.locator(`[data-testid=policy-state][data-state=${state}]`).first().waitFor();

/** Replaces what stands in the only editor of the page, as one would paste it. */
async function write(page: Page, text: string): Promise<void> {
  await page.getByTestId('policy-text').click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

const noComments = (condition: string) => `@id("no-comments-at-all")
@reason_vi("Không ai bình luận.")
@reason_en("Nobody comments.")
forbid (principal, action == Action::"comment", resource)
${condition};`;

describe('the policies in the console', () => {
  it('read → draft → error → mended → compared → proposed → not by oneself → published → back', async () => {
    expect(await comments()).toBe('allow');
    expect(await comments()).toBe('allow');
    const { page, context, wrongs } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await signInConsole(page, stage, 'lead');
    await page.getByTestId('nav-safeguards').click();
    await page.locator('[data-testid=policies-in-force][data-number="0"]').waitFor();
    const search = page.getByTestId('policy-search');
    await search.fill('vi tri');
    const found = page.locator('[data-testid=policy-card][data-policy=no-location-of-minor]');
    await found.getByText('người bên kia có thể chưa đủ 18 tuổi').waitFor();
    expect(await found.locator('a').getAttribute('href')).toBe('/learn/trust/#asks-location');
    expect(await page.locator('[data-policy=sixty-minutes-a-game]').count()).toBe(0);
    await search.fill('');
    await page.getByTestId('subject-time.cedar').click();
    await page
      .locator('[data-policy=sixty-minutes-a-game]')
      .getByText('Nghị định 147/2024/NĐ-CP, Điều 39(1)')
      .waitFor();
    await expectAccessible(page, 'policies');

    await beginDraft(page, 'Không bình luận');
    await page.getByTestId('policy-add').click();
    await write(page, noComments('when { context.conected }'));
    const card = page.locator('[data-testid=own-policy][data-policy=no-comments-at-all]');
    const faults = card.getByTestId('policy-faults');
    await faults.getByText('did you mean `connected`').waitFor();
    expect(await faults.textContent()).toContain('Dòng 5');
    await page.locator('.cm-lintRange-error').first().waitFor();
    expect(await page.getByTestId('draft-save').isDisabled()).toBe(true);
    expect(await page.getByTestId('propose').isDisabled()).toBe(true);
    await expectAccessible(page, 'a draft with an error');

    await write(page, noComments('when { !context.self }'));
    await card.getByTestId('reads-as').getByText('đó không phải tài khoản của chính mình').waitFor();
    await page.getByTestId('floor-holds').first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await page.getByTestId('draft-reason').fill('Bản đầu');
    await page.getByTestId('draft-save').click();
    await page.getByTestId('draft-status').getByText('Đã lưu').waitFor();

    const changed = page.locator('[data-testid=samples-changed][data-changed="2"]');
    await changed.getByText('2 trong 2 yêu cầu đổi kết quả: 2 chặt hơn, 0 nới hơn').waitFor();
    await page.locator('.beside [data-situation="comment adult>adult strangers"]').waitFor();
    await expectAccessible(page, 'a draft with its differences');

    await confirm(page, 'propose', 'Xin duyệt');
    await inState(page, 'proposed');
    await page.locator('[data-testid=difference] [data-situation="comment adult>adult strangers"]').waitFor();
    await page.getByTestId('second-person').getByText('một người khác phải duyệt').waitFor();
    expect(await page.getByTestId('publish').count()).toBe(0);
    expect(await comments()).toBe('allow');

    const second = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await signInConsole(second.page, stage, 'admin');
    await second.page.getByTestId('nav-safeguards').click();
    await second.page.locator('[data-testid=version-row][data-number="1"]').click();
    await second.page.getByTestId('publish').click();
    await second.page.getByTestId('publish-reason').fill('Đồng ý');
    await expectAccessible(second.page, 'publishing');
    await second.page.getByTestId('publish-confirm').click();
    await inState(second.page, 'published');
    expect(await comments()).toBe('deny');

    // The first person's page hears of it.
    await inState(page, 'published');
    await page.getByTestId('nav-safeguards').click();
    await page.locator('[data-testid=policies-in-force][data-number="1"]').waitFor();
    await confirm(page, 'back-to-files', 'Nhiều người than phiền');
    await page.locator('[data-testid=policies-in-force][data-number="0"]').waitFor();
    expect(await comments()).toBe('allow');
    const steps = await page
      .locator('[data-testid=policy-history] [data-step]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-step')));
    expect(steps).toEqual(['back-to-files', 'publish', 'propose', 'edit', 'draft']);
    await page.locator('[data-testid=version-row][data-number="1"]').click();
    await page.getByTestId('propose').getByText('Đề nghị áp dụng lại').waitFor();
    expect(wrongs).toEqual([]);
    expect(second.wrongs).toEqual([]);
    await second.context.close();
    await context.close();
  });

  it('at 360 px, in English, an analyst sees what would weaken the floor and cannot propose it', async () => {
    const { page, context, wrongs } = await openPage(browser);
    await signInConsole(page, stage, 'analyst', 'en');
    await page.getByTestId('nav-safeguards').click();
    await page.getByTestId('policies-in-force').waitFor();
    expect(await page.getByTestId('back-to-files').count()).toBe(0);
    await expectAccessible(page, 'policies, 360');
    await beginDraft(page, 'Looser');
    await page.getByTestId('choose-policy').fill('sixty-minutes');
    await page.getByRole('option', { name: /sixty-minutes-a-game/ }).click();
    await page.getByTestId('policy-off').click();
    const broken = page.locator('[data-testid=floor-break][data-protection=game-time]').first();
    await broken.getByText('Decree 147/2024/NĐ-CP, Art 39(1)').waitFor();
    await page.getByTestId('draft-reason').fill('Too strict');
    await page.getByTestId('draft-save').click();
    await page.getByTestId('draft-status').getByText('Saved').waitFor();
    await expectAccessible(page, 'a draft below the floor, 360');
    await page.getByTestId('propose').click();
    await page.getByTestId('propose-reason').fill('Please');
    await page.getByTestId('propose-confirm').click();
    await page.getByRole('dialog').getByText('People under 18 play at most 60 minutes a game').waitFor();
    expect(wrongs).toEqual([]);
    await context.close();
  });

  it('what was not examined is not proposed: the content must be what the person saw', async () => {
    const analyst = await signIn(stage, 'analyst');
    const draft = await analyst.post<{ number: number }>('/v1/safeguards/versions', {
      name: 'Looser',
      reason: 'r',
      basedOn: 0,
      policies: [{ id: 'sixty-minutes-a-game', off: true }],
    });
    const path = `/v1/safeguards/versions/${draft.body.number}/propose`;
    const propose = (hash: string) => analyst.post<{ code: string }>(path, { reason: 'r', hash });
    expect((await propose('0'.repeat(64))).body.code).toBe('state-conflict');
  });
});
