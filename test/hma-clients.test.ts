import { createHash } from 'node:crypto';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../apps/server/src/base/api-keys.ts';
import { rows } from '../apps/server/src/base/database.ts';
import { bridge, told } from './hma-stage.ts';
import { openStage, type TestStage, until } from './stage.ts';

let stage: TestStage;
let shelf: Server;
let shelfUrl: string;
const pdq = 'f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22';

beforeAll(async () => {
  shelf = createServer((_request, response) => response.end(bridge));
  await new Promise<void>((done) => shelf.listen(0, '127.0.0.1', done));
  shelfUrl = `http://127.0.0.1:${(shelf.address() as AddressInfo).port}`;
  stage = await openStage({
    ALLOW_PRIVATE_MEDIA: 'true',
    MEDIA_MAX_BYTES: '2000000',
    HMA_OPEN_TO: 'Sân Chơi',
  });
});
afterAll(async () => {
  await stage?.close();
  await new Promise((done) => shelf.close(done));
});

/**
 * The calls of Coop's HmaService (roostorg/coop, server/services/hmaService/index.ts at d0c0e99 and a later version,
 * called from content submission and from its two signals), in its order, with what it reads of the answers. It builds
 * every address from HMA_SERVICE_URL and sends no key.
 */
describe.each([
  ['an address', ''],
  ['an address that ends in a slash', '/'],
])('Coop, given %s with a key in it', (_what, slash) => {
  const ask = async (method: string, path: string, sent: { json?: object; form?: FormData } = {}) =>
    told(
      await fetch(`${stage.url}/hma/key/${stage.demo.platform.apiKey}${slash}${path}`, {
        method,
        ...(sent.json && {
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(sent.json),
        }),
        ...(sent.form && { body: sent.form }),
      }),
    );
  const name = `COOP_E7C89CE7729_MY_BANK${slash && '_2'}`;
  const renamed = `COOP_E7C89CE7729_OTHER${slash && '_2'}`;

  it('makes a bank after it saw that the name is free', async () => {
    expect((await ask('GET', `/c/bank/${name}`)).status).toBe(404);
    const made = await ask('POST', '/c/banks', { json: { name, enabled_ratio: '0.5' } });
    expect([made.status >= 200 && made.status < 300, made.body.name]).toEqual([true, name]);
    expect((await ask('GET', `/c/bank/${name}`)).status).toBe(200);
    // Its list of banks sends a content type with nothing in the body.
    const listed = await fetch(`${stage.url}/hma/key/${stage.demo.platform.apiKey}${slash}/c/bank/${name}`, {
      headers: { 'Content-Type': 'application/json' },
    });
    expect(await told(listed)).toEqual({ status: 200, body: { name, matching_enabled_ratio: 0.5 } });
  });

  it('renames a bank in place, changes its ratio, and is told of a name that is taken', async () => {
    const taken = `${renamed}_TAKEN`;
    await ask('POST', '/c/banks', { json: { name: taken, enabled_ratio: '1' } });
    // Whether it is backed by an exchange: 404 says no, anything else that is no success is an error to it.
    expect((await ask('GET', `/c/exchange/${name}`)).status).toBe(404);
    expect((await ask('PUT', `/c/bank/${name}`, { json: { name: taken } })).status).toBe(403);
    expect((await ask('PUT', `/c/bank/${name}`, { json: { name: renamed, enabled_ratio: 1 } })).status).toBe(
      200,
    );
    expect((await ask('GET', `/c/bank/${name}`)).status).toBe(404);
    await ask('PUT', `/c/bank/${renamed}`, { json: { name } });
  });

  it('adds pictures by address and as files with what it knows of them', async () => {
    const query = new URLSearchParams({
      url: `${shelfUrl}/bridge.jpg`,
      content_id: '1197433091',
      content_uri: 'https://example.org/picture',
      metadata: JSON.stringify({ from: 'queue' }),
    });
    const byUrl = await ask('POST', `/c/bank/${name}/content?${query}`);
    expect(byUrl).toEqual({
      status: 200,
      body: { id: expect.any(Number), signals: { pdq: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
    const form = new FormData();
    form.append('photo', new Blob([new Uint8Array(bridge)]), 'blob');
    form.append('content_id', '1197433091');
    form.append('content_uri', 'https://example.org/picture');
    form.append('metadata', JSON.stringify({ from: 'queue' }));
    expect((await ask('POST', `/c/bank/${name}/content`, { form })).body).toEqual(byUrl.body);
  });

  it('hashes what an item shows and asks for every hash in which banks it is', async () => {
    const url = encodeURIComponent(`${shelfUrl}/bridge.jpg`);
    const { status, body: hashes } = await ask('GET', `/h/hash?url=${url}`);
    expect([status, Object.keys(hashes)]).toEqual([200, ['pdq']]);
    for (const [signalType, hash] of Object.entries(hashes) as [string, string][]) {
      const query = new URLSearchParams({ signal_type: signalType, signal: hash });
      const found = await ask('GET', `/m/lookup?${query}`);
      expect(found.status).toBe(200);
      expect(found.body[name]).toEqual([
        expect.objectContaining({ bank_content_id: expect.any(Number), distance: '0' }),
      ]);
      expect(found.body.COOP_E7C89CE7729_NONE).toBeUndefined();
    }
    const looked = await ask('GET', `/m/lookup?url=${url}&content_type=photo`);
    expect(looked.body.pdq[name]).toHaveLength(1);
    expect((await ask('GET', `/m/lookup?signal_type=pdq&signal=${'5'.repeat(64)}`)).body).toEqual({});
  });

  it('learns that there are no exchanges, in the ways in which it asks', async () => {
    expect(await ask('GET', '/c/exchanges/apis')).toEqual({ status: 200, body: [] });
    expect((await ask('GET', '/c/exchanges/api/ncmec')).status).toBe(400);
    expect((await ask('GET', '/c/exchanges/api/ncmec/schema')).status).toBe(400);
    // It removes the exchange that it tried to make when the answer is a 5xx, and tells its user when it is a 400.
    const json = {
      bank: `${name}_X`,
      api: 'ncmec',
      api_json: { environment: 'https://example.org' },
      credential_json: { user: 'a', password: 'b' },
    };
    expect(await ask('POST', '/c/exchanges', { json })).toMatchObject({
      status: 400,
      body: { message: "No such exchange type 'ncmec'" },
    });
    expect((await ask('GET', `/c/bank/${name}_X`)).status).toBe(404);
    expect((await ask('GET', `/c/exchange/${name}/status`)).status).toBe(404);
    const credentials = { json: { credential_json: { user: 'a' } } };
    expect((await ask('POST', `/c/exchange/${name}/credentials`, credentials)).status).toBe(404);
  });

  it('removes a bank, and forgets one that is gone', async () => {
    expect((await ask('GET', `/c/exchange/${name}`)).status).toBe(404);
    expect(await ask('DELETE', `/c/bank/${name}`)).toEqual({ status: 200, body: { message: 'Done' } });
    expect((await ask('GET', `/c/bank/${name}`)).status).toBe(404);
    expect([200, 404]).toContain((await ask('DELETE', `/c/exchange/${name}`)).status);
  });
});

describe('what young people asked to have taken down', () => {
  let key: string;
  const bank = 'YEU_CAU_GO_ANH_1';
  const path = `/c/bank/${bank}`;
  const ask = async (method: string, where: string, json?: object) =>
    told(
      await fetch(`${stage.url}/hma${where}`, {
        method,
        headers: { authorization: `Bearer ${key}`, ...(json && { 'content-type': 'application/json' }) },
        ...(json && { body: JSON.stringify(json) }),
      }),
    );
  const own = createHash('sha256').update('own').digest('hex');
  const request = async (value: string) => {
    const { pow } = (await (await fetch(`${stage.url}/v1/anonymous/channel`)).json()) as {
      pow: { challenge: string; bits: number };
    };
    let nonce = 0;
    while (
      Math.clz32(createHash('sha256').update(`${pow.challenge}:${nonce}`).digest().readUInt32BE(0)) < pow.bits
    ) {
      nonce++;
    }
    const made = await told(
      await fetch(`${stage.url}/v1/removals`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          language: 'vi',
          ageBand: '13-15',
          platforms: ['zalo'],
          items: [{ type: 'image', pdq: { hash: value, quality: 90 } }],
          proof: { challenge: pow.challenge, nonce: String(nonce) },
        }),
      }),
    );
    expect(made.status).toBe(201);
    return made.body as { caseNumber: string; pin: string };
  };
  const contents = async () => (await ask('GET', `/m/raw_lookup?signal_type=pdq&signal=${own}`)).body.matches;

  beforeAll(async () => {
    key = await stage.running.services.database.transaction('system', (tx) =>
      createApiKey(tx, stage.demo.helpline.organisation, 'test', new Date()),
    );
  });

  it('is found by a key of its organisation, but neither removed, disabled, silenced nor read by it', async () => {
    const opener = await request(own);
    const id = await until('the hash of the request is found', async () => (await contents())[0]);
    expect((await ask('GET', '/c/banks')).body).toEqual([{ name: bank, matching_enabled_ratio: 1 }]);
    const content = `${path}/content/${id}`;
    expect((await ask('GET', content)).body).toMatchObject({ id, disable_until_ts: 1 });
    const tomorrow = Math.floor(Date.now() / 1000) + 86_400;
    for (const [method, where, json] of [
      ['DELETE', content],
      ['PUT', content, { disable_until_ts: 0 }],
      ['PUT', content, { disable_until_ts: tomorrow }],
      ['GET', `${content}?include_signals=true`],
      ['GET', `${content}?signal_type=pdq`],
      ['DELETE', path],
      ['PUT', path, { enabled: false }],
      ['PUT', path, { enabled_ratio: 0 }],
      ['PUT', path, { name: 'RENAMED' }],
      ['POST', `${path}/signal`, { pdq }],
      ['DELETE', `/c/bank/${encodeURIComponent('Yêu cầu gỡ ảnh')}/content/${id}`],
      ['DELETE', `/c/bank/${encodeURIComponent('Yêu cầu gỡ ảnh')}`],
    ] as const) {
      const answer = await ask(method, where, json);
      expect([method, where, json, answer.status]).toEqual([method, where, json, 403]);
    }
    // Not by a way around either: through another bank, or by the same hashes of one's own.
    await ask('POST', '/c/banks', { name: 'MINE' });
    expect((await ask('DELETE', `/c/bank/MINE/content/${id}`)).body).toEqual({ deleted: 0 });
    const mine = (await ask('POST', '/c/bank/MINE/signal', { pdq: own })).body.id;
    expect(mine).not.toBe(id);
    expect((await ask('DELETE', `/c/bank/MINE/content/${mine}`)).body).toEqual({ deleted: 1 });
    expect((await ask('DELETE', '/c/bank/MINE')).status).toBe(200);
    expect(await contents()).toEqual([id]);
    expect(Object.keys((await ask('GET', `/m/lookup?signal_type=pdq&signal=${own}`)).body)).toEqual([bank]);

    // Who asked can take it back; the bank stays out of the key's hands also while it is empty.
    await fetch(`${stage.url}/v1/removals/withdraw`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(opener),
    });
    expect(await contents()).toEqual([]);
    expect((await ask('PUT', path, { enabled: false })).status).toBe(403);
    expect((await ask('DELETE', path)).status).toBe(403);
  });

  it('stays also when staff gave its bank another name, under which the key knows it', async () => {
    await request(own);
    await stage.running.services.database.transaction('system', (tx) =>
      rows(tx, sql`update hash_bank set name = 'REQUESTS' where name = 'Yêu cầu gỡ ảnh' returning id`),
    );
    const id = await until('the hash of the request is found', async () => (await contents())[0]);
    expect((await ask('DELETE', '/c/bank/REQUESTS')).status).toBe(403);
    expect((await ask('PUT', '/c/bank/REQUESTS', { enabled_ratio: 0 })).status).toBe(403);
    expect((await ask('DELETE', `/c/bank/REQUESTS/content/${id}`)).status).toBe(403);
    expect(await contents()).toEqual([id]);
  });
});

