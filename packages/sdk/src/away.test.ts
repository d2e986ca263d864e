import { afterEach, describe, expect, it, vi } from 'vitest';
import { handClock } from '../test/clock.ts';
import { serve, stopServers } from '../test/server.ts';
import { createKeben, type Decision, guard, type Question, type SnapshotOptions } from './index.ts';

afterEach(stopServers);

const MINUTE = 60_000;
const text = { vi: 'Vì', en: 'Because' };
const get = (...path: string[]) => ['get', ...path];
const band = (minor: boolean) => ({
  minor,
  under16: minor,
  grown: !minor,
  leastAge: 13,
  settings: { quietHours: 'off' },
});
/** A small snapshot: blocks, risk and one rule between strangers. */
const snapshot = {
  format: 1,
  version: 'one',
  bands: { '13-15': band(true), adult: band(false) },
  peers: [['13-15', '13-15']],
  roles: ['family'],
  newContactDays: 7,
  utcOffsetMinutes: 420,
  actions: { follow: { resource: 'account', defaults: {}, required: [] } },
  policies: [
    { id: 'allow', effect: 'permit', actions: 'all', when: ['value', true], reason: text },
    { id: 'blocked', effect: 'forbid', actions: 'all', when: get('context', 'blocked'), reason: text },
    {
      id: 'risk',
      effect: 'forbid',
      actions: 'all',
      when: ['>=', get('principal', 'risk'), ['value', 3]],
      reason: text,
    },
    {
      id: 'stranger',
      effect: 'forbid',
      actions: ['follow'],
      when: ['and', get('resource', 'minor'), ['not', get('context', 'connected')]],
      reason: text,
      obligation: { id: 'quiet-request', kind: 'limit' },
    },
  ],
};

async function stage(options: { snapshot?: SnapshotOptions | false; storageFails?: boolean } = {}) {
  let kept = 0;
  let isUp = true;
  let answer: Partial<Decision> = {};
  const asked: { path: string; tag: string | undefined }[] = [];
  const { url } = await serve((path, _body, request) => {
    const tag = request.headers['if-none-match'];
    asked.push({ path, tag });
    if (!isUp) return { status: 503 };
    if (path !== '/v1/safeguards/snapshot')
      return {
        status: 200,
        body: { decision: 'allow', policies: ['allow'], reasons: [], obligations: [], ...answer },
      };
    const headers = { etag: '"one"' };
    return tag === '"one"' ? { status: 304, headers } : { status: 200, body: snapshot, headers };
  });
  const hands = handClock();
  const storage = {
    get: () => (options.storageFails ? Promise.reject(new Error('disk')) : undefined),
    set: (key: string) => {
      if (key === 'keben:safeguards') kept++;
      if (options.storageFails) throw new Error('disk');
    },
  };
  const keben = createKeben({
    storage,
    url,
    apiKey: 'kb_test',
    source: '/test',
    clock: hands.clock,
    ...options,
  });
  const fetched = () => asked.filter(({ path }) => path === '/v1/safeguards/snapshot');
  /** Asks the server once, so that the snapshot is fetched, and waits until it is kept. */
  const begin = async (question: Question = follow('a', 'b')) => {
    const before = kept;
    await keben.may(question);
    await vi.waitFor(() => expect(kept).toBeGreaterThan(before));
  };
  return {
    keben,
    hands,
    fetched,
    begin,
    setUp: (up: boolean) => (isUp = up),
    setAnswer: (next: Partial<Decision>) => (answer = next),
  };
}

const follow = (from: string, to: string, ageBand: 'adult' | '13-15' = 'adult'): Question => ({
  subject: { id: from, ageBand: 'adult' },
  action: 'follow',
  resource: { type: 'account', id: to, ageBand },
});

