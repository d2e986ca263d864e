import { afterAll, describe, expect, it } from 'vitest';
import { expectAccessible, openBrowserStage, openPage, signInConsole } from './browser.ts';

const { stage, browser, close } = await openBrowserStage();
afterAll(close);

const md5 = 'ab12'.repeat(8);

describe('hash banks in the console', () => {
  it('lead makes a bank → a bad line is told → mended, added → not confirmed by who added it → a moderator disputes it', async () => {
    const { page, wrongs } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await signInConsole(page, stage, 'lead');
    await page.getByTestId('nav-banks').click();
    await page.getByTestId('banks-empty').waitFor();
    await page.getByTestId('banks-fresh').waitFor();
    const form = page.getByTestId('new-bank');
    await form.locator('[name=name]').fill('Đường dây nóng 2026');
    await form.locator('[name=source]').fill('Đường dây nóng');
    await form.locator('[name=reason]').fill('ảnh đã có người xem');
    await page.getByTestId('new-bank-make').click();
    const bank = page.locator('[data-testid=bank][data-name="Đường dây nóng 2026"]');
    await bank.waitFor();
    await expectAccessible(page, 'the list of banks');
    await bank.getByRole('link').click();

    await page.getByTestId('contents-empty').waitFor();
    await page.getByTestId('add-lines').fill(`md5,${md5}\nmd5,${md5}00`);
    await page.getByTestId('add-reason').fill('hai người đã xem');
    await page.getByTestId('add-send').click();
    await expect.poll(() => page.getByTestId('add-problem').textContent()).toContain('Dòng 2');
    await page.getByTestId('add-lines').fill(`md5,${md5}\n`);
    await page.getByTestId('add-send').click();
    const content = page.locator('[data-testid=content][data-status=unconfirmed]');
    await content.waitFor();
    const id = await content.getAttribute('data-id');
    await page.getByTestId(`details-${id}`).click();
    await expect.poll(() => page.getByTestId(`detail-${id}`).textContent()).toContain(`MD5 ${md5}`);
    await expectAccessible(page, 'a bank with a content');

    // Who added it does not confirm it.
    await page.getByTestId(`decide-${id}`).click();
    await page.getByTestId(`decide-${id}-text`).fill('chắc chắn');
    await page.getByTestId(`decide-${id}-confirm`).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await page.keyboard.press('Escape');

    const { page: small, wrongs: smallWrongs } = await openPage(browser);
    await signInConsole(small, stage, 'moderator', 'en');
    await small.getByTestId('nav-banks').click();
    await small.locator('[data-testid=bank]').getByRole('link').click();
    expect(await small.getByTestId('new-bank').count()).toBe(0);
    await small.getByTestId(`decide-${id}`).click();
    await small.getByTestId(`decide-${id}-text`).fill('a family photograph?');
    await small.getByTestId(`decide-${id}-confirm`).click();
    await small.locator('[data-testid=content][data-status=disputed]').waitFor();
    await expectAccessible(small, 'a bank at 360 px');
    expect(smallWrongs).toEqual([]);
    await small.close();

    // The lead's page learns of it by itself.
    await page.locator('[data-testid=content][data-status=disputed]').waitFor();
    await page.getByTestId('contents-status').getByText('Chờ xác nhận').click();
    await page.getByTestId('contents-empty').waitFor();
    // The refusal above is the one thing that a browser calls an error.
    expect(wrongs.filter((wrong) => !wrong.includes('403'))).toEqual([]);
    await page.close();
  });
});
