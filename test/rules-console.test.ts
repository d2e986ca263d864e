import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, openBrowserStage, openPage, signInConsole } from './browser.ts';
import { drained, until } from './stage.ts';

const { stage, browser, close } = await openBrowserStage();
afterAll(close);
beforeAll(() => send('before', 12));

/** Messages that ask a child for secrecy, one from each of `count` accounts. */
async function send(prefix: string, count: number): Promise<void> {
  const answer = await fetch(`${stage.url}/v1/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stage.demo.platform.apiKey}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(
      Array.from({ length: count }, (_, n) => ({
        specversion: '1.0',
        id: `${prefix}-${n}`,
        source: '/test',
        type: 'message.sent',
        time: new Date().toISOString(),
        data: {
          conversation: `${prefix}-${n}`,
          from: { id: `${prefix}-${n}`, ageBand: 'adult' },
          to: [{ id: `kid-of-${prefix}-${n}`, ageBand: '13-15' }],
          text: 'Chuyện này đừng kể với bố mẹ nhé',
        },
      })),
    ),
  });
  expect(await answer.json()).toMatchObject({ accepted: count });
  await drained(stage);
}

async function confirm(page: Page, id: string, reason: string): Promise<void> {
  await page.getByTestId(id).click();
  await page.getByTestId(`${id}-reason`).fill(reason);
  await page.getByTestId(`${id}-confirm`).click();
  await page.getByTestId(`${id}-reason`).waitFor({ state: 'detached' });
}

const inState = (page: Page, state: string) =>
  page.locator(`[data-testid=version-state][data-state=${state}]`).first().waitFor();

describe('the rules in the console', () => {
  it('draft → error → mended → tried → backtest → shadow → rollout → published → rolled back', async () => {
    const { page, context, wrongs } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await signInConsole(page, stage, 'lead');
    await page.getByTestId('nav-rules').click();
    await page.locator('[data-testid=in-force][data-number="0"]').waitFor();
    await expectAccessible(page, 'rules');

    await page.getByTestId('new-draft').click();
    await page.getByTestId('new-draft-name').fill('Giữ tin xin giữ bí mật');
    await page.getByTestId('new-draft-reason').fill('Báo cáo tuần trước');
    await page.getByTestId('new-draft-confirm').click();
    await inState(page, 'draft');

    // By keyboard alone: completion of a variable and of a cue, and Tab leaves the field.
    await page.getByTestId('add-message').click();
    const card = page.locator('[data-testid=rule-card][data-rule=message-rule-1]');
    const field = card.getByTestId('rule-when');
    await field.focus();
    await page.keyboard.type('recip');
    const chosen = page.locator('.cm-tooltip-autocomplete [aria-selected=true]');
    await chosen.waitFor();
    // For a moment after it opens the list takes no key, so that nobody accepts by accident: press until it does.
    await until('the second completion is chosen', async () => {
      if ((await chosen.textContent())?.startsWith('recipientMinor')) return true;
      await page.keyboard.press('ArrowDown');
      return undefined;
    });
    await page.keyboard.press('Enter');
    expect(await field.textContent()).toBe('recipientMinor');
    await page.keyboard.type(' && "asks-s');
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'asks-secrecy' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type('ecrcy" in cues');
    await card.getByTestId('findings').getByText('Có phải “asks-secrecy” không?').waitFor();
    await page.locator('.cm-lintRange-error').waitFor();
    expect(await card.getByTestId('findings').textContent()).toContain('Dòng 1, cột 19');
    expect(await page.getByTestId('draft-save').isDisabled()).toBe(true);
    expect(await page.getByTestId('start-shadow').isDisabled()).toBe(true);
    await expectAccessible(page, 'a draft with an error');

    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('recipientMinor && "asks-secrecy" in cues');
    await page.keyboard.press('Escape');
    await card.getByTestId('findings').getByText('Điều kiện dùng được').waitFor();
    await page.keyboard.press('Tab');
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(false);
    await card.getByTestId('rule-decision').click();
    await page.getByRole('option', { name: 'giữ lại' }).click();
    await card.getByTestId('rule-reason-vi').fill('Xin giữ bí mật với gia đình.');
    await card.getByTestId('rule-reason-en').fill('Asks for secrecy from the family.');
    const caseRule = page.locator('[data-testid=rule-card][data-rule=open-case-at-high-risk]');
    await caseRule.getByTestId('rule-change').click();
    await caseRule.getByTestId('rule-when').click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('level >= 1 && recipientMinor');
    await page.keyboard.press('Escape');
    await page
      .locator('[data-testid=rule-card][data-rule=warn-cue-at-elevated-risk]')
      .getByTestId('rule-off')
      .click();

    // What is tried stays in the browser.
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    await page.getByTestId('try-text').fill('Chuyện này đừng kể với bố mẹ nhé');
    await page.locator('[data-testid=try-outcome][data-decision=hold][data-case=false]').waitFor();
    expect(await card.getByTestId('verdict').getAttribute('data-verdict')).toBe('fires');
    await page.getByTestId('try-level').click();
    await page.getByRole('option', { name: /^1/ }).click();
    await page.locator('[data-testid=try-outcome][data-decision=hold][data-case=true]').waitFor();
    await page.getByTestId('try-recipientBand').click();
    await page.getByRole('option', { name: 'người lớn' }).click();
    await page.locator('[data-testid=try-outcome][data-decision=warn][data-case=false]').waitFor();
    expect(sent.join()).not.toContain('bố mẹ');

    await page.getByTestId('draft-reason').fill('Bản đầu');
    await page.getByTestId('draft-save').click();
    await page.getByTestId('draft-status').getByText('Đã lưu').waitFor();

    await page.getByTestId('backtest-start').click();
    await page.locator('[data-testid=backtest][data-state=done]').waitFor();
    const counted = page.locator('[data-testid=figures-cases] [data-row=all] td');
    expect(await counted.allTextContents()).toEqual(['0', '12', '+12']);
    await page.getByTestId('examples-gained').locator('summary').click();
    await page.getByTestId('examples-gained').getByText('before-0', { exact: false }).first().waitFor();
    await expectAccessible(page, 'a backtest');

    await confirm(page, 'start-shadow', 'Xem thử');
    await inState(page, 'shadow');
    await send('shadowed', 3);
    await page.reload();
    await page.getByTestId('shadow-counts').waitFor();
    const counts = await page.getByTestId('shadow-counts').locator('tbody tr').allTextContents();
    expect(counts).toEqual(['Khi nguy cơ tăngkhôngmở hồ sơ3', 'Tin nhắnnhắcgiữ lại3']);
    await expectAccessible(page, 'shadow');

    // The slider by keyboard.
    await page.getByRole('slider').focus();
    for (let step = 0; step < 15; step++) await page.keyboard.press('ArrowRight');
    await confirm(page, 'roll-out', 'Từng bước');
    await inState(page, 'rollout');
    expect(await page.getByTestId('version-state').first().textContent()).toContain('25 %');
    await expectAccessible(page, 'rollout');

    await page.getByTestId('publish').click();
    await page.getByTestId('publish-reason').fill('Tốt');
    await expectAccessible(page, 'publish');
    await page.getByTestId('publish-confirm').click();
    await inState(page, 'published');
    await page.getByTestId('nav-rules').click();
    await page.locator('[data-testid=in-force][data-number="1"]').waitFor();

    await confirm(page, 'roll-back', 'Quá nhiều hồ sơ');
    await page.locator('[data-testid=in-force][data-number="0"]').waitFor();
    const steps = await page
      .locator('[data-testid=rule-history] [data-step]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-step')));
    expect(steps).toEqual(['roll-back', 'publish', 'roll-out', 'shadow', 'edit', 'draft']);
    expect(wrongs).toEqual([]);
    await context.close();
  });

  it('at 360 px, in English, an analyst drafts and tries but does not publish', async () => {
    const { page, context, wrongs } = await openPage(browser);
    await signInConsole(page, stage, 'analyst', 'en');
    await page.getByTestId('nav-rules').click();
    await page.getByTestId('in-force').waitFor();
    expect(await page.getByTestId('roll-back').count()).toBe(0);
    await expectAccessible(page, 'rules, 360');
    await page.getByTestId('new-draft').click();
    await page.getByTestId('new-draft-name').fill('Quieter');
    await page.getByTestId('new-draft-reason').fill('Too many warnings');
    await page.getByTestId('new-draft-confirm').click();
    await inState(page, 'draft');
    await page.getByTestId('rule-off').first().click();
    await page.getByTestId('try-text').fill('Do not tell your parents');
    await page.getByTestId('try-outcome').getByText('This message:').waitFor();
    await page.getByTestId('draft-reason').fill('One less');
    await page.getByTestId('draft-save').click();
    await page.getByTestId('draft-status').getByText('Saved').waitFor();
    await expectAccessible(page, 'a draft, 360');
    await confirm(page, 'start-shadow', 'See');
    await inState(page, 'shadow');
    expect(await page.getByTestId('publish').count()).toBe(0);
    expect(await page.getByTestId('rollout').count()).toBe(0);
    expect(wrongs).toEqual([]);
    await context.close();
  });
});
