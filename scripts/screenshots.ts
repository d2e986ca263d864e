/**
 * Pictures of what people see, from a throw-away demonstration: `npm run screenshots` writes docs/images/*.png;
 * `npm run screenshots -- --all DIR` writes every page at 360 and 1280 px in both languages to DIR;
 * `--only media` (or portal, console; several with commas) writes some of them.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { openStage, signIn, type TestStage, until } from '../test/stage.ts';
import { buildWebParts } from './build.ts';
import { familyPages } from './family-screenshots.ts';
import { mediaPages, seedBanks } from './media-screenshots.ts';
import { findChromium } from './test-needs.ts';

const { values } = parseArgs({ options: { all: { type: 'string' }, only: { type: 'string' } } });
const groups = ['portal', 'console', 'media'] as const;
const only = values.only?.split(',') ?? groups;
for (const name of only) {
  if (!groups.some((group) => group === name))
    throw new Error(`--only takes ${groups.join(', ')}; not "${name}"`);
}
const wants = (group: (typeof groups)[number]) => only.includes(group);
const root = join(import.meta.dirname, '..');

type Shoot = (name: string, page?: Page) => Promise<unknown>;

const portalPages = [
  '',
  'check/',
  'quiz/',
  'help/',
  'remove/',
  'remove/status/',
  'figures/',
  'family/',
  'learn/',
  'parents/',
  'teachers/',
  'about/',
];

buildWebParts({ ifStale: true });
const stage = await openStage();
const executablePath = findChromium();
if (!executablePath) throw new Error('Chromium is needed: apt-get install chromium');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  if (values.all === undefined) await docsImages(browser, stage);
  else await everyPage(browser, stage, values.all);
} finally {
  await browser.close();
  await stage.close();
}

async function docsImages(on: Browser, at: TestStage): Promise<void> {
  const folder = join(root, 'docs/images');
  mkdirSync(folder, { recursive: true });
  const context = await on.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${at.url}/`);
  await page.screenshot({ path: join(folder, 'portal.png') });
  await playScript(page, at, 'sextortion');
  await page.screenshot({ path: join(folder, 'san-choi.png') });
  await openCase(page, at);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path: join(folder, 'console.png') });
  await context.close();
}

async function everyPage(on: Browser, at: TestStage, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (wants('media')) await seedBanks(at);
  for (const width of [360, 1280]) {
    for (const lang of ['vi', 'en'] as const) {
      const context = await on.newContext({ viewport: { width, height: 800 }, reducedMotion: 'reduce' });
      const page = await context.newPage();
      const shoot: Shoot = (name, shown = page) =>
        shown.screenshot({
          path: join(folder, `${name.replaceAll('/', '') || 'home'}-${lang}-${width}.png`),
          fullPage: true,
        });
      if (wants('portal')) {
        for (const path of portalPages) {
          await page.goto(`${at.url}${lang === 'en' ? '/en/' : '/'}${path}`);
          await page.waitForLoadState('networkidle');
          await shoot(`portal-${path}`);
        }
      }
      if (wants('console')) await consolePages(page, at, lang, shoot);
      if (wants('media')) await mediaPages(page, at, lang, shoot);
      await context.close();
    }
  }
}

async function consolePages(page: Page, at: TestStage, lang: 'vi' | 'en', shoot: Shoot): Promise<void> {
  await playScript(page, at, 'too-close', lang);
  await shoot('sanchoi');
  await familyPages(page, at, lang, shoot);
  await page.addInitScript((value) => localStorage.setItem('console-lang', value), lang);
  await page.goto(`${at.url}/console/`);
  await page.getByTestId('sign-in-submit').waitFor();
  await shoot('console-sign-in');
  await openCase(page, at);
  await shoot('console-case');
  await page.goto(`${at.url}/console/`);
  await page.getByTestId('case-row').first().waitFor();
  await shoot('console-queue');
  await page.goto(`${at.url}/console/referrals`);
  await page.waitForTimeout(500);
  await shoot('console-referrals');
  await openRules(page, at);
  await page.getByTestId('nav-families').click();
  await page.getByTestId('family-account').waitFor();
  await shoot('console-families');
  await page.getByTestId('nav-rules').click();
  await page.getByTestId('in-force').waitFor();
  await shoot('console-rules');
  await openDraft(page);
  await shoot('console-draft');
  for (const name of ['safeguards', 'ages']) {
    await page.goto(`${at.url}/console/${name}`);
    await page.locator('main h1').waitFor();
    await page.waitForTimeout(500);
    await shoot(`console-${name}`);
  }
}

async function playScript(page: Page, at: TestStage, script: string, lang = 'vi'): Promise<void> {
  await page.goto(`${at.playgroundUrl}/?lang=${lang}`);
  await page.getByTestId(`script-${script}`).click();
  await page.getByTestId('step').waitFor();
  for (let step = 1; await page.getByTestId('next').isEnabled(); step++) {
    await page.getByTestId('next').click();
    await page
      .getByTestId('step')
      .filter({ hasText: new RegExp(` ${step} `) })
      .waitFor();
  }
  const moderator = await signIn(at, 'moderator');
  await until('a case', async () => {
    const { body } = await moderator.get<{ cases: unknown[] }>('/v1/cases');
    return body.cases.length > 0 ? true : undefined;
  });
}

async function openCase(page: Page, at: TestStage): Promise<void> {
  const person = at.demo.signIns.find(({ role }) => role === 'moderator');
  await page.goto(`${at.url}/console/`);
  await page.getByTestId('sign-in-email').fill(person?.email ?? '');
  await page.getByTestId('sign-in-password').fill(person?.password ?? '');
  await page.getByTestId('sign-in-submit').click();
  await page.getByTestId('case-row').first().click();
  await page.getByTestId('reveal').first().waitFor();
  await page.getByTestId('reveal').last().click();
  await page.getByTestId('revealed').first().waitFor();
}

/** The rules as the platform's lead sees them. */
async function openRules(page: Page, at: TestStage): Promise<void> {
  const person = at.demo.signIns.find(({ role }) => role === 'lead');
  await page.getByTestId('sign-out').click();
  await page.getByTestId('sign-in-email').fill(person?.email ?? '');
  await page.getByTestId('sign-in-password').fill(person?.password ?? '');
  await page.getByTestId('sign-in-submit').click();
  await page.getByTestId('nav-rules').click();
}

async function openDraft(page: Page): Promise<void> {
  await page.getByTestId('new-draft').click();
  await page.getByTestId('new-draft-name').fill('Theo dõi sớm hơn');
  await page.getByTestId('new-draft-reason').fill('Báo cáo tuần trước');
  await page.getByTestId('new-draft-confirm').click();
  await page.getByTestId('rule-change').first().click();
  await page.getByTestId('try-text').fill('Chuyện này đừng kể với bố mẹ nhé');
  await page.getByTestId('try-outcome').waitFor();
}
