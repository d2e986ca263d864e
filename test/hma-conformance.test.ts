import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bridge, bridgeHash, form, md5, nothing, openHmaStage } from './hma-stage.ts';
import { signIn } from './stage.ts';

/** Follows the scenarios of HMA's own tests (OpenMediaMatch/tests/test_api*.py, test_match_api.py, test_hashing.py). */
const { stage, shelfUrl, close, call, get, raw, lookUp, add } = await openHmaStage();
afterAll(close);

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
