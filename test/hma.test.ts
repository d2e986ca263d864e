import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatFrameJson, formatHash, parseHash } from '@keben/pdq';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { openStage, type TestStage } from './stage.ts';

/** A hash with some of its bits turned over. */
function flipped(hash: string, bits: number): string {
  const bytes = parseHash(hash) ?? new Uint8Array(32);
  for (let bit = 0; bit < bits; bit++) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return formatHash(bytes);
}

/** A picture with enough shape, another for each seed. */
async function picture(seed: number): Promise<Buffer> {
  const circles = Array.from(
    { length: 12 },
    (_, n) =>
      `<circle cx="${(97 * (n + 1) * (seed + 3)) % 320}" cy="${(53 * (n + 2) * (seed + 5)) % 240}" r="${10 + ((n * 7 + seed) % 40)}" fill="hsl(${(n * 67 + seed * 31) % 360} 80% ${20 + ((n * 13) % 60)}%)"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240"><rect width="320" height="240" fill="#bcd"/>${circles.join('')}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

const pdq = 'f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22';

describe.each(['embedded', 'postgres'])('the interface of HMA (%s)', (kind) => {
  let postgres: PostgresServer | undefined;
  let stage: TestStage;

  beforeAll(async () => {
    postgres = kind === 'postgres' ? await startPostgres() : undefined;
    stage = await openStage({
      HMA_AT_ROOT: 'true',
      HMA_OPEN_TO: kind === 'embedded' ? 'Sân Chơi' : '',
      MEDIA_MAX_BYTES: '2000000',
      ...(postgres ? { DATABASE_URL: postgres.url } : {}),
    });
  });
  afterAll(async () => {
    await stage?.close();
    await postgres?.stop();
  });

  const call = async (method: string, path: string, body?: object | FormData, prefix = '/hma') => {
    const form = body instanceof FormData;
    const response = await fetch(`${stage.url}${prefix}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${stage.demo.platform.apiKey}`,
        ...(body && !form ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: form ? body : JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: json ? JSON.parse(text) : text, headers: response.headers };
  };
  const upload = (bytes: Uint8Array<ArrayBuffer>, field = 'photo') => {
    const form = new FormData();
    form.append(field, new Blob([bytes]), 'file.bin');
    return form;
  };
  const bytesOf = (buffer: Buffer) => new Uint8Array(buffer);
  const raw = (signal: string, more = '') =>
    call('GET', `/m/raw_lookup?signal_type=pdq&signal=${signal}${more}`);

  it('takes a key in the header or, for clients that can only set an address, in the path', async () => {
    const open = await fetch(`${stage.url}/hma/c/banks`);
    expect(open.status).toBe(kind === 'embedded' ? 200 : 401);
    if (kind === 'postgres') expect(await open.json()).toMatchObject({ message: expect.any(String) });
    const inPath = await fetch(`${stage.url}/hma/key/${stage.demo.platform.apiKey}/c/banks`);
    expect(inPath.status).toBe(200);
    const wrong = await fetch(`${stage.url}/hma/key/kb_${'x'.repeat(32)}/c/banks`);
    expect(wrong.status).toBe(401);
    const root = await call('GET', '/c/signal_type', undefined, '');
    expect(root.body).toContainEqual({ name: 'pdq', enabled_ratio: 1 });
    expect((await call('GET', '/v1/nothing', undefined, '')).body).toMatchObject({ code: 'not-found' });
    expect((await call('GET', '/status/live')).body).toBe('I-AM-ALIVE');
    expect((await call('GET', '/status')).body).toBe('I-AM-ALIVE');
  });

  it('makes, changes and removes banks', async () => {
    const made = await call('POST', '/c/banks', { name: 'ONE_BANK', enabled_ratio: '0.5' });
    expect(made).toMatchObject({ status: 201, body: { name: 'ONE_BANK', matching_enabled_ratio: 0.5 } });
    expect(await call('POST', '/c/banks', { name: 'ONE_BANK' })).toMatchObject({ status: 403 });
    expect(await call('POST', '/c/banks', { name: 'one bank' })).toMatchObject({ status: 400 });
    expect(await call('POST', '/c/banks', {})).toMatchObject({ status: 400 });
    expect(await call('PUT', '/c/bank/ONE_BANK', { name: 'NEW_BANK', enabled: true })).toMatchObject({
      status: 200,
      body: { name: 'NEW_BANK', matching_enabled_ratio: 1 },
    });
    expect(await call('GET', '/c/bank/ONE_BANK')).toMatchObject({
      status: 404,
      body: { message: "bank 'ONE_BANK' not found" },
    });
    expect(await call('DELETE', '/c/bank/NEW_BANK')).toMatchObject({
      status: 200,
      body: { message: 'Done' },
    });
    expect((await call('GET', '/c/banks')).body).not.toContainEqual(
      expect.objectContaining({ name: 'NEW_BANK' }),
    );
  });

  it('matches a signal within 31 bits until its content is disabled or removed, or its bank is off', async () => {
    await call('POST', '/c/banks', { name: 'SIGNALS' });
    const added = await call('POST', '/c/bank/SIGNALS/signal', { pdq });
    expect(added).toMatchObject({ status: 200, body: { signals: { pdq } } });
    const { id } = added.body;
    expect((await raw(pdq)).body).toEqual({ matches: [id] });
    expect((await raw(flipped(pdq, 31), '&include_distance=true')).body).toEqual({
      matches: [{ content_id: id, bank_content_id: id, distance: '31' }],
    });
    expect((await raw(flipped(pdq, 32))).body).toEqual({ matches: [] });
    const banks = () => call('GET', `/m/lookup?signal_type=pdq&signal=${pdq}`);
    expect((await banks()).body).toEqual({
      SIGNALS: [{ content_id: id, bank_content_id: id, distance: '0' }],
    });

    await call('PUT', '/c/bank/SIGNALS', { enabled: false });
    expect((await banks()).body).toEqual({});
    await call('PUT', '/c/bank/SIGNALS', { enabled_ratio: 1 });
    const tomorrow = Math.floor(Date.now() / 1000) + 86_400;
    const content = `/c/bank/SIGNALS/content/${id}`;
    expect((await call('PUT', content, { disable_until_ts: tomorrow })).body).toMatchObject({
      disable_until_ts: tomorrow,
    });
    expect((await banks()).body).toEqual({});
    await call('PUT', content, { disable_until_ts: 1 });
    expect((await call('GET', `${content}?include_signals=true`)).body).toMatchObject({
      id,
      signals: { pdq },
    });
    expect((await banks()).body).toHaveProperty('SIGNALS');
    expect((await call('DELETE', content)).body).toEqual({ deleted: 1 });
    expect((await call('DELETE', content)).body).toEqual({ deleted: 0 });
    expect((await raw(pdq)).body).toEqual({ matches: [] });
  });

  it('hashes, banks and finds files', async () => {
    await call('POST', '/c/banks', { name: 'FILES' });
    const one = bytesOf(await picture(1));
    const hashed = await call('POST', '/h/hash', upload(one));
    expect(hashed.status).toBe(200);
    expect(Number(hashed.headers.get('x-pdq-quality'))).toBeGreaterThanOrEqual(50);
    const added = await call('POST', '/c/bank/FILES/content', upload(one));
    expect(added.body.signals).toEqual(hashed.body);
    const again = bytesOf(await sharp(one).jpeg({ quality: 60 }).toBuffer());
    const found = await call('POST', '/m/lookup', upload(again));
    expect(found.body.pdq.FILES).toEqual([
      {
        content_id: added.body.id,
        bank_content_id: added.body.id,
        distance: expect.stringMatching(/^\d+$/),
      },
    ]);
    const other = bytesOf(await picture(7));
    expect((await call('POST', '/m/lookup', upload(other))).body).toEqual({ pdq: {} });
    const all = await call('POST', '/h/hash?types=pdq,md5,sha256', upload(one));
    expect(Object.keys(all.body)).toEqual(['pdq', 'md5', 'sha256']);
  });

  const references = join(import.meta.dirname, '../../shared/data/pdq');
  it.runIf(existsSync(references))('gives the published hash of a reference picture', async () => {
    const expected = new Map(
      readFileSync(join(references, 'expected.csv'), 'utf8')
        .split('\n')
        .map((line) => line.split(',') as [string, string]),
    );
    for (const name of ['c.png', 'aaa-orig.jpg']) {
      const file = bytesOf(readFileSync(join(references, name)));
      expect((await call('POST', '/h/hash', upload(file))).body).toEqual({ pdq: expected.get(name)?.trim() });
    }
  });

  it('says what is wrong with a file, and never that it matches nothing', async () => {
    const flat = bytesOf(
      await sharp({ create: { width: 300, height: 300, channels: 3, background: '#777' } })
        .png()
        .toBuffer(),
    );
    expect(await call('POST', '/m/lookup', upload(flat))).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('too little shape') },
    });
    const whole = bytesOf(await picture(2));
    expect(await call('POST', '/m/lookup', upload(whole.slice(0, whole.length / 2)))).toMatchObject({
      status: 400,
    });
    expect(await call('POST', '/h/hash', upload(new Uint8Array([1, 2, 3])))).toMatchObject({ status: 400 });
    expect(await call('POST', '/h/hash', upload(whole, 'picture'))).toMatchObject({
      status: 400,
      body: { message: "no such content_type: 'picture'" },
    });
    expect(await call('POST', '/h/hash', upload(whole, 'video'))).toMatchObject({ status: 200 });
    const large = randomBytes(2_000_001);
    expect(await call('POST', '/h/hash', upload(bytesOf(large)))).toMatchObject({ status: 413 });
    const noise = { width: 750, height: 750, channels: 3 as const };
    const megabytes = await sharp(randomBytes(750 * 750 * 3), { raw: noise })
      .png()
      .toBuffer();
    expect(megabytes.length).toBeGreaterThan(1_100_000);
    expect(await call('POST', '/h/hash', upload(bytesOf(megabytes)))).toMatchObject({ status: 200 });
    expect(await call('POST', '/h/hash', { photo: 'x' })).toMatchObject({ status: 400 });
    expect(await call('POST', '/h/hash?types=vpdq', upload(whole))).toMatchObject({ status: 400 });
    const inside = encodeURIComponent(`${stage.url}/console/`);
    expect(await call('GET', `/h/hash?url=${inside}`)).toMatchObject({ status: 400 });
    expect(await call('GET', '/h/hash')).toMatchObject({ status: 400, body: { message: 'url is required' } });
    expect(await call('GET', '/m/raw_lookup?signal=00&signal_type=pdq')).toMatchObject({ status: 400 });
    expect(await call('GET', `/m/raw_lookup?signal=${pdq}&signal_type=photo`)).toMatchObject({
      status: 400,
      body: { message: "No such SignalType 'photo'" },
    });
    expect(await call('GET', '/m/nothing')).toMatchObject({
      status: 404,
      body: { message: expect.any(String) },
    });
  });

  it('knows films by MD5 and by their frames', async () => {
    await call('POST', '/c/banks', { name: 'FILMS' });
    const md5 = '0123456789abcdef0123456789abcdef';
    const frames = Array.from({ length: 10 }, (_, n) => ({
      hash: parseHash(flipped(pdq.replace('f8f8', `${n}1c${n}`), n)) ?? new Uint8Array(32),
      quality: 90,
      seconds: n,
    }));
    const film = formatFrameJson(frames);
    const { body } = await call('POST', '/c/bank/FILMS/signal', { video_md5: md5, vpdq: film });
    const lookUp = (type: string, signal: string) =>
      call('GET', `/m/lookup?signal_type=${type}&signal=${encodeURIComponent(signal)}`);
    expect((await lookUp('video_md5', md5)).body).toEqual({
      FILMS: [{ content_id: body.id, bank_content_id: body.id, distance: '-' }],
    });
    expect((await lookUp('vpdq', formatFrameJson(frames.slice(0, 5)))).body).toMatchObject({
      FILMS: [{ bank_content_id: body.id }],
    });
    expect((await lookUp('vpdq', '[]')).status).toBe(400);
    expect((await lookUp('vpdq', 'no')).status).toBe(400);
    expect((await lookUp('video_md5', 'f'.repeat(32))).body).toEqual({});
  });

  it('compares signals and tells where the indexes stand', async () => {
    expect((await call('POST', '/m/compare', { pdq: [pdq, flipped(pdq, 9)] })).body).toEqual({
      pdq: [true, { distance: 9 }],
    });
    expect((await call('POST', '/m/compare', { pdq: [pdq] })).status).toBe(400);
    const status = await call('GET', '/m/index/status?signal_type=pdq');
    expect(status.body).toEqual({
      pdq: { present: true, built_to: expect.any(Number), size: expect.any(Number) },
    });
    expect((await call('GET', '/c/exchanges')).body).toEqual([]);
    expect((await call('GET', '/c/exchange/NCMEC/status')).status).toBe(404);
    expect((await call('POST', '/c/exchanges', { bank: 'A', api: 'ncmec' })).status).toBe(400);
  });
});
