import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, signIn, type TestStage } from './stage.ts';

/** Follows the scenarios of HMA's own tests (OpenMediaMatch/tests/test_api*.py, test_match_api.py, test_hashing.py). */
let stage: TestStage;
let shelf: Server;
let shelfUrl: string;
const folder = join(import.meta.dirname, '../../shared/data/pdq');
const reference = new Map(
  readFileSync(join(folder, 'expected.csv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(',') as [string, string]),
);
const bridge = readFileSync(join(folder, 'aaa-orig.jpg'));
const bridgeHash = reference.get('aaa-orig.jpg') ?? '';
/** Of PDQ's published examples; the second is 24 bits or less from the first. */
const examples = [
  'f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22',
  'f8f8f0cee0f4a84f06370a2a038f63f0b36e26d596621e1d33e6b39c4e9c9b22',
  'e64cc9d91c623882f8d1f1d9a398e78c9f199b3bd83924f2b7e11e0bf861b064',
] as const;
const nothing = '55'.repeat(32);
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error('the tests of films need ffmpeg');
const md5 = 'cab08b36195edb1a1231d2d09fa450e0';

beforeAll(async () => {
  shelf = createServer((request, response) => {
    if (request.url === '/bridge.jpg') response.end(bridge);
    else if (request.url === '/large') response.writeHead(200, { 'content-length': 200_000_000 }).end();
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => shelf.listen(0, '127.0.0.1', done));
  shelfUrl = `http://127.0.0.1:${(shelf.address() as AddressInfo).port}`;
  stage = await openStage({ ALLOW_PRIVATE_MEDIA: 'true', MEDIA_MAX_BYTES: '2000000' });
});
afterAll(async () => {
  await stage?.close();
  await new Promise((done) => shelf.close(done));
});

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape are compared as they are
type Answer = { status: number; body: any };

async function call(method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
  const response = await fetch(`${stage.url}/hma${path}`, {
    method,
    headers: {
      authorization: `Bearer ${stage.demo.platform.apiKey}`,
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text,
  };
}

const get = (path: string) => call('GET', path);
function form(...files: [field: string, bytes: Uint8Array][]): FormData {
  const data = new FormData();
  for (const [field, bytes] of files) data.append(field, new Blob([new Uint8Array(bytes)]), 'file');
  return data;
}
const raw = (signal: string, type = 'pdq', more = '') =>
  get(`/m/raw_lookup?signal_type=${type}&signal=${encodeURIComponent(signal)}${more}`);
const lookUp = (signal: string, type = 'pdq', more = '') =>
  get(`/m/lookup?signal_type=${type}&signal=${encodeURIComponent(signal)}${more}`);
const add = async (bank: string, signals: object): Promise<number> => {
  const answer = await call('POST', `/c/bank/${bank}/signal`, signals);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body.id;
};

describe('status', () => {
  it('is alive, for load balancers without a key', async () => {
    for (const path of ['/status', '/status/live']) {
      const answer = await fetch(`${stage.url}/hma${path}`);
      expect([answer.status, await answer.text()]).toEqual([200, 'I-AM-ALIVE']);
    }
    for (const [path, word] of [
      ['/livez', 'OK'],
      ['/readyz', 'READY'],
    ]) {
      const answer = await fetch(`${stage.url}/hma${path}`);
      expect([answer.status, await answer.text()]).toEqual([200, word]);
    }
    const home = await fetch(`${stage.url}/hma/`, { redirect: 'manual' });
    expect([home.status, home.headers.get('location')]).toEqual([302, '/hma/status']);
  });

  it('needs a key for all else, as Bearer, as password or in the path, and says so in its own shape', async () => {
    const { apiKey } = stage.demo.platform;
    const ask = async (headers: Record<string, string>, prefix = '/hma') => {
      const answer = await fetch(`${stage.url}${prefix}/c/banks`, { headers });
      return [answer.status, Object.keys((await answer.json()) as object)[0]];
    };
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    expect(await ask({})).toEqual([401, 'message']);
    expect(await ask({ authorization: `Bearer kb_${'x'.repeat(32)}` })).toEqual([401, 'message']);
    expect(await ask(basic('hma:wrong'))).toEqual([401, 'message']);
    expect(await ask({}, `/hma/key/kb_${'x'.repeat(32)}`)).toEqual([401, 'message']);
    for (const answer of [
      await ask({ authorization: `Bearer ${apiKey}` }),
      await ask(basic(`hma:${apiKey}`)),
      await ask(basic(apiKey)),
      await ask({}, `/hma/key/${apiKey}`),
      await ask({}, `/hma/key/${apiKey}/`),
    ]) {
      expect(answer[0]).toBe(200);
    }
    const away = await get('/x');
    expect([away.status, Object.keys(away.body)]).toEqual([404, ['message']]);
  });
});

describe('banks', () => {
  it('are made under the rule of HMA for names', async () => {
    for (const name of ['01_TEST_BANK', 'my_test_bank', 'A'.repeat(121), '']) {
      expect((await call('POST', '/c/banks', { name })).status).toBe(400);
    }
    expect((await call('POST', '/c/banks', {})).status).toBe(400);
    expect((await call('POST', '/c/banks', { name: 'A', enabled_ratio: 1.5 })).status).toBe(400);
    expect(await call('POST', '/c/banks', { name: 'MY_TEST_BANK_01' })).toEqual({
      status: 201,
      body: { name: 'MY_TEST_BANK_01', matching_enabled_ratio: 1 },
    });
    expect(await call('POST', '/c/banks', { name: 'MY_TEST_BANK_01' })).toEqual({
      status: 403,
      body: { message: 'Bank already exists' },
    });
    expect((await get('/c/banks')).body).toContainEqual({
      name: 'MY_TEST_BANK_01',
      matching_enabled_ratio: 1,
    });
  });

  it('change name and ratio, and go', async () => {
    await call('POST', '/c/banks', { name: 'OTHER', enabled: false });
    expect((await get('/c/bank/OTHER')).body).toEqual({ name: 'OTHER', matching_enabled_ratio: 0 });
    expect((await call('PUT', '/c/bank/OTHER', { name: '1_invalid_name' })).status).toBe(400);
    expect(await call('PUT', '/c/bank/OTHER', { name: 'MY_TEST_BANK_01' })).toMatchObject({ status: 403 });
    expect(await call('PUT', '/c/bank/OTHER', { name: 'RENAMED' })).toEqual({
      status: 200,
      body: { name: 'RENAMED', matching_enabled_ratio: 0 },
    });
    expect((await call('PUT', '/c/bank/RENAMED', { enabled: true })).body.matching_enabled_ratio).toBe(1);
    expect((await call('PUT', '/c/bank/RENAMED', { enabled_ratio: 0.5 })).body.matching_enabled_ratio).toBe(
      0.5,
    );
    expect((await call('PUT', '/c/bank/OTHER', { enabled: true })).status).toBe(404);
    expect((await get('/c/bank/OTHER')).body).toEqual({ message: "bank 'OTHER' not found" });
    for (let time = 0; time < 2; time++) {
      expect(await call('DELETE', '/c/bank/RENAMED')).toEqual({ status: 200, body: { message: 'Done' } });
    }
    expect((await get('/c/bank/RENAMED')).status).toBe(404);
  });
});

describe('contents', () => {
  let id: number;
  const bank = 'CONTENT_BANK';
  beforeAll(async () => {
    await call('POST', '/c/banks', { name: bank });
  });

  it('come by address, as a file or as signals, and match at once', async () => {
    const url = encodeURIComponent(`${shelfUrl}/bridge.jpg`);
    const byUrl = await call('POST', `/c/bank/${bank}/content?url=${url}&content_type=photo`);
    expect(byUrl).toEqual({ status: 200, body: { id: expect.any(Number), signals: { pdq: bridgeHash } } });
    id = byUrl.body.id;
    expect((await raw(bridgeHash)).body).toEqual({ matches: [id] });
    // The same hashes in the same bank are one content here.
    expect((await call('POST', `/c/bank/${bank}/content`, form(['photo', bridge]))).body.id).toBe(id);
    const film = await add(bank, { video_md5: md5.toUpperCase() });
    expect((await lookUp(md5, 'video_md5')).body).toEqual({
      [bank]: [{ content_id: film, bank_content_id: film, distance: '-' }],
    });
    expect((await get(`/c/bank/${bank}/content/${film}?include_signals=true`)).body.signals).toEqual({
      video_md5: md5,
    });
  });

  it('are unconfirmed when they come: staff see them so', async () => {
    const staff = await signIn(stage, 'admin');
    expect(staff.cookie).not.toBe('');
    const answer = await fetch(`${stage.url}/v1/media/lookup`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stage.demo.platform.apiKey}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ items: [{ pdq: bridgeHash }, { pdq: nothing }, {}] }),
    });
    expect(await answer.json()).toMatchObject({
      items: [
        { status: 'match', matches: [{ bank, content: id, status: 'unconfirmed', action: 'hold' }] },
        { status: 'no-match' },
        { status: 'unavailable', why: 'no-hash' },
      ],
    });
  });

  it('are shown', async () => {
    const shown = {
      id,
      disable_until_ts: 1,
      collab_metadata: {},
      original_media_uri: null,
      bank: { name: bank, matching_enabled_ratio: 1 },
    };
    const at = `/c/bank/${bank}/content/${id}`;
    expect((await get(at)).body).toEqual(shown);
    expect((await get(`${at}?signal_type=video_md5`)).body).toEqual({ ...shown, signals: {} });
    expect((await get(`${at}?signal_type=pdq`)).body.signals).toEqual({ pdq: bridgeHash });
    expect(await get(`${at}?signal_type=invalid`)).toMatchObject({
      status: 400,
      body: { message: "No such signal type 'invalid'" },
    });
    for (const path of [
      `/c/bank/NONE/content/${id}`,
      `/c/bank/${bank}/content/999999`,
      `/c/bank/${bank}/content/x`,
    ]) {
      expect((await get(path)).status).toBe(404);
    }
    // HMA would show the content of another bank here.
    expect((await get(`/c/bank/MY_TEST_BANK_01/content/${id}`)).status).toBe(404);
  });

  it('are not matched while they are disabled', async () => {
    const at = `/c/bank/${bank}/content/${id}`;
    const year = Math.floor(Date.now() / 1000) + 365 * 86_400;
    for (const [until, matches] of [
      [year, false],
      [1, true],
      [0, false],
      ['1', true],
      [5, true],
    ] as const) {
      const changed = await call('PUT', at, { disable_until_ts: until });
      expect([changed.status, changed.body.disable_until_ts]).toEqual([200, Number(until)]);
      expect(Object.keys((await lookUp(bridgeHash)).body)).toEqual(matches ? [bank] : []);
      // HMA's raw look-up does not ask.
      expect((await raw(bridgeHash)).body).toEqual({ matches: [id] });
    }
    for (const wrong of [9_999_999_999, -1, 'soon', 1.5]) {
      expect((await call('PUT', at, { disable_until_ts: wrong })).status).toBe(400);
    }
    expect((await call('PUT', `/c/bank/${bank}/content/999999`, { disable_until_ts: 1 })).status).toBe(404);
    expect((await call('PUT', at)).status).toBe(400);
  });

  it('go for good', async () => {
    expect(await call('DELETE', `/c/bank/MY_TEST_BANK_01/content/${id}`)).toMatchObject({
      body: { deleted: 0 },
    });
    expect(await call('DELETE', `/c/bank/${bank}/content/${id}`)).toEqual({
      status: 200,
      body: { deleted: 1 },
    });
    expect((await raw(bridgeHash)).body).toEqual({ matches: [] });
    expect(await call('DELETE', `/c/bank/NONE/content/${id}`)).toMatchObject({ status: 404 });
  });

  it('are refused when something is wrong with them', async () => {
    const post = async (path: string, body?: unknown) => (await call('POST', `/c/bank/${path}`, body)).status;
    const url = encodeURIComponent(`${shelfUrl}/bridge.jpg`);
    expect(await post(`NONE/signal`, { pdq: nothing })).toBe(404);
    expect(await post(`NONE/content?url=${url}`)).toBe(404);
    expect(await call('POST', `/c/bank/${bank}/content`)).toEqual({
      status: 400,
      body: { message: 'Neither `url` nor multipart file upload was received' },
    });
    expect(await post(`${bank}/signal`, {})).toBe(400);
    expect(await post(`${bank}/signal`, { tlsh: 'x' })).toBe(400);
    expect(await post(`${bank}/signal`, { pdq: 'banana' })).toBe(400);
    expect(await post(`${bank}/signal`, { pdq: 5 })).toBe(400);
    expect(await post(`${bank}/signal`, { vpdq: `["${nothing},20,0.0"]` })).toBe(400);
    expect(await post(`${bank}/content?url=${url}`, { metadata: { invalid_metadata: 5 } })).toBe(400);
    expect(
      await post(`${bank}/content?url=${url}`, {
        metadata: { content_id: '1197433091', json: { asdf: {} } },
      }),
    ).toBe(200);
  });
});

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
      // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are compared as they are
      return { status: answer.status, body: (await answer.json()) as any };
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