describe('names of banks of our own', () => {
  it('are taken beside those of HMA, in paths and in limits of look-ups', async () => {
    const ours = 'Ảnh đã biết';
    const { services } = stage.running;
    const made = await fetch(`${stage.url}/hma/c/banks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'KNOWN' }),
    });
    expect(made.status).toBe(201);
    await services.database.transaction('system', (tx) =>
      rows(tx, sql`update hash_bank set name = ${ours} where name = 'KNOWN' returning id`),
    );
    const ask = async (path: string, json?: object) =>
      told(
        await fetch(`${stage.url}/hma${path}`, {
          ...(json && {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(json),
          }),
        }),
      );
    const named = encodeURIComponent(ours);
    const { id } = (await ask(`/c/bank/${named}/signal`, { pdq })).body;
    const names = (await ask('/c/banks')).body.map(({ name }: { name: string }) => name);
    const theirs = names.find((name: string) => name.startsWith('ANH_DA_BIET_'));
    expect((await ask(`/c/bank/${theirs}/content/${id}`)).body).toMatchObject({ id });
    for (const banks of [theirs, named, `OTHER,${named}`]) {
      const query = `signal_type=pdq&signal=${pdq}&banks=${banks}`;
      expect(Object.keys((await ask(`/m/lookup?${query}`)).body)).toEqual([theirs]);
      expect((await ask(`/m/raw_lookup?${query}`)).body).toEqual({ matches: [id] });
    }
    const other = `signal_type=pdq&signal=${pdq}&banks=OTHER`;
    expect((await ask(`/m/lookup?${other}`)).body).toEqual({});
    expect((await ask(`/m/raw_lookup?${other}`)).body).toEqual({ matches: [] });
  });
});

describe('without a key, where HMA_OPEN_TO allows it', () => {
  const ask = (headers: Record<string, string>) =>
    new Promise<number | undefined>((done, fail) => {
      const { port } = new URL(stage.url);
      request({ port, host: '127.0.0.1', path: '/hma/c/banks', headers }, (response) => {
        response.resume();
        done(response.statusCode);
      })
        .on('error', fail)
        .end();
    });

  it('answers programs of this machine, and no page that somebody opens on it', async () => {
    const { port } = new URL(stage.url);
    expect(await ask({})).toBe(200);
    expect(await ask({ host: `localhost:${port}` })).toBe(200);
    expect(await ask({ host: 'hma.example' })).toBe(403);
    expect(await ask({ host: `127.0.0.1.example:${port}` })).toBe(403);
    expect(await ask({ origin: 'https://away.example' })).toBe(403);
    expect(await ask({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await ask({ host: 'hma.example', authorization: 'Bearer kb_wrong' })).toBe(401);
    expect(await ask({ host: 'hma.example', authorization: `Bearer ${stage.demo.platform.apiKey}` })).toBe(
      200,
    );
  });
});

describe('an upload that is not read to its end', () => {
  const boundary = 'keben-boundary';
  const part = (name: string, bytes: Buffer) =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="x"\r\n\r\n`),
      bytes,
      Buffer.from('\r\n'),
    ]);
  const form = (...parts: Buffer[]) => Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  const type = `multipart/form-data; boundary=${boundary}`;
  const megabyte = Buffer.alloc(1_000_000, 7);

  it('leaves its connection free for the next request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { port } = new URL(stage.url);
    const ask = (path: string, body?: Buffer, headers: Record<string, string> = {}) =>
      new Promise<number | undefined>((done, fail) => {
        const sent = body ? { 'content-type': type, 'content-length': body.length } : {};
        request(
          {
            agent,
            port,
            host: '127.0.0.1',
            path,
            method: body ? 'POST' : 'GET',
            headers: { ...sent, ...headers },
          },
          (response) => {
            response.on('end', () => done(response.statusCode)).resume();
          },
        )
          .on('error', fail)
          .end(body);
      });
    for (const [status, path, body, headers] of [
      [400, '/hma/h/hash', form(part('picture', megabyte))],
      [400, '/hma/h/hash', form(part('picture', megabyte), part('photo', megabyte))],
      [400, '/hma/h/hash', form(part('photo', megabyte), part('photo', megabyte))],
      [413, '/hma/h/hash', form(part('photo', Buffer.alloc(9_000_000)))],
      [401, '/hma/h/hash', form(part('photo', megabyte)), { authorization: 'Bearer kb_wrong' }],
      [400, '/hma/m/lookup?types=tlsh', form(part('photo', megabyte))],
      [404, '/hma/c/bank/NONE/content', form(part('photo', megabyte))],
    ] as const) {
      expect([path, await ask(path, body, headers)]).toEqual([path, status]);
      expect(await ask('/hma/status/live')).toBe(200);
    }
    agent.destroy();
  });

  it('is nothing more once its sender goes away', async () => {
    const { port } = new URL(stage.url);
    const whole = form(part('photo', bridge));
    await new Promise<void>((done, fail) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        const head = `POST /hma/h/hash HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: ${whole.length}\r\n\r\n`;
        socket.write(Buffer.concat([Buffer.from(head), whole.subarray(0, whole.length / 2)]), () => {
          socket.destroy();
        });
      });
      socket.on('error', fail).on('close', () => done());
    });
    const after = new FormData();
    after.append('photo', new Blob([new Uint8Array(bridge)]), 'bridge.jpg');
    const answer = await fetch(`${stage.url}/hma/h/hash`, { method: 'POST', body: after });
    expect(answer.status).toBe(200);
  });
});
