import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bridge,
  bridgeHash,
  examples,
  folder,
  form,
  md5,
  nothing,
  openHmaStage,
  reference,
  told,
} from './hma-stage.ts';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error('the tests of films need ffmpeg');

/** Follows the scenarios of HMA's own tests (OpenMediaMatch/tests/test_api*.py, test_match_api.py, test_hashing.py). */
const { stage, shelfUrl, close, call, get, raw, lookUp, add } = await openHmaStage();
afterAll(close);

describe('look-ups', () => {
  const ids: Record<string, number> = {};
  beforeAll(async () => {
    await call('DELETE', '/c/bank/CONTENT_BANK');
    for (const [bank, hash] of [
      ['BANK_A', examples[0]],
      ['BANK_B', examples[0]],
      ['BANK_C', examples[1]],
    ] as const) {
      await call('POST', '/c/banks', { name: bank });
      ids[bank] = await add(bank, { pdq: hash });
    }
  });
  afterAll(async () => {
    for (const bank of ['BANK_A', 'BANK_B', 'BANK_C']) await call('DELETE', `/c/bank/${bank}`);
  });

  it('find banks and contents, limited to banks, with distances as texts', async () => {
    const found = (await lookUp(examples[0])).body;
    expect(Object.keys(found).sort()).toEqual(['BANK_A', 'BANK_B', 'BANK_C']);
    expect(found.BANK_A[0]).toMatchObject({ bank_content_id: ids.BANK_A, distance: '0' });
    expect(found.BANK_C[0]).toMatchObject({ bank_content_id: ids.BANK_C, distance: '2' });
    expect(Object.keys((await lookUp(examples[0], 'pdq', '&banks=BANK_A,BANK_C')).body)).toEqual([
      'BANK_A',
      'BANK_C',
    ]);
    expect((await lookUp(examples[0], 'pdq', '&banks=NON_EXISTENT_BANK')).body).toEqual({});
    expect((await lookUp(nothing)).body).toEqual({});
    const near = (await raw(examples[0], 'pdq', '&include_distance=True&banks=BANK_A,BANK_C')).body.matches;
    expect(near.map((one: { distance: string }) => one.distance)).toEqual(['0', '2']);
    expect((await raw(examples[0], 'pdq', '&banks=BANK_B')).body).toEqual({ matches: [ids.BANK_B] });
    expect((await raw(examples[0], 'pdq', '&banks=NON_EXISTENT_BANK')).body).toEqual({ matches: [] });
  });

  it('ask a part of the banks by chance, the same for the same seed, or all', async () => {
    await call('PUT', '/c/bank/BANK_A', { enabled_ratio: 0.5 });
    const ask = async (more: string) =>
      Object.keys((await lookUp(examples[0], 'pdq', more)).body).includes('BANK_A');
    const seeds = Array.from({ length: 40 }, (_, seed) => `&seed=${seed}`);
    const first = await Promise.all(seeds.map(ask));
    expect(new Set(first).size).toBe(2);
    expect(await Promise.all(seeds.map(ask))).toEqual(first);
    await call('PUT', '/c/bank/BANK_A', { enabled: false });
    expect(await ask('&seed=1')).toBe(false);
    expect(await ask('&bypass_coinflip=true')).toBe(true);
    await call('PUT', '/c/bank/BANK_A', { enabled: true });
  });

  it('take a file or an address', async () => {
    await call('POST', '/c/banks', { name: 'BANK_F' });
    const hash = await add('BANK_F', { pdq: bridgeHash });
    const expected = { pdq: { BANK_F: [{ content_id: hash, bank_content_id: hash, distance: '0' }] } };
    const url = encodeURIComponent(`${shelfUrl}/bridge.jpg`);
    expect((await get(`/m/lookup?url=${url}&banks=BANK_F`)).body).toEqual(expected);
    expect((await get(`/m/lookup?url=${url}&banks=BANK_F&signal_type=pdq`)).body).toEqual(expected.pdq);
    expect((await call('POST', '/m/lookup?banks=BANK_F', form(['photo', bridge]))).body).toEqual(expected);
    expect((await call('POST', '/m/lookup?types=md5', form(['photo', bridge]))).body).toEqual({ md5: {} });
  });

  it('refuse what they do not understand', async () => {
    expect(await lookUp('banana')).toMatchObject({ status: 400 });
    expect(await lookUp(nothing, 'tlsh')).toEqual({
      status: 400,
      body: { message: "No such SignalType 'tlsh'" },
    });
    expect((await raw(nothing, 'tlsh')).status).toBe(400);
    expect((await raw('banana')).status).toBe(400);
    expect((await raw(nothing, 'pdq', '&include_distance=perhaps')).status).toBe(400);
    expect((await get('/m/raw_lookup?signal_type=pdq')).status).toBe(400);
    expect((await get('/m/lookup')).status).toBe(400);
  });

  it('compare pairs', async () => {
    const pair = [
      'facd8bcb2a49bcebdec1985298d5fe84bcd006c187c598c720c3c087b3fdb318',
      'facd8bcb2a49bcebdec1985228d5ae84bcd006c187c598c720c2b087b3fdb318',
    ];
    const film = `["${pair[0]},100,0.0", "${nothing},100,1.0"]`;
    expect(
      (
        await call('POST', '/m/compare', {
          pdq: pair,
          md5: [md5, md5],
          vpdq: [film, `["${pair[1]},100,0.0"]`],
        })
      ).body,
    ).toEqual({
      pdq: [true, { distance: 9 }],
      md5: [true, {}],
      vpdq: [false, { query_match_percent: 50, compared_match_percent: 100 }],
    });
    for (const bad of [
      ['banana'],
      { pdq: 'banana' },
      { pdq: [] },
      { pdq: ['banana', 'banana'] },
      { pdq: [...pair, pair[0]] },
      { tlsh: pair },
    ]) {
      expect((await call('POST', '/m/compare', bad)).status).toBe(400);
    }
  });

  it('match films by their frames', async () => {
    const film = (hashes: string[]) => `[${hashes.map((hash, at) => `"${hash},100,${at}.0"`).join(', ')}]`;
    const frames = [0, 1, 2, 3, 4].map((at) => String(at).repeat(64));
    const id = await add('BANK_B', { vpdq: film(frames) });
    const expected = { BANK_B: [{ content_id: id, bank_content_id: id, distance: '100%[40%]' }] };
    expect((await lookUp(film(frames.slice(0, 2)), 'vpdq')).body).toEqual(expected);
    expect((await raw(film(frames.slice(0, 2)), 'vpdq', '&include_distance=true')).body.matches).toEqual(
      expected.BANK_B,
    );
    expect((await lookUp(film(['9'.repeat(64)]), 'vpdq')).body).toEqual({});
    expect((await get(`/c/bank/BANK_B/content/${id}?signal_type=vpdq`)).body.signals).toEqual({
      vpdq: film(frames),
    });
  });
});

