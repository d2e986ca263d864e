import { afterEach, describe, expect, it, vi } from 'vitest';
import { handClock } from '../test/clock.ts';
import { serve, stopServers } from '../test/server.ts';
import { createKeben, type Settings } from './index.ts';

afterEach(stopServers);

/** A server with settings that a test changes, and the list of changes that follows. */
async function stage() {
  const values = new Map<string, string>();
  const changes: string[] = [];
  const asked: string[] = [];
  let isUp = true;
  const setting = (value: string) => ({
    value,
    lockedBy: 'self',
    from: 'self',
    name: { vi: 'Tên', en: 'Name' },
    reason: { vi: 'Vì', en: 'Because' },
  });
  const { url } = await serve((path, body, request) => {
    asked.push(path);
    if (!isUp) return { status: 503 };
    const { pathname, searchParams } = new URL(path, 'http://server');
    if (pathname === '/v1/settings/changes') {
      const after = searchParams.get('after') === 'now' ? changes.length : Number(searchParams.get('after'));
      return { status: 200, body: { accounts: [...new Set(changes.slice(after))], next: changes.length } };
    }
    const [, , , account = '', , name] = pathname.split('/');
    if (request.method === 'PUT') {
      values.set(account, String((body as { value: string }).value));
      changes.push(account);
    }
    const settings = { [name ?? 'messagesFrom']: setting(values.get(account) ?? 'contacts') };
    const outcome = request.method === 'PUT' ? { outcome: 'applied' } : {};
    return { status: 200, body: { account, ageBand: '13-15', settings, ...outcome } };
  });
  const hands = handClock();
  const keben = createKeben({
    url,
    apiKey: 'kb_test',
    source: '/test',
    timeout: 300,
    clock: hands.clock,
    snapshot: false,
    circuit: { failures: 1000 },
  });
  const change = (account: string, value: string) => {
    values.set(account, value);
    changes.push(account);
  };
  /** Waits until the loop rests, then lets the time pass that it waits for. */
  const look = async () => {
    await vi.waitFor(() => expect(hands.waiting()).toHaveLength(1));
    hands.advance(hands.waiting()[0] ?? 0);
    await vi.waitFor(() => expect(hands.waiting()).toHaveLength(1));
  };
  return { keben, hands, asked, change, look, setUp: (up: boolean) => (isUp = up) };
}

const valueIn = ({ settings }: Settings) => settings.messagesFrom?.value;

describe('settings', () => {
  it('are the last known ones while the server is away', async () => {
    const { keben, change, setUp } = await stage();
    change('may', 'nobody');
    expect(valueIn(await keben.settings.get('may'))).toBe('nobody');
    setUp(false);
    const known = await keben.settings.get('may');
    expect(valueIn(known)).toBe('nobody');
    expect(known.unavailable).toBe(true);
  });

  it('are told to a watcher when they changed, and only then', async () => {
    const { keben, change, look } = await stage();
    const told: unknown[] = [];
    keben.settings.watch('may', (settings) => told.push(valueIn(settings)));
    await look();
    await look();
    expect(told).toEqual([]);
    change('may', 'nobody');
    await look();
    expect(told).toEqual(['nobody']);
    change('somebody-else', 'nobody');
    await look();
    // Chosen anew, but the same.
    change('may', 'nobody');
    await look();
    expect(told).toEqual(['nobody']);
    await keben.close();
  });

  it('tell a watcher what changed between the last reading and the watch', async () => {
    const { keben, change, look } = await stage();
    await keben.settings.get('may');
    change('may', 'nobody');
    const told: unknown[] = [];
    keben.settings.watch('may', (settings) => told.push(valueIn(settings)));
    await look();
    expect(told).toEqual(['nobody']);
    await keben.close();
  });

  it('are followed by one loop for all, which stops when nobody watches', async () => {
    const { keben, hands, asked, change, look } = await stage();
    const ends = new AbortController();
    const told: string[] = [];
    for (const account of ['a', 'b', 'c'])
      keben.settings.watch(account, () => told.push(account), { signal: ends.signal });
    const stop = keben.settings.watch('d', () => told.push('d'));
    await look();
    asked.length = 0;
    change('b', 'nobody');
    change('c', 'nobody');
    await look();
    expect(told).toEqual(['b', 'c']);
    expect(asked.filter((path) => path.startsWith('/v1/settings/changes'))).toHaveLength(1);
    ends.abort();
    expect(hands.waiting()).toHaveLength(1);
    stop();
    expect(hands.waiting()).toEqual([]);
  });

  it('are looked at less often while the server is away, and nothing is missed', async () => {
    const { keben, hands, change, look, setUp } = await stage();
    const told: unknown[] = [];
    keben.settings.watch('may', (settings) => told.push(valueIn(settings)));
    await look();
    setUp(false);
    change('may', 'nobody');
    const pauses: (number | undefined)[] = [];
    for (let n = 0; n < 6; n++) {
      await look();
      pauses.push(hands.waiting()[0]);
    }
    expect(pauses).toEqual([3750, 7500, 15_000, 30_000, 45_000, 45_000]);
    setUp(true);
    await look();
    expect(told).toEqual(['nobody']);
    expect(hands.waiting()).toEqual([5000]);
    await keben.close();
  });

  it('change by the choice of the account, which is remembered', async () => {
    const { keben, setUp } = await stage();
    expect(await keben.settings.choose('may', 'messagesFrom', 'nobody', { reminded: true })).toMatchObject({
      outcome: 'applied',
    });
    setUp(false);
    expect(valueIn(await keben.settings.get('may'))).toBe('nobody');
    await expect(keben.settings.choose('may', 'messagesFrom', 'everyone')).rejects.toMatchObject({
      status: 503,
    });
  });
});
