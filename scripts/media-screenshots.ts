import { createHasher, formatHash } from '@keben/pdq';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { signIn, type TestStage } from '../test/stage.ts';

type Shoot = (name: string) => Promise<unknown>;

const width = 1000;
const height = 700;

/** A drawing of waves and squares; `seed` makes it another one. */
function drawing(seed: number) {
  const data = Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const waves = 70 * Math.sin((x * (9 + seed)) / width + (y * y * 7) / (height * width));
    return Math.max(0, Math.min(255, 128 + waves + (((x >> 6) ^ (y >> 5) ^ seed) & 1 ? 50 : -20)));
  });
  return { data, width, height, channels: 1 as const };
}

const fileOf = async (seed: number) => ({
  name: seed === 1 ? 'ảnh.png' : 'ảnh khác.png',
  mimeType: 'image/png',
  buffer: await sharp(drawing(seed).data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer(),
});

/** Banks with contents of every status, added and decided by different people. */
export async function seedBanks(at: TestStage): Promise<void> {
  const lead = await signIn(at, 'lead');
  const moderator = await signIn(at, 'moderator');
  const made = async (bank: object) => (await lead.post<{ id: string }>('/v1/banks', bank)).body.id;
  const known = await made({
    name: 'Đường dây nóng 2026',
    source: 'Đường dây nóng, danh sách tháng 11',
    reason: 'hai người đã xem và xác nhận là ảnh xâm hại',
    action: 'block',
  });
  await made({
    name: 'Ảnh do AI tạo, gửi qua nhóm đối tác các nền tảng',
    source: 'Nhóm đối tác',
    reason: 'ảnh ghép mặt trẻ em',
    generativeAi: true,
    retentionDays: 365,
    enabledRatio: 0,
  });
  const hasher = await createHasher();
  const { hash, quality } = hasher.hashPixels(drawing(1));
  const near = Uint8Array.from(hash, (byte, place) => (place % 9 === 0 ? byte ^ 1 : byte));
  const added = async (person: typeof lead, signals: object[], reason: string) => {
    const contents = [{ signals, reason }];
    return (await person.post<{ ids: number[] }>(`/v1/banks/${known}/contents`, { contents })).body.ids[0];
  };
  const first = await added(
    moderator,
    [{ kind: 'pdq', value: formatHash(near), quality }],
    'báo cáo từ trường học',
  );
  await added(lead, [{ kind: 'md5', value: '0f'.repeat(16) }], 'danh sách tháng 11');
  const third = await added(moderator, [{ kind: 'sha256', value: '5a'.repeat(32) }], 'danh sách tháng 10');
  const step = (id: number | undefined, step: string, reason: string) =>
    lead.post(`/v1/banks/contents/${id}/steps`, { step, reason });
  await step(first, 'confirm', 'người thứ hai đã xem lại ảnh gốc trên nền tảng');
  await step(third, 'dispute', 'có thể là ảnh gia đình');
}

/** Pages about known images: the portal's, then the console's of banks and of requests. */
export async function mediaPages(page: Page, at: TestStage, lang: 'vi' | 'en', shoot: Shoot): Promise<void> {
  await removalPages(page, `${at.url}${lang === 'en' ? '/en' : ''}`, shoot);
  await page.addInitScript((value) => localStorage.setItem('console-lang', value), lang);
  await signInAs(page, at, 'counsellor');
  await page.getByTestId('nav-removals').click();
  await page.getByTestId('removal').first().waitFor();
  await shoot('console-removals');
  await page.getByTestId('removal').first().getByRole('link').click();
  await page.getByTestId('removal-detail').waitFor();
  await shoot('console-removal');
  await page.getByTestId('removal-decline').click();
  await page.getByTestId('removal-decline-confirm').waitFor();
  await shoot('console-removal-decline');
  await signInAs(page, at, 'lead');
  await bankPages(page, shoot);
  await lookUpPages(page, at, shoot);
}

async function removalPages(page: Page, portal: string, shoot: Shoot): Promise<void> {
  await page.goto(`${portal}/remove/`);
  await page.locator('#ready[data-ready=true]').waitFor();
  await shoot('portal-remove');
  const flat = sharp({ create: { width: 640, height: 480, channels: 3, background: '#333' } });
  await page
    .locator('#files')
    .setInputFiles([
      await fileOf(1),
      { name: 'một màu.png', mimeType: 'image/png', buffer: await flat.png().toBuffer() },
      { name: 'ghi chú.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') },
    ]);
  await page.locator('#list li[data-state]').nth(2).waitFor();
  await page.locator('#age').selectOption('under-13');
  await page.locator('#platforms input').first().check();
  await page.locator('#exactly summary').click();
  await page.evaluate(() => window.scrollTo(0, 0));
  await shoot('portal-remove-chosen');
  await page.locator('#send').click();
  await page.locator('#done').waitFor();
  await shoot('portal-remove-sent');
  const number = (await page.locator('#case-number').textContent()) ?? '';
  const pin = (await page.locator('#pin').textContent()) ?? '';
  await page.goto(`${portal}/remove/status/`);
  await page.locator('#case-number').fill(number);
  await shoot('portal-remove-status');
  await page.locator('#pin').fill(pin);
  await page.locator('#open [type=submit]').click();
  await page.locator('#state[data-state=received]').waitFor();
  await shoot('portal-remove-status-open');
  await page.locator('#withdraw').click();
  await page.locator('#yes').waitFor();
  await shoot('portal-remove-withdraw');
}

