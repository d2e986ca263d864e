import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { createKeben, type RejectedEvent } from './index.ts';

const child = { id: 'may', ageBand: '13-15' } as const;
const adult = { id: 'la', ageBand: 'adult' } as const;

type Reply = { status: number; body?: unknown; headers?: Record<string, string> };
let server: Server | undefined;

async function serve(
  reply: (path: string, body: unknown, request: IncomingMessage) => Reply,
): Promise<string> {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const { status, body, headers } = reply(
        request.url ?? '',
        text === '' ? undefined : JSON.parse(text),
        request,
      );
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body ?? {}));
    });
  });
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => server?.close());

const connect = (url: string, more = {}) =>
  createKeben({ url, apiKey: 'kb_test', source: '/test', timeout: 300, ...more });

describe('sdk', () => {
  it('sends events in order, in batches, again after 503, and tells what was refused', async () => {
    const got: string[] = [];
    let turns = 0;
    const url = await serve((_path, body, request) => {
      expect(request.headers.authorization).toBe('Bearer kb_test');
      if (turns++ === 0) return { status: 503, headers: { 'retry-after': '0' } };
      const events = body as { id: string }[];
      got.push(...events.map((event) => event.id));
      const items = events.map(({ id }, index) =>
        id === 'bad'
          ? {
              index,
              status: 'rejected',
              error: { code: 'invalid-request', detail: 'no', pointer: '/data/to' },
            }
          : { index, status: 'accepted' },
      );
      return { status: 202, body: { items } };
    });
    const rejected: RejectedEvent[] = [];
    const keben = connect(url, {
      events: { batch: 2, onRejected: (one: RejectedEvent) => rejected.push(one) },
    });
    for (const id of ['one', 'bad', 'three'])
      keben.events.send('contact.requested', { from: adult, to: child }, { id });
    await keben.events.flush();
    expect(got).toEqual(['one', 'bad', 'three']);
    expect(rejected).toMatchObject([{ id: 'bad', pointer: '/data/to' }]);
    expect(keben.events.waiting()).toBe(0);
  });

  it('waits as long as Retry-After says when the server is behind, then sends the same events again', async () => {
    const asked: { at: number; ids: string[] }[] = [];
    const url = await serve((_path, body) => {
      const events = body as { id: string }[];
      asked.push({ at: performance.now(), ids: events.map(({ id }) => id) });
      if (asked.length === 1)
        return { status: 429, body: { code: 'backlog' }, headers: { 'retry-after': '1' } };
      return { status: 202, body: { items: events.map((_, index) => ({ index, status: 'accepted' })) } };
    });
    const keben = connect(url, { events: { batch: 10 } });
    for (const id of ['one', 'two'])
      keben.events.send('contact.requested', { from: adult, to: child }, { id });
    await keben.events.flush();
    expect(asked.map(({ ids }) => ids)).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
    // Without the header the first pause would be 400 ms.
    expect((asked[1]?.at ?? 0) - (asked[0]?.at ?? 0)).toBeGreaterThan(950);
  });

  it('keeps a bounded number of events while the server is away', async () => {
    const keben = connect('http://127.0.0.1:9', { events: { capacity: 3, delay: 60_000 } });
    for (let n = 0; n < 3; n++) keben.events.send('contact.requested', { from: adult, to: child });
    expect(() => keben.events.send('contact.requested', { from: adult, to: child })).toThrow(/wait/);
  });

  it('fails safe: closed for minors and for unknown ages, open for adults', async () => {
    const keben = connect('http://127.0.0.1:9');
    const message = { conversation: 'c', from: adult, text: 'chào' };
    expect(await keben.screen({ ...message, to: [child] })).toMatchObject({
      decision: 'hold',
      unavailable: true,
    });
    expect(await keben.screen({ ...message, to: [adult] })).toMatchObject({
      decision: 'allow',
      unavailable: true,
    });
    const ask = {
      subject: { id: 'la' },
      action: 'contact.request',
      resource: { type: 'account', id: 'may' },
    } as const;
    expect(await keben.may(ask)).toMatchObject({ decision: 'deny', unavailable: true });
  });

  it('gives a minor closed settings when the server is away', async () => {
    const keben = connect('http://127.0.0.1:9');
    const { settings, unavailable } = await keben.settings.get('may', { ageBand: '13-15' });
    expect(unavailable).toBe(true);
    expect(settings.privateAccount?.value).toBe(true);
    expect((await keben.settings.get('la', { ageBand: 'adult' })).settings).toEqual({});
  });

  it('keeps events whose key is refused, and says so', async () => {
    let refuse = true;
    const url = await serve((_path, body) =>
      refuse
        ? { status: 401, body: { code: 'api-key-required', detail: 'The API key is not known.' } }
        : {
            status: 202,
            body: { items: (body as unknown[]).map((_, index) => ({ index, status: 'accepted' })) },
          },
    );
    const told: Error[] = [];
    const keben = connect(url, { events: { onError: (error: Error) => told.push(error) } });
    keben.events.send('contact.requested', { from: adult, to: child });
    await expect(keben.events.flush()).rejects.toThrow(/not known/);
    expect(told).toHaveLength(1);
    expect(keben.events.waiting()).toBe(1);
    refuse = false;
    await keben.events.flush();
    expect(keben.events.waiting()).toBe(0);
  });

  it('a slow or broken answer counts as unavailable, a mistake of ours is told', async () => {
    const url = await serve((path) =>
      path === '/v1/screen'
        ? { status: 500, body: {} }
        : { status: 400, body: { code: 'invalid-request', detail: 'wrong action', pointer: '/action' } },
    );
    const keben = connect(url);
    const screened = await keben.screen({ conversation: 'c', from: adult, to: [child], text: 'x' });
    expect(screened.unavailable).toBe(true);
    const ask = { subject: adult, action: 'dance', resource: { type: 'account', ...child } } as const;
    await expect(keben.may(ask)).rejects.toMatchObject({ status: 400, pointer: '/action' });
  });

  it('verifies webhooks that the standardwebhooks library signed, and nothing else', async () => {
    const secret = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;
    const keben = connect('http://127.0.0.1:9');
    const at = new Date();
    const body = JSON.stringify({ type: 'action.requested', timestamp: at.toISOString(), data: { id: 'a' } });
    const headers = {
      'webhook-id': 'a',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('a', at, body),
    };
    expect(await keben.webhooks.verify(secret, body, headers)).toMatchObject({ data: { id: 'a' } });
    await expect(keben.webhooks.verify(secret, `${body} `, headers)).rejects.toThrow(/no signature/);
    const later = new Date(at.getTime() + 600_000);
    await expect(keben.webhooks.verify(secret, body, headers, later)).rejects.toThrow(/five minutes/);
    await expect(keben.webhooks.verify(secret, body, {})).rejects.toThrow(/webhook-id/);
  });
});
