import { afterEach, describe, expect, it, vi } from 'vitest';
import { handClock } from '../test/clock.ts';
import { serve, stopServers, taken } from '../test/server.ts';
import { createKeben, type RejectedEvent } from './index.ts';

const child = { id: 'may', ageBand: '13-15' } as const;
const adult = { id: 'la', ageBand: 'adult' } as const;

afterEach(stopServers);

const connect = (url: string, more = {}) =>
  createKeben({ url, apiKey: 'kb_test', source: '/test', timeout: 300, ...more });
type Sent = { id: string }[];
const idsIn = (body: unknown) => (body as Sent).map(({ id }) => id);

describe('events', () => {
  it('go out in order, in batches, again after 503, and say what was refused', async () => {
    const got: string[] = [];
    let turns = 0;
    const { url } = await serve((_path, body, request) => {
      expect(request.headers.authorization).toBe('Bearer kb_test');
      if (turns++ === 0) return { status: 503 };
      got.push(...idsIn(body));
      const items = idsIn(body).map((id, index) =>
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
    const { clock, advance, waiting } = handClock();
    const keben = connect(url, {
      clock,
      events: { batch: 2, onRejected: (one: RejectedEvent) => rejected.push(one) },
    });
    for (const id of ['one', 'bad', 'three'])
      keben.events.send('contact.requested', { from: adult, to: child }, { id });
    const flushed = keben.events.flush();
    await vi.waitFor(() => expect(waiting()).toEqual([300]));
    advance(300);
    await flushed;
    expect(got).toEqual(['one', 'bad', 'three']);
    expect(rejected).toMatchObject([{ id: 'bad', pointer: '/data/to' }]);
    expect(keben.events.waiting()).toBe(0);
  });

  it('wait longer after each failure, and not all clients equally long', async () => {
    let isUp = false;
    const { url } = await serve((_path, body) => (isUp ? taken(body) : { status: 500 }));
    const pausesWith = async (chance: number) => {
      const { clock, advance, waiting } = handClock(0, chance);
      const keben = connect(url, { clock });
      keben.events.send('contact.requested', { from: adult, to: child });
      const flushed = keben.events.flush();
      const pauses: number[] = [];
      for (let n = 0; n < 9; n++) {
        await vi.waitFor(() => expect(waiting()).toHaveLength(1));
        const [pause = 0] = waiting();
        pauses.push(pause);
        isUp = n === 8;
        advance(pause);
      }
      await flushed;
      isUp = false;
      return pauses;
    };
    expect(await pausesWith(0)).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000]);
    expect((await pausesWith(0.5))[0]).toBe(300);
  });

  it('wait as long as Retry-After says, in seconds or as a date', async () => {
    const asked: string[][] = [];
    const headers = ['20', new Date(Date.now() + 40_000).toUTCString()];
    const { url } = await serve((_path, body) => {
      asked.push(idsIn(body));
      const after = headers[asked.length - 1];
      return after === undefined ? taken(body) : { status: 429, headers: { 'retry-after': after } };
    });
    const { clock, advance, waiting } = handClock(Date.now(), 0);
    const keben = connect(url, { clock });
    for (const id of ['one', 'two'])
      keben.events.send('contact.requested', { from: adult, to: child }, { id });
    const flushed = keben.events.flush();
    await vi.waitFor(() => expect(waiting()).toEqual([20_000]));
    advance(20_000);
    await vi.waitFor(() => expect(waiting()[0]).toBeGreaterThan(35_000));
    advance(41_000);
    await flushed;
    expect(asked).toEqual([
      ['one', 'two'],
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });

  it('are kept up to a number and a size while the server is away; then send throws', () => {
    const { clock } = handClock();
    const few = connect('http://127.0.0.1:9', { clock, events: { capacity: 3 } });
    for (let n = 0; n < 3; n++) few.events.send('contact.requested', { from: adult, to: child });
    expect(() => few.events.send('contact.requested', { from: adult, to: child })).toThrow(/3 events/);
    const small = connect('http://127.0.0.1:9', { clock, events: { capacityBytes: 2000 } });
    const message = { conversation: 'c', from: adult, to: [child], text: 'ạ'.repeat(400) };
    small.events.send('message.sent', message);
    // 400 letters of three bytes each.
    expect(() => small.events.send('message.sent', message)).toThrow(/2000 bytes/);
    expect(small.events.waiting()).toBe(1);
  });

  it('free their room when they are delivered', async () => {
    const { url } = await serve((_path, body) => taken(body));
    const keben = connect(url, { events: { capacityBytes: 500 } });
    for (let n = 0; n < 5; n++) {
      keben.events.send('contact.requested', { from: adult, to: child });
      await keben.events.flush();
    }
    expect(keben.events.waiting()).toBe(0);
  });

  it('never make a request larger than the server takes, and fewer when something between takes less', async () => {
    const sizes: number[] = [];
    let limit = Number.POSITIVE_INFINITY;
    const { url } = await serve((_path, body) => {
      const size = JSON.stringify(body).length;
      if (size > limit) return { status: 413 };
      sizes.push(size);
      return taken(body);
    });
    const message = { conversation: 'c', from: adult, to: [child], text: 'x'.repeat(7000) };
    const keben = connect(url);
    for (let n = 0; n < 400; n++) keben.events.send('message.sent', message);
    await keben.events.flush();
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000_000);
    limit = 100_000;
    for (let n = 0; n < 60; n++) keben.events.send('message.sent', message);
    await keben.events.flush();
    expect(keben.events.waiting()).toBe(0);
  });

  it('stay when the key is refused or the address is wrong, and say so', async () => {
    let status = 401;
    const { url } = await serve((_path, body) =>
      status === 202
        ? taken(body)
        : { status, body: { code: 'api-key-required', detail: 'The API key is not known.' } },
    );
    const told: Error[] = [];
    const keben = connect(url, { events: { onError: (error: Error) => told.push(error) } });
    keben.events.send('contact.requested', { from: adult, to: child });
    await expect(keben.events.flush()).rejects.toThrow(/not known/);
    status = 404;
    await expect(keben.events.flush()).rejects.toMatchObject({ status: 404 });
    expect(told).toHaveLength(2);
    expect(keben.events.waiting()).toBe(1);
    status = 202;
    await keben.events.flush();
    expect(keben.events.waiting()).toBe(0);
  });

  it('are delivered before a connection closes, or counted as lost', async () => {
    const got: string[] = [];
    const { url } = await serve((_path, body) => {
      got.push(...idsIn(body));
      return taken(body);
    });
    const keben = connect(url, { events: { delay: 60_000 } });
    keben.events.send('contact.requested', { from: adult, to: child }, { id: 'last' });
    expect(await keben.close()).toBe(0);
    expect(got).toEqual(['last']);
    expect(() => keben.events.send('contact.requested', { from: adult, to: child })).toThrow(/closed/);

    const { clock, advance, waiting } = handClock();
    const away = connect('http://127.0.0.1:9', { clock });
    away.events.send('contact.requested', { from: adult, to: child });
    const closed = away.close({ timeout: 100 });
    await vi.waitFor(() => expect(waiting().length).toBeGreaterThan(0));
    advance(100);
    expect(await closed).toBe(1);
    expect(waiting()).toEqual([]);
  });
});