async function bankPages(page: Page, shoot: Shoot): Promise<void> {
  await page.getByTestId('nav-banks').click();
  const bank = page.getByTestId('bank').filter({ hasText: '2026' }).first();
  await bank.waitFor();
  await shoot('console-banks');
  await bank.getByRole('link').click();
  await page.getByTestId('content').nth(2).waitFor();
  await page.locator('input[type=file]').setInputFiles({
    name: 'danh sách.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('kind,hash\nmd5,xyz\nsha512,00\n'),
  });
  await page.getByTestId('add-problem').waitFor();
  await page.getByTestId('choose-all').click();
  await page.getByTestId('chosen').waitFor();
  await shoot('console-bank');
  await page.getByTestId('choose-none').click();
  await page.locator('[data-testid=content][data-status=disputed] input').click();
  await page.getByTestId('decide-all').click();
  await page.getByTestId('decide-all-text').waitFor();
  await shoot('console-bank-decide');
  await page.keyboard.press('Escape');
  await page.getByTestId('remove-bank').click();
  await page.getByTestId('remove-bank-name').waitFor();
  await shoot('console-bank-remove');
  await page.keyboard.press('Escape');
  await page.locator('[data-testid=content][data-status=confirmed]').getByRole('link').click();
  await page.getByTestId('content-page').waitFor();
  await page.locator('ol.plain li').first().waitFor();
  await shoot('console-content');
}

async function lookUpPages(page: Page, at: TestStage, shoot: Shoot): Promise<void> {
  await page.goto(`${at.url}/console/banks/look-up`);
  await page.getByTestId('look-up-hash').waitFor();
  await shoot('console-look-up');
  const answered = (status: string) =>
    page.locator(`[data-testid=look-up-answer][data-status=${status}]`).waitFor();
  await page.locator('input[type=file]').setInputFiles(await fileOf(1));
  await answered('match');
  await shoot('console-look-up-match');
  await page.locator('input[type=file]').setInputFiles(await fileOf(2));
  await answered('no-match');
  await shoot('console-look-up-no-match');
  await page.getByTestId('look-up-hash').fill('ab12'.repeat(10));
  await page.getByTestId('look-up-send').click();
  await answered('unavailable');
  await shoot('console-look-up-unavailable');
}

async function signInAs(page: Page, at: TestStage, role: string): Promise<void> {
  const person = at.demo.signIns.find((one) => one.role === role);
  await page.context().clearCookies();
  await page.goto(`${at.url}/console/`);
  await page.getByTestId('sign-in-email').fill(person?.email ?? '');
  await page.getByTestId('sign-in-password').fill(person?.password ?? '');
  await page.getByTestId('sign-in-submit').click();
  await page.getByTestId('who').waitFor();
}
