import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { serve, stopServers } from '../test/server.ts';
import { createKeben } from './index.ts';

const child = { id: 'may', ageBand: '13-15' } as const;
const adult = { id: 'la', ageBand: 'adult' } as const;

afterEach(stopServers);

const connect = (url: string, more = {}) =>
  createKeben({ url, apiKey: 'kb_test', source: '/test', timeout: 300, ...more });

describe('sdk', () => {
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
    // Pictures that nobody compared are not called fine: they wait with the message of a child.
    const media = [{ type: 'image' as const, md5: 'a'.repeat(32) }];
    const none = { status: 'unavailable', banks: [], kinds: [], asOf: null, matches: [] };
    const [young] = (await keben.screen({ ...message, to: [child], media })).media;
    expect(young).toEqual({ ...none, action: 'hold' });
    const [grown] = (await keben.screen({ ...message, to: [adult], media })).media;
    expect(grown).toEqual({ ...none, action: 'none' });
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

  it('a slow or broken answer counts as unavailable, a mistake of ours is told', async () => {
    const { url } = await serve((path) =>
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
