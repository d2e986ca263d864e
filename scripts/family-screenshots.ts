import type { Page } from 'playwright-core';
import { drained, type TestStage } from '../test/stage.ts';

type Shoot = (name: string, page?: Page) => Promise<unknown>;

/** Young phone and parent's pages from the code to a wish and the end. */
export async function familyPages(page: Page, at: TestStage, lang: 'vi' | 'en', shoot: Shoot): Promise<void> {
  await page.goto(`${at.playgroundUrl}/?lang=${lang}`);
  const phone = page.getByTestId('phone-young');
  await phone.waitFor();
  await drained(at);
  await phone.getByTestId('settings').click();
  await phone.locator('[data-setting=messagesFrom]').waitFor();
  await shoot('sanchoi-settings');
  await phone.getByTestId('tab-family').click();
  await phone.getByTestId('invite-label').fill(lang === 'vi' ? 'Mẹ' : 'Mum');
  await phone.getByTestId('make-code').click();
  const code = (await phone.getByTestId('code').textContent()) ?? '';
  await shoot('sanchoi-code');

  const parent = await page.context().newPage();
  await parent.goto(`${at.url}${lang === 'en' ? '/en' : ''}/family/`);
  await parent.locator('#code').fill(code);
  await parent.locator('#open-code').click();
  await parent.locator('#accept').waitFor();
  await shoot('family-offer', parent);
  await parent.locator('#accept').click();
  await parent.locator('#family-key').waitFor();
  await shoot('family-key', parent);
  await parent.locator('#continue').click();
  await parent.locator('[data-state=accepted]').waitFor();
  await shoot('family-waiting', parent);

  await phone.getByTestId('agree').waitFor();
  await shoot('sanchoi-agree');
  await phone.getByTestId('agree').click();
  await phone.locator('[data-state=active]').waitFor();
  await phone.getByTestId('tab-mine').click();
  const card = phone.locator('[data-setting=messagesFrom]');
  await card.getByTestId('change').click();
  await card.getByRole('combobox').selectOption('peers');
  await card.getByTestId('save').click();
  await card.locator('[data-outcome=waits-for-parent]').waitFor();
  await shoot('sanchoi-wish');
  await parent.reload();
  await parent.locator('[data-wish=messagesFrom]').waitFor();
  await parent.locator('[data-subject=contact] > summary').click();
  await parent.locator('[data-setting=messagesFrom] summary').click();
  await shoot('family-home', parent);
  await phone.getByTestId('tab-family').click();
  await phone.locator('[data-state=active] summary').click();
  await shoot('sanchoi-active');
  await phone.getByTestId('end').click();
  await phone.locator('[data-state=over]').waitFor();
  await parent.reload();
  await parent.locator('[data-state=over]').waitFor();
  await shoot('family-over', parent);
  await parent.close();
}
