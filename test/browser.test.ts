import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { expectAccessible, openBrowserStage, openPage, signInConsole } from './browser.ts';
import { drained } from './stage.ts';

const { stage, browser, close } = await openBrowserStage();
afterAll(close);

async function play(page: Page, script: string, lang: 'vi' | 'en'): Promise<void> {
  await page.goto(`${stage.playgroundUrl}/?lang=${lang}`);
  await page.getByTestId(`script-${script}`).click();
  for (let step = 1; await page.getByTestId('next').isEnabled(); step++) {
    await page.getByTestId('next').click();
    await page
      .getByTestId('step')
      .filter({ hasText: new RegExp(` ${step} `) })
      .waitFor();
    await drained(stage);
  }
}

describe('Sân Chơi and the console', () => {
  it('sextortion is held, explained, handled and referred to its end', async () => {
    const chat = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await play(chat.page, 'sextortion', 'vi');
    const young = chat.page.getByTestId('phone-young');
    expect(await young.getByTestId('private').isVisible()).toBe(true);
    expect(await young.getByTestId('held').count()).toBeGreaterThanOrEqual(3);
    expect(await young.getByTestId('advice').first().textContent()).toMatch(/\p{L}/u);
    expect(await young.textContent()).toContain('Không phải lỗi của bạn');
    expect(await chat.page.getByTestId('level').getAttribute('data-level')).toBe('critical');
    await young.getByTestId('report').click();
    await young.getByTestId('reported').waitFor();

    const desk = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await signInConsole(desk.page, stage, 'moderator');
    await desk.page.getByTestId('case-row').first().click();
    await desk.page.getByTestId('evidence').first().waitFor();
    expect(await desk.page.getByTestId('revealed').count()).toBe(0);
    await desk.page.getByTestId('reveal').first().click();
    await desk.page.getByTestId('revealed').first().waitFor();
    expect(await desk.page.locator('[data-terms]').isVisible()).toBe(true);
    await desk.page.getByTestId('take').click();
    await desk.page.locator('[data-testid=state][data-state=open]').first().waitFor();
    await desk.page.getByTestId('act').click();
    await desk.page.getByTestId('act-confirm').click();
    // By itself, without reload: the webhook's delivery is told, and the phone shows it.
    await desk.page.locator('[data-testid=action]').first().waitFor();
    await chat.page.getByTestId('restricted-young').waitFor();
    await desk.page.getByTestId('refer').click();
    await desk.page.getByTestId('refer-text').fill('Đòi tiền một bạn 13 tuổi');
    await desk.page.getByTestId('refer-confirm').click();
    await desk.page.locator('[data-testid=state][data-state=waiting]').first().waitFor();

    const police = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await signInConsole(police.page, stage, 'police-liaison', 'en');
    await police.page.goto(`${stage.url}/console/referrals`);
    await police.page.getByTestId('referral-row').first().click();
    expect(await police.page.getByTestId('reveal').count()).toBe(0);
    await police.page.getByTestId('accept').click();
    await police.page.getByTestId('reveal').first().click();
    await police.page.getByTestId('revealed').first().waitFor();
    await police.page.getByTestId('done').click();
    await police.page.getByTestId('done-text').fill('We are looking into it');
    await police.page.getByTestId('done-confirm').click();
    await police.page.locator('[data-testid=state][data-state=done]').first().waitFor();

    // The moderator's page follows without reload.
    await desk.page.locator('[data-testid=state][data-state=open]').first().waitFor();
    await desk.page.getByTestId('close').click();
    await desk.page.getByTestId('close-text').fill('Đã chuyển công an');
    await desk.page.getByTestId('close-confirm').click();
    await desk.page.getByTestId('reopen').waitFor();
    await desk.page.getByTestId('sign-out').click();
    await desk.page.getByTestId('sign-in-submit').waitFor();
    expect(await desk.page.getByTestId('who').count()).toBe(0);
    for (const { wrongs, context } of [chat, desk, police]) {
      expect(wrongs).toEqual([]);
      await context.close();
    }
  });

  it('no tap is lost while an answer is on its way', async () => {
    const { page, context, wrongs } = await openPage(browser);
    // The stream tells of a step before the answer to the tap arrives, as on a slow line.
    await page.route(
      /\/api\/stages\/\w+\/next$/,
      async (route) => {
        const answer = await route.fetch();
        await new Promise((done) => setTimeout(done, 300));
        await route.fulfill({ response: answer });
      },
      { times: 20 },
    );
    await play(page, 'too-close', 'vi');
    expect(await page.getByTestId('script-too-close').getAttribute('aria-pressed')).toBe('true');
    await page.unrouteAll({ behavior: 'wait' });
    expect(wrongs).toEqual([]);
    await context.close();
  });

  it('a harmless new friend is left alone', async () => {
    const { page, context, wrongs } = await openPage(browser);
    await play(page, 'new-friend', 'en');
    expect(await page.getByTestId('held').count()).toBe(0);
    expect(await page.getByTestId('advice').count()).toBe(0);
    expect(await page.getByTestId('level').getAttribute('data-level')).toBe('none');
    expect(wrongs).toEqual([]);
    await context.close();
  });

  it('a stranger’s request to a private account is limited, and one tap blocks', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${stage.playgroundUrl}/?lang=vi`);
    await page.getByTestId('script-too-close').click();
    await page.getByTestId('next').click();
    await page.getByTestId('request-limited').waitFor();
    await page.getByTestId('block').click();
    await page.getByTestId('block').filter({ hasText: 'Đã chặn' }).waitFor();
    await context.close();
  });
});

describe('the portal', () => {
  it('checks a message without sending anything', async () => {
    const { page, context, wrongs } = await openPage(browser);
    await page.goto(`${stage.url}/check/`);
    await page.waitForLoadState('networkidle');
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.url()));
    await context.setOffline(true);
    await page.locator('#message').fill('Đừng kể với bố mẹ nhé, gửi anh tấm ảnh riêng tư đi');
    await page.locator('#check button[type=submit]').click();
    await page.locator('#result').getByText('Đòi giữ bí mật').first().waitFor();
    expect(sent).toEqual([]);
    await page.locator('#message').fill('Mai cả lớp tập văn nghệ lúc 4 giờ nhé');
    await page.locator('#check button[type=submit]').click();
    await page.locator('#result .note').first().waitFor();
    expect(await page.locator('#result mark').count()).toBe(0);
    expect(wrongs).toEqual([]);
    await context.close();
  });

  it('the quiz is played to its result, misses and false alarms told', async () => {
    const { page, context, wrongs } = await openPage(browser);
    await page.goto(`${stage.url}/quiz/`);
    await page.locator('#start').click();
    const items = page.locator('article.item');
    expect(await items.count()).toBe(8);
    expect(await page.locator('article.item[data-genuine=true]').count()).toBe(4);
    for (let at = 0; at < 8; at++) {
      const item = items.nth(at);
      // Calls everything harmful: sees all that is, and raises four false alarms.
      await item.locator('[data-answer=harmful]').click();
      const reveal = item.locator('[data-reveal]');
      if (await reveal.isVisible()) await reveal.click();
      await item.locator('[data-next]').click();
    }
    await page.locator('#results').waitFor();
    const told = await page.locator('#results-body').textContent();
    expect(told).toMatch(/4/);
    await expectAccessible(page, 'quiz result');
    expect(wrongs).toEqual([]);
    await context.close();
  });

  it('a report without a name gets its answer', async () => {
    const child = await openPage(browser);
    await child.page.goto(`${stage.url}/help/`);
    await child.page.locator('#text').fill('Có người dọa tung ảnh của mình');
    await child.page.locator('#harm').selectOption('sextortion');
    await child.page.locator('#send').click();
    await child.page.locator('#done').waitFor({ timeout: 60_000 });
    const receipt = ((await child.page.locator('#receipt').textContent()) ?? '').trim();
    expect(receipt).toMatch(/^\d{4} \d{4} \d{4} \d{4}$/);
    await expectAccessible(child.page, 'receipt');

    const desk = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await signInConsole(desk.page, stage, 'counsellor');
    await desk.page.getByTestId('case-row').first().click();
    await desk.page.getByTestId('passphrase').fill('wrong passphrase');
    await desk.page.getByTestId('unlock').click();
    await desk.page.getByRole('alert').waitFor();
    await desk.page.getByTestId('passphrase').fill(stage.demo.helpline.passphrase);
    await desk.page.getByTestId('unlock').click();
    await desk.page.getByTestId('thread-message').getByText('Có người dọa tung ảnh của mình').waitFor();
    await desk.page.getByTestId('reply-text').fill('Cảm ơn bạn đã kể. Không phải lỗi của bạn.');
    await desk.page.getByTestId('reply-send').click();
    await desk.page.getByTestId('thread-message').nth(1).waitFor();

    await child.page.goto(`${stage.url}/help/reply/`);
    await child.page.locator('#receipt').fill(receipt);
    await child.page.locator('#go').click();
    await child.page.locator('#messages').getByText('Cảm ơn bạn đã kể').waitFor({ timeout: 30_000 });
    await child.page.locator('#more-text').fill('Mình đã kể với mẹ');
    await child.page.locator('#more [type=submit]').click();
    await child.page.locator('#messages').getByText('Mình đã kể với mẹ').waitFor();
    await desk.page.getByTestId('thread-message').getByText('Mình đã kể với mẹ').waitFor();
    expect([...child.wrongs, ...desk.wrongs]).toEqual([]);
    await child.context.close();
    await desk.context.close();
  });

  it('works without JavaScript: report, receipt and thread', async () => {
    const { page, context } = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(`${stage.url}/en/help/`);
    await page.locator('#text').fill('Somebody frightens me');
    await page.locator('#send').click();
    const receipt = ((await page.locator('#receipt').textContent()) ?? '').trim();
    expect(receipt).toMatch(/^\d{4} \d{4} \d{4} \d{4}$/);
    await page.goto(`${stage.url}/en/help/reply/`);
    await page.locator('#receipt').fill(receipt);
    await page.locator('#go').click();
    await page.getByText('Somebody frightens me').waitFor();
    await page.goto(`${stage.url}/en/help/reply/`);
    await page.locator('#receipt').fill('1111 1111 1111 1111');
    await page.locator('#go').click();
    await page.getByRole('alert').waitFor();
    await context.close();
  });

  it('the way out works by button and by key', async () => {
    const { page, context } = await openPage(browser);
    await page.route('https://www.google.com/**', (route) =>
      route.fulfill({ body: '<title>elsewhere</title>' }),
    );
    await page.goto(`${stage.url}/help/`);
    for (let press = 0; press < 3; press++) await page.keyboard.press('Shift');
    await page.waitForURL('https://www.google.com/**');
    await page.goBack().catch(() => undefined);
    expect(page.url()).not.toContain('/help/');
    await context.close();
  });
});

describe('every page at 360 px', () => {
  const paths = [
    '',
    'check/',
    'quiz/',
    'help/',
    'help/reply/',
    'figures/',
    'learn/',
    'learn/fear/',
    'learn/trust/',
    'learn/control/',
    'parents/',
    'teachers/',
    'about/',
    'nothing-here/',
  ];
  it.each(['vi', 'en'] as const)('of the portal passes axe (%s)', async (lang) => {
    const { page, context, wrongs } = await openPage(browser);
    for (const path of paths) {
      await page.goto(`${stage.url}${lang === 'en' ? '/en/' : '/'}${path}`);
      await page.waitForLoadState('networkidle');
      await expectAccessible(page, path || 'home');
    }
    expect(wrongs).toEqual([]);
    await context.close();
  });

  it.each(['vi', 'en'] as const)('of the console and of Sân Chơi passes axe (%s)', async (lang) => {
    const { page, context, wrongs } = await openPage(browser);
    await play(page, 'too-close', lang);
    await expectAccessible(page, 'Sân Chơi');
    await page.goto(`${stage.url}/console/`);
    await page.getByTestId('sign-in-submit').waitFor();
    await expectAccessible(page, 'sign-in');
    await signInConsole(page, stage, 'lead', lang);
    await page.getByTestId('case-row').first().waitFor();
    await expectAccessible(page, 'queue');
    await page.getByTestId('case-row').first().click();
    await page.getByTestId('reveal').first().click();
    await page.getByTestId('revealed').first().waitFor();
    await expectAccessible(page, 'case');
    await page.getByTestId('close').click();
    await page.getByTestId('close-confirm').waitFor();
    await expectAccessible(page, 'dialog');
    await page.goto(`${stage.url}/console/referrals`);
    await page.getByTestId('referral-row').first().click();
    await page.getByTestId('evidence').first().waitFor();
    await expectAccessible(page, 'referral');
    expect(wrongs).toEqual([]);
    await context.close();
  });
});
