import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { buildWebParts } from '../scripts/build.ts';
import { findChromium } from '../scripts/test-needs.ts';
import { openStage, type TestStage } from './stage.ts';

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('Chromium is not installed; run the tests with npm test');
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
}

/** A page that notes what must not happen: requests to others, script errors, blocked resources. */
export async function openPage(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; context: BrowserContext; wrongs: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 360, height: 760 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const wrongs: string[] = [];
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') wrongs.push(`request to ${request.url()}`);
  });
  page.on('pageerror', (error) => wrongs.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Refused/.test(message.text()))
      wrongs.push(message.text());
  });
  return { page, context, wrongs };
}

/** No serious finding of axe (WCAG 2.2 A and AA), and nothing wider than the screen. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(serious, name).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
}

export async function signInConsole(page: Page, stage: TestStage, role: string, lang = 'vi'): Promise<void> {
  const person = stage.demo.signIns.find((one) => one.role === role);
  await page.goto(`${stage.url}/console/`);
  await page.evaluate((value) => localStorage.setItem('console-lang', value), lang);
  await page.reload();
  await page.getByTestId('sign-in-email').fill(person?.email ?? '');
  await page.getByTestId('sign-in-password').fill(person?.password ?? '');
  await page.getByTestId('sign-in-submit').click();
  await page.getByTestId('who').waitFor();
}

/** The demonstration on the embedded database, its web parts built, and a browser to use it with. */
export async function openBrowserStage() {
  buildWebParts({ ifStale: true });
  const stage = await openStage();
  const browser = await openBrowser();
  return {
    stage,
    browser,
    async close() {
      await browser.close();
      await stage.close();
    },
  };
}
