import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type TestStage } from './stage.ts';
import { openWire } from './wire.ts';

const folder = join(import.meta.dirname, '../examples');
const running = new Set<ChildProcess>();
let stage: TestStage;

beforeAll(async () => {
  stage = await openStage();
});

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await stage?.close();
});

/** Starts an example as its readme says and gives the address that it prints. */
async function start(
  name: string,
  kebenUrl: string,
): Promise<{ url: string; stop(): Promise<number | null> }> {
  const child = spawn(process.execPath, ['app.ts'], {
    cwd: join(folder, name),
    env: {
      ...process.env,
      PORT: '0',
      KEBEN_URL: kebenUrl,
      KEBEN_API_KEY: stage.demo.platform.apiKey,
      KEBEN_WEBHOOK_SECRET: stage.demo.platform.webhookSecret,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let told = '';
  child.stderr.on('data', (chunk) => {
    told += chunk;
  });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  const url = await new Promise<string>((done, fail) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, address] = /^listening on (\S+)$/.exec(line) ?? [];
      if (address) done(address);
    });
    void ended.then((code) => fail(new Error(`${name} ended with ${code}: ${told}`)));
  });
  return {
    url,
    stop() {
      child.kill('SIGTERM');
      return ended.finally(() => running.delete(child));
    },
  };
}

interface Answer {
  status: number;
  type: string;
  body: {
    detail?: string;
    code?: string;
    reasons?: { policy: string; text: string }[];
    unavailable?: boolean;
    obligations?: string[];
    notify?: boolean;
    delivery?: string;
    covered?: boolean;
    advice?: { vi: string; en: string };
    done?: string;
    error?: string;
  };
}

async function call(
  url: string,
  method: string,
  path: string,
  { as, language, text }: { as?: string; language?: string; text?: string } = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(as === undefined ? {} : { 'x-user': as }),
      ...(language === undefined ? {} : { 'accept-language': language }),
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(text === undefined ? {} : { body: JSON.stringify({ text }) }),
  });
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, type: response.headers.get('content-type') ?? '', body };
}

describe.each(['express', 'fastify', 'hono'])('the %s example', (name) => {
  let example: Awaited<ReturnType<typeof start>>;
  let wire: Awaited<ReturnType<typeof openWire>>;

  beforeAll(async () => {
    wire = await openWire(stage.url);
    example = await start(name, wire.url);
  });

  afterAll(async () => {
    await wire?.cut();
  });

  it('refuses a stranger’s message to a young person and says why in the reader’s language', async () => {
    const hello = { as: 'hung', text: 'Chào em' };
    const vi = await call(example.url, 'POST', '/messages/mai', hello);
    expect(vi.status).toBe(403);
    expect(vi.type).toContain('application/problem+json');
    expect(vi.body).toMatchObject({ code: 'refused-by-safeguard', unavailable: false });
    expect(vi.body.detail).toMatch(/^Người lớn chưa kết bạn/);
    const en = await call(example.url, 'POST', '/messages/mai', {
      ...hello,
      language: 'en-GB,en;q=0.9,vi;q=0.5',
    });
    expect(en.body.detail).toMatch(/^An adult who is not a contact/);
    const other = await call(example.url, 'POST', '/messages/mai', { ...hello, language: 'fr' });
    expect(other.body.detail).toBe(vi.body.detail);
  });

  it('lets friends write to each other, and shows what was found in the message', async () => {
    const plain = await call(example.url, 'POST', '/messages/mai', {
      as: 'an',
      text: 'Mai ơi, bài tập số 3 làm sao?',
    });
    expect(plain).toMatchObject({ status: 201, body: { delivery: 'delivered', obligations: [] } });
    const secret = await call(example.url, 'POST', '/messages/mai', {
      as: 'an',
      text: 'Đừng kể với mẹ, xoá tin nhắn này đi, gửi mã OTP cho mình',
    });
    expect(['warned', 'held', 'blocked']).toContain(secret.body.delivery);
    expect(secret.body.advice?.vi).toBeTruthy();
  });

  it('passes obligations on to the route', async () => {
    const request = await call(example.url, 'POST', '/contacts/mai', { as: 'hung' });
    expect(request.status).toBe(201);
    expect(request.body).toMatchObject({ notify: false, unavailable: false });
    expect(request.body.obligations).toContain('quiet-request');
    const post = await call(example.url, 'GET', '/posts/1?sensitive=true', { as: 'mai' });
    expect(post.body).toMatchObject({ covered: true, unavailable: false });
    expect((await call(example.url, 'GET', '/posts/1?sensitive=true', { as: 'hung' })).body.covered).toBe(
      false,
    );
  });

  it('carries out a verified webhook, and no other', async () => {
    const id = `act-${name}`;
    const data = { id, action: 'suspend', account: 'thu', case: 'c', reason: 'r' };
    const at = new Date();
    const body = JSON.stringify({ type: 'action.requested', timestamp: at.toISOString(), data });
    const send = (signature: string) =>
      fetch(`${example.url}/webhooks/keben`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': signature,
        },
        body,
      });
    const forged = await send(`v1,${Buffer.from('forged').toString('base64')}`);
    expect(forged.status).toBe(400);
    expect((await call(example.url, 'GET', '/posts/1', { as: 'thu' })).status).toBe(200);
    const signed = await send(new Webhook(stage.demo.platform.webhookSecret).sign(id, at, body));
    expect(signed.status).toBe(200);
    expect(await signed.json()).toEqual({ done: id });
    expect((await call(example.url, 'GET', '/posts/1', { as: 'thu' })).status).toBe(401);
  });

  it('goes on by the policies that it knows when the server goes away', async () => {
    await wire.cut();
    const stranger = await call(example.url, 'POST', '/messages/mai', { as: 'hung', text: 'Chào em' });
    expect(stranger).toMatchObject({ status: 403, body: { unavailable: true } });
    expect(stranger.body.detail).toMatch(/^Người lớn chưa kết bạn/);
    const post = await call(example.url, 'GET', '/posts/1?sensitive=true', { as: 'mai' });
    expect(post.body).toMatchObject({ covered: true, unavailable: true });
    // Nobody read the message, so it does not reach a young person unseen.
    const friend = await call(example.url, 'POST', '/messages/mai', { as: 'an', text: 'Chào Mai' });
    expect(friend.body.delivery).toBe('held');
    // One event that could not be delivered: it says so as it ends.
    expect(await example.stop()).toBe(1);
  });

  it('is closed for young people and open for adults when the server was never there', async () => {
    const alone = await start(name, 'http://127.0.0.1:9');
    const young = await call(alone.url, 'GET', '/posts/1', { as: 'mai' });
    expect(young).toMatchObject({ status: 403, body: { unavailable: true } });
    expect(young.body.detail).toMatch(/chưa trả lời/);
    const toYoung = await call(alone.url, 'POST', '/contacts/mai', { as: 'hung', language: 'en' });
    expect(toYoung.status).toBe(403);
    expect(toYoung.body.detail).toMatch(/did not answer/);
    const adults = await call(alone.url, 'POST', '/messages/thu', { as: 'hung', text: 'Chào chị' });
    expect(adults).toMatchObject({ status: 201, body: { delivery: 'delivered' } });
    expect((await call(alone.url, 'GET', '/posts/1', { as: 'thu' })).body.unavailable).toBe(true);
    expect(await alone.stop()).toBe(1);
  });
});