describe('while the server is away', () => {
  it('the policies that it told last answer, with obligations and reasons', async () => {
    const { keben, begin, setUp } = await stage();
    await begin();
    setUp(false);
    expect(await keben.may(follow('a', 'may', '13-15'))).toEqual({
      decision: 'limit',
      policies: ['stranger'],
      reasons: [{ policy: 'stranger', text }],
      obligations: [{ id: 'quiet-request', kind: 'limit', policy: 'stranger' }],
      unavailable: true,
    });
    expect(await keben.may(follow('a', 'b'))).toMatchObject({ decision: 'allow', policies: ['allow'] });
  });

  it('what events and decisions showed of blocks and risks counts', async () => {
    const { keben, begin, setUp, setAnswer, hands } = await stage();
    await begin();
    keben.events.send('user.blocked', {
      by: { id: 'b', ageBand: 'adult' },
      target: { id: 'a', ageBand: 'adult' },
    });
    setAnswer({ decision: 'deny', policies: ['blocked'] });
    await keben.may(follow('a', 'c'));
    setAnswer({ decision: 'deny', policies: ['risk'] });
    await keben.may(follow('r', 'c'));
    setUp(false);
    const policiesOf = async (question: Question) => (await keben.may(question)).policies;
    expect(await policiesOf(follow('a', 'b'))).toEqual(['blocked']);
    expect(await policiesOf(follow('c', 'a'))).toEqual(['blocked']);
    expect(await policiesOf(follow('r', 'z'))).toEqual(['risk']);
    expect(await policiesOf(follow('a', 'z'))).toEqual(['allow']);
    // A risk was seen a day ago: the server is asked again, or nobody knows.
    hands.advance(25 * 60 * MINUTE);
    expect(await policiesOf(follow('r', 'z'))).toEqual(['allow']);
  });

  it('a claim to be grown that nobody proved does not open an account', async () => {
    const { keben, begin, setUp } = await stage();
    await begin();
    const say = (ageBand: '13-15' | 'adult', assurance: 'declared' | 'verified') =>
      keben.events.send('account.updated', { account: { id: 'rises', ageBand, assurance } });
    say('13-15', 'declared');
    say('adult', 'declared');
    setUp(false);
    const asked = async () => (await keben.may(follow('a', 'rises'))).decision;
    expect(await asked()).toBe('limit');
    expect((await keben.settings.get('rises')).ageBand).toBe('13-15');
    say('adult', 'verified');
    expect(await asked()).toBe('allow');
  });

  it.each([{}, [], 'ok', null])('a success that decides nothing (%j) is no yes', async (body) => {
    const { url } = await serve(() => ({ status: 200, body }));
    const keben = createKeben({ url, apiKey: 'kb_test', source: '/test', snapshot: false });
    const question = follow('a', 'may', '13-15');
    expect(await keben.may(question)).toMatchObject({ decision: 'deny', unavailable: true });
    expect((await guard(keben, question)).pass).toBe(false);
    const to = [{ id: 'may', ageBand: '13-15' as const }];
    const screened = await keben.screen({
      from: { id: 'a', ageBand: 'adult' },
      to,
      conversation: 'c',
      text: 'hi',
    });
    expect(screened).toMatchObject({ decision: 'hold', unavailable: true });
    expect((await keben.settings.get('may', { ageBand: '13-15' })).unavailable).toBe(true);
    await keben.close();
  });

  it('a snapshot is confirmed while it is in use, and counts for nothing when it is too old', async () => {
    const { keben, begin, hands, fetched, setUp } = await stage({
      snapshot: { refresh: 5 * MINUTE, lasts: 60 * MINUTE },
    });
    await begin();
    for (let n = 0; n < 20; n++) await keben.may(follow('a', 'b'));
    expect(fetched()).toEqual([{ path: '/v1/safeguards/snapshot', tag: undefined }]);
    hands.advance(5 * MINUTE);
    await begin();
    expect(fetched().map(({ tag }) => tag)).toEqual([undefined, '"one"']);
    setUp(false);
    hands.advance(59 * MINUTE);
    expect((await keben.may(follow('a', 'may', '13-15'))).decision).toBe('limit');
    hands.advance(2 * MINUTE);
    const closed = await keben.may(follow('a', 'may', '13-15'));
    expect(closed).toMatchObject({ decision: 'deny', policies: [], reasons: [{ policy: 'server-away' }] });
  });

  it('nothing is kept where the snapshot is turned off', async () => {
    const { keben, fetched, setUp } = await stage({ snapshot: false });
    await keben.may(follow('a', 'b'));
    setUp(false);
    expect(await keben.may(follow('a', 'may', '13-15'))).toMatchObject({ decision: 'deny', policies: [] });
    expect(await keben.may(follow('a', 'b'))).toMatchObject({ decision: 'allow', policies: [] });
    expect(fetched()).toEqual([]);
  });

  it('a storage that fails does no harm', async () => {
    const { keben, begin, setUp } = await stage({ storageFails: true });
    await begin();
    setUp(false);
    expect((await keben.may(follow('a', 'may', '13-15'))).decision).toBe('limit');
  });
});
