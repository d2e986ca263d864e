import { afterEach, describe, expect, it, vi } from 'vitest';
import { handClock } from '../test/clock.ts';
import { type Handle, serve, stopServers } from '../test/server.ts';
import { createKeben } from './index.ts';

const child = { id: 'may', ageBand: '13-15' } as const;
const adult = { id: 'la', ageBand: 'adult' } as const;
const message = { conversation: 'c', from: adult, to: [child], text: 'chào' };
const screening = {
  decision: 'allow',
  level: 'none',
  score: 0,
  cues: [],
  harms: {},
  advice: [],
  rules: [],
  media: [],
};

afterEach(stopServers);

async function stage(options = {}) {
  let mode: 'up' | 'hang' | 'broken' = 'up';
  const asked: string[] = [];
  const handle: Handle = (path) => {
    asked.push(path);
    if (mode === 'hang') return 'hang';
    if (mode === 'broken') return { status: 503, headers: { 'retry-after': '7' } };
    return path === '/v1/screen' ? { status: 200, body: screening } : { status: 200, body: {} };
  };
  const { url } = await serve(handle);
  const hands = handClock();
  const keben = createKeben({
    url,
    apiKey: 'kb_test',
    source: '/test',
    timeout: 100,
    clock: hands.clock,
    snapshot: false,
    ...options,
  });
  return { keben, asked, hands, set: (next: typeof mode) => (mode = next) };
}

describe('circuit', () => {
  it('asks no more after three failures, and asks again once a probe was answered', async () => {
    const { keben, asked, hands, set } = await stage();
    set('hang');
    for (let n = 0; n < 3; n++) expect((await keben.screen(message)).unavailable).toBe(true);
    expect(asked).toHaveLength(3);
    // Answered at once: nobody is asked, so nobody is waited for.
    for (let n = 0; n < 100; n++) expect((await keben.screen(message)).decision).toBe('hold');
    expect(asked).toHaveLength(3);
    // The first probe finds it away still, the second does not.
    expect(hands.waiting()).toEqual([750]);
    hands.advance(750);
    await vi.waitFor(() => expect(hands.waiting()).toEqual([1500]));
    expect(asked.slice(3)).toEqual(['/healthz']);
    set('up');
    hands.advance(1500);
    await vi.waitFor(async () => expect((await keben.screen(message)).unavailable).toBe(false));
    expect(hands.waiting()).toEqual([]);
  });

  it('looks no sooner than the server asked, and not at all when the connection is closed', async () => {
    const { keben, asked, hands, set } = await stage();
    set('broken');
    for (let n = 0; n < 3; n++) await keben.screen(message);
    expect(hands.waiting()).toEqual([7000]);
    await keben.close();
    expect(hands.waiting()).toEqual([]);
    expect(asked).toHaveLength(3);
  });

  it('stays closed while failures are single, and a mistake of ours is none', async () => {
    const { keben, asked, hands, set } = await stage();
    for (let n = 0; n < 4; n++) {
      set('broken');
      await keben.screen(message);
      await keben.screen(message);
      set('up');
      expect((await keben.screen(message)).unavailable).toBe(false);
    }
    expect(asked).toHaveLength(12);
    expect(hands.waiting()).toEqual([]);
  });
});