describe('hashing', () => {
  it('gives the published hashes of the reference images', async () => {
    const bits = async (name: string) => {
      const { body } = await call('POST', '/h/hash', form(['photo', readFileSync(join(folder, name))]));
      const [ours, theirs] = [body.pdq, reference.get(name) ?? ''].map((hash) => BigInt(`0x${hash || '0'}`));
      return ((ours ?? 0n) ^ (theirs ?? 0n)).toString(2).replaceAll('0', '').length;
    };
    // small.jpg has too little shape for HMA: it hashes it to the empty text, and so do we.
    const names = [...reference.keys()].filter((name) => name !== 'small.jpg');
    const apart = await Promise.all(names.map(bits));
    expect(Math.max(...apart)).toBeLessThanOrEqual(10);
    expect(apart.filter((distance) => distance === 0).length).toBeGreaterThanOrEqual(12);
    const small = form(['photo', readFileSync(join(folder, 'small.jpg'))]);
    expect((await call('POST', '/h/hash', small)).body).toEqual({ pdq: '' });
  });

  it('hashes what stands at an address, by the types asked for', async () => {
    const url = encodeURIComponent(`${shelfUrl}/bridge.jpg`);
    expect((await get(`/h/hash?url=${url}`)).body).toEqual({ pdq: bridgeHash });
    const both = (await get(`/h/hash?url=${url}&types=md5,pdq&content_type=photo`)).body;
    expect(both).toEqual({ md5: expect.stringMatching(/^[0-9a-f]{32}$/), pdq: bridgeHash });
  });

  it('refuses addresses and files, each with its status', async () => {
    const hash = async (query: string) => (await get(`/h/hash?${query}`)).status;
    const at = (path: string) => `url=${encodeURIComponent(`${shelfUrl}${path}`)}`;
    for (const url of [
      'ftp://example.com',
      'file:///etc/passwd',
      'example.com',
      '',
      'http://',
      'http://a:b@example.com/',
    ]) {
      expect(await hash(`url=${encodeURIComponent(url)}`), url).toBe(400);
    }
    expect(await get('/h/hash')).toEqual({ status: 400, body: { message: 'url is required' } });
    expect(await get(`/h/hash?${at('/large')}`)).toMatchObject({
      status: 413,
      body: { message: 'Content too large' },
    });
    expect(await hash(at('/gone'))).toBe(400);
    expect(await hash(`${at('/bridge.jpg')}&content_type=audio`)).toBe(400);
    expect(await hash(`${at('/bridge.jpg')}&content_type=video&types=vpdq`)).toBe(400);
    expect(await hash(`${at('/bridge.jpg')}&types=tlsh`)).toBe(400);
    expect(await hash(`${at('/bridge.jpg')}&types=,`)).toBe(400);

    const post = async (data?: FormData) => (await call('POST', '/h/hash', data)).status;
    expect(await post()).toBe(400);
    expect(await post(form(['file', bridge]))).toBe(400);
    expect(await post(form(['photo', bridge], ['photo', bridge]))).toBe(400);
    expect(await post(form(['photo', bridge.subarray(0, 3000)]))).toBe(400);
    expect(await post(form(['photo', Buffer.from('not a picture')]))).toBe(400);
    expect(await post(form(['photo', new Uint8Array(0)]))).toBe(400);
    expect(await post(form(['photo', Buffer.alloc(2_000_001)]))).toBe(413);
    expect((await call('POST', '/h/hash', { photo: 'x' })).status).toBe(400);
  });

  it('matches in one call, also turned and mirrored', async () => {
    for (const bank of (await get('/c/banks')).body) await call('DELETE', `/c/bank/${bank.name}`);
    await call('POST', '/c/banks', { name: 'TURNED' });
    const content = await add('TURNED', { pdq: bridgeHash });
    const turned = await sharp(bridge).rotate(90).jpeg({ quality: 95 }).toBuffer();
    const match = async (query: string, data = form(['file', turned])) => {
      const answer = await fetch(`${stage.url}/v1/media/match${query}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stage.demo.platform.apiKey}` },
        body: data,
      });
      return told(answer);
    };
    expect((await match('?dihedral=false')).body).toMatchObject({
      file: { kind: 'picture' },
      lookup: { status: 'no-match' },
    });
    const asHma = (query = '') => call('POST', `/m/lookup${query}`, form(['photo', turned]));
    expect((await asHma()).body).toEqual({
      pdq: { TURNED: [{ content_id: content, bank_content_id: content, distance: expect.any(String) }] },
    });
    expect((await asHma('?dihedral=false')).body).toEqual({ pdq: {} });
    const found = (await match('')).body;
    expect(found.file.dihedral).toHaveLength(8);
    expect(found.lookup.matches[0]).toMatchObject({
      bank: expect.any(String),
      content: expect.any(Number),
      kind: 'pdq',
      orientation: expect.any(String),
    });
    expect(found.lookup.matches.map((one: { content: number }) => one.content)).toContain(content);
    expect((await match('', form(['file', Buffer.from('no picture')]))).body).toMatchObject({
      file: { kind: null, problem: expect.any(String), sha256: expect.any(String) },
      lookup: { status: 'unavailable', why: 'unread' },
    });
    expect(await match('', form(['photo', turned]))).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', pointer: '/photo' },
    });
    expect(await match('', form())).toMatchObject({ status: 400, body: { pointer: '/file' } });
    expect(await match('', form(['file', Buffer.alloc(2_000_001)]))).toMatchObject({
      status: 413,
      body: { code: 'too-large' },
    });
  });

  it.skipIf(!hasFfmpeg)('never says of half a film that it matches nothing', async () => {
    const source = 'testsrc=size=160x120:rate=5:duration=8';
    const whole = execFileSync(
      'ffmpeg',
      ['-v', 'error', '-f', 'lavfi', '-i', source, '-c:v', 'mjpeg', '-f', 'avi', 'pipe:1'],
      { maxBuffer: 2_000_000 },
    );
    const half = whole.subarray(0, whole.length / 2);
    const signals = (await call('POST', '/h/hash', form(['video', whole]))).body;
    expect(Object.keys(signals)).toEqual(['video_md5', 'vpdq']);
    const lookUpFilm = (bytes: Uint8Array) => call('POST', '/m/lookup', form(['video', bytes]));
    expect(await lookUpFilm(whole)).toEqual({ status: 200, body: { video_md5: {}, vpdq: {} } });
    expect(await lookUpFilm(half)).toMatchObject({ status: 413, body: { message: 'Content too large' } });
    await call('POST', '/c/banks', { name: 'HALVES' });
    await add('HALVES', { vpdq: signals.vpdq });
    expect((await lookUpFilm(half)).body.vpdq).toMatchObject({ HALVES: [{ distance: expect.any(String) }] });
  });
});
