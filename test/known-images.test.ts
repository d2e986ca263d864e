import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../apps/server/src/base/api-keys.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { openStage, type StaffClient, signIn, type TestStage, until } from './stage.ts';

/** A hash with as many bits set as that of a picture. */
const hashOf = (picture: string) => {
  const half = createHash('sha256').update(picture).digest().subarray(0, 16);
  return half.toString('hex') + Buffer.from(half.map((byte) => ~byte)).toString('hex');
};
/** The same picture, changed a little: so many bits differ. */
const near = (hash: string, bits: number) => {
  const bytes = Buffer.from(hash, 'hex');
  for (let bit = 0; bit < bits; bit++) bytes[bit] = (bytes[bit] ?? 0) ^ 1;
  return bytes.toString('hex');
};
const md5Of = (file: string) => createHash('md5').update(file).digest('hex');
const image = (pdq: string) => ({ type: 'image', pdq, pdqQuality: 90 });

interface Screened {
  decision: string;
  level: string;
  rules: string[];
  media: {
    status: string;
    why?: string;
    action: string;
    banks: string[];
    kinds: string[];
    asOf: string | null;
    matches: { bank: string; kind: string; distance: number; status: string; action: string }[];
  }[];
}
interface Assessed {
  eventId: string;
  account: string;
  level: string;
}
interface CaseView {
  id: string;
  level: string;
  urgency: number;
  contributions: { id: string; weight: number }[];
  subject: { id: string } | null;
  evidence: {
    id: string;
    media: {
      status: string;
      banks: string[];
      asOf: string | null;
      lists: {
        name: string;
        distance: number;
        kind: string;
        status: string;
        now: { status: string; at: string | null; by: string | null; reason: string | null };
      }[];
    }[];
  }[];
}

/** An organisation with an API key, as a platform of it would use it. */
async function openPlatform(stage: TestStage, organisation: string) {
  const key = await stage.running.services.database.transaction('system', (tx) =>
    createApiKey(tx, organisation, 'test', new Date()),
  );
  const ask = async <T>(path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${stage.url}${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });
    expect(answer.ok, `${path} ${answer.status}`).toBe(true);
    return (await answer.json()) as T;
  };
  const from = (id: string) => ({ id, ageBand: 'adult' });
  return {
    screen: (media: object[], toBand = '13-15') =>
      ask<Screened>('/v1/screen', {
        conversation: 'c',
        from: from('s'),
        to: [{ id: 'kid', ageBand: toBand }],
        text: '',
        media,
      }),
    /** Shares media after the fact, waits until detection has read it, and tells what it said of it. */
    async share(account: string, media: object[]): Promise<Assessed[]> {
      await ask('/v1/events', {
        specversion: '1.0',
        id: `share ${account}`,
        source: '/test',
        type: 'media.shared',
        time: new Date().toISOString(),
        data: {
          conversation: `c-${account}`,
          from: from(account),
          to: [{ id: 'kid', ageBand: '13-15' }],
          media,
        },
      });
      await until('the event is read', async () =>
        (await ask<{ lag: number }>('/v1/log/status')).lag === 0 ? true : undefined,
      );
      const { assessments } = await ask<{ assessments: Assessed[] }>('/v1/assessments?limit=1000');
      return assessments.filter(({ eventId }) => eventId === `share ${account}`);
    },
  };
}

async function caseOf(staff: StaffClient, account: string): Promise<CaseView> {
  const found = await until(`a case about ${account}`, async () => {
    const { body } = await staff.get<{ cases: CaseView[] }>('/v1/cases');
    return body.cases.find(({ subject }) => subject?.id === account);
  });
  return (await staff.get<CaseView>(`/v1/cases/${found.id}`)).body;
}

async function portal<T>(stage: TestStage, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${stage.url}${path}`, {
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  expect(answer.ok, `${path} ${answer.status}`).toBe(true);
  return (await answer.json()) as T;
}

/** Asks that pictures are taken down, as the portal does. */
async function requestRemoval(stage: TestStage, items: object[]) {
  const { pow } = await portal<{ pow: { challenge: string; bits: number } }>(stage, '/v1/anonymous/channel');
  let nonce = 0;
  const solved = () =>
    Math.clz32(createHash('sha256').update(`${pow.challenge}:${nonce}`).digest().readUInt32BE(0)) >= pow.bits;
  while (!solved()) nonce++;
  const opener = await portal<{ caseNumber: string; pin: string }>(stage, '/v1/removals', {
    language: 'vi',
    ageBand: '13-15',
    platforms: ['zalo'],
    items,
    proof: { challenge: pow.challenge, nonce: String(nonce) },
  });
  return {
    ...opener,
    status: () => portal<{ state: string; matches: number }>(stage, '/v1/removals/status', opener),
    withdraw: () => portal<{ state: string }>(stage, '/v1/removals/withdraw', opener),
  };
}

const BANK = 'Yêu cầu gỡ ảnh';

// One stage on a real Postgres server for both: the helpline receives requests, the platform has banks of its own.
let postgres: PostgresServer;
let onPostgres: TestStage;
beforeAll(async () => {
  postgres = await startPostgres();
  onPostgres = await openStage({ DATABASE_URL: postgres.url });
});
afterAll(async () => {
  await onPostgres?.close();
  await postgres?.stop();
});

describe.each(['postgres', 'embedded'] as const)('a request to take a picture down (%s)', (kind) => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = kind === 'postgres' ? onPostgres : await openStage();
  });
  afterAll(async () => {
    if (kind === 'embedded') await stage?.close();
  });

  it('holds the picture and copies of it from when it comes until it is withdrawn', async () => {
    const platform = await openPlatform(stage, stage.demo.helpline.organisation);
    const counsellor = await signIn(stage, 'counsellor');
    const picture = hashOf('mine');
    const copy = near(picture, 20);
    const frames = [0, 1, 2].map((seconds) => ({ hash: hashOf(`film ${seconds}`), quality: 80, seconds }));
    const film = { type: 'video', frames: frames.map(({ seconds: _, ...frame }) => frame) };
    const shown = [image(picture), image(copy), film];

    // Somebody else's request, so that there is something to compare with.
    await requestRemoval(stage, [
      { type: 'image', pdq: { hash: hashOf('theirs'), quality: 90 } },
      { type: 'video', frames: [{ hash: hashOf('their film'), quality: 80, seconds: 0 }] },
    ]);
    const before = await platform.screen(shown);
    expect(before).toMatchObject({ decision: 'allow', rules: [] });
    for (const one of before.media) {
      expect(one).toMatchObject({ status: 'no-match', action: 'none', banks: [BANK], matches: [] });
      expect(one.asOf).toMatch(/^\d{4}-/);
    }
    expect(await platform.share('early', shown)).toEqual([]);

    const mine = await requestRemoval(stage, [
      { type: 'image', pdq: { hash: picture, quality: 90 } },
      { type: 'video', frames },
    ]);
    const after = await platform.screen(shown);
    expect(after).toMatchObject({ decision: 'hold', level: 'watch', rules: ['known-abuse-media'] });
    const match = { bank: BANK, status: 'unconfirmed', action: 'hold' };
    expect(after.media).toMatchObject([
      { status: 'match', action: 'hold', kinds: ['pdq'], matches: [{ ...match, kind: 'pdq', distance: 0 }] },
      { status: 'match', action: 'hold', matches: [{ ...match, kind: 'pdq', distance: 20 }] },
      { status: 'match', action: 'hold', kinds: ['vpdq'], matches: [{ ...match, kind: 'vpdq' }] },
    ]);
    // Nobody has confirmed it: somebody looks within a day, and the account keeps what it may do.
    expect(await platform.share('exact', [image(picture)])).toMatchObject([{ level: 'watch' }]);
    expect(await platform.share('copy', [image(copy)])).toMatchObject([{ level: 'watch' }]);
    expect(await platform.share('film', [film])).toMatchObject([{ level: 'watch' }]);
    expect(await mine.status()).toMatchObject({ state: 'received', matches: 3 });
    const opened = await caseOf(counsellor, 'copy');
    expect(opened).toMatchObject({
      level: 'watch',
      urgency: 2,
      contributions: [
        { id: 'known-abuse-media', weight: 8 },
        { id: 'not-confirmed', weight: -10 },
      ],
      evidence: [
        {
          media: [
            {
              status: 'match',
              banks: [BANK],
              lists: [{ name: BANK, distance: 20, status: 'unconfirmed', now: { status: 'unconfirmed' } }],
            },
          ],
        },
      ],
    });
    // What it was compared with is kept by name and number; the hash and an address of the picture are not there.
    expect(JSON.stringify(opened)).not.toMatch(new RegExp(`${copy}|${picture}|http`));

    const { body: list } = await counsellor.get<{ removals: { id: string; caseNumber: string }[] }>(
      '/v1/removals',
    );
    const own = list.removals.find(({ caseNumber }) => caseNumber === mine.caseNumber);
    expect((await counsellor.post(`/v1/removals/${own?.id}/confirm`)).status).toBe(200);
    expect(await platform.share('confirmed', [image(copy)])).toMatchObject([{ level: 'critical' }]);
    expect(await platform.screen([image(picture)])).toMatchObject({ decision: 'hold', level: 'critical' });
    // The case made before tells how it stands now, beside how it stood.
    expect((await caseOf(counsellor, 'copy')).evidence[0]?.media[0]?.lists).toMatchObject([
      { status: 'unconfirmed', now: { status: 'confirmed', by: 'Trần Ngọc Mai', reason: 'removal' } },
    ]);

    expect(await mine.withdraw()).toMatchObject({ state: 'withdrawn' });
    const last = await platform.screen(shown);
    expect(last).toMatchObject({ decision: 'allow', rules: [] });
    expect(last.media.map(({ status }) => status)).toEqual(['no-match', 'no-match', 'no-match']);
    expect(await platform.share('late', shown)).toEqual([]);
    expect((await caseOf(counsellor, 'copy')).evidence[0]?.media[0]?.lists).toMatchObject([
      { name: BANK, now: { status: 'removed' } },
    ]);
  });
});

describe('what a bank says', () => {
  let lead: StaffClient;
  let moderator: StaffClient;
  let platform: Awaited<ReturnType<typeof openPlatform>>;

  beforeAll(async () => {
    lead = await signIn(onPostgres, 'lead');
    moderator = await signIn(onPostgres, 'moderator');
    platform = await openPlatform(onPostgres, onPostgres.demo.platform.organisation);
  });

  /** A bank with one content that a second person confirmed. */
  async function bankWith(name: string, signals: object[], settings: object = {}) {
    const { body: bank } = await lead.post<{ id: string }>('/v1/banks', {
      name,
      source: 'test',
      reason: 'known',
      action: 'block',
      ...settings,
    });
    const { body } = await moderator.post<{ ids: number[] }>(`/v1/banks/${bank.id}/contents`, {
      contents: [{ signals }],
    });
    const step = async (taken: string) =>
      expect(
        (await lead.post(`/v1/banks/contents/${body.ids[0]}/steps`, { step: taken, reason: taken })).status,
      ).toBe(200);
    await step('confirm');
    return {
      step,
      set: async (changed: object) =>
        expect((await lead.post(`/v1/banks/${bank.id}/settings`, changed)).status).toBe(200),
    };
  }

  it.each([
    // status, action of the bank, what screening does, what an event gives
    ['confirmed', 'block', 'block', 'critical'],
    ['confirmed', 'hold', 'hold', 'critical'],
    ['confirmed', 'observe', 'allow', undefined],
    ['disputed', 'block', 'hold', 'watch'],
    ['unconfirmed', 'block', 'hold', 'watch'],
    ['unconfirmed', 'observe', 'allow', undefined],
    ['retired', 'block', 'allow', undefined],
  ] as const)(
    'a content that is %s in a bank that says %s: %s, %s',
    async (status, action, decision, level) => {
      const name = `${status} ${action}`;
      const md5 = md5Of(name);
      const bank = await bankWith(name, [{ kind: 'md5', value: md5 }], { action });
      if (status === 'disputed') await bank.step('dispute');
      if (status === 'retired' || status === 'unconfirmed') await bank.step('retire');
      if (status === 'unconfirmed') await bank.step('restore');
      const screened = await platform.screen([{ type: 'image', md5 }]);
      expect(screened.decision).toBe(decision);
      // A match is told also where it only is observed.
      expect(screened.media[0]).toMatchObject(
        status === 'retired'
          ? { status: 'no-match', matches: [] }
          : { status: 'match', matches: [{ bank: name, distance: 0, status }] },
      );
      const assessed = await platform.share(name, [{ type: 'image', md5 }]);
      expect(assessed.map((one) => one.level)).toEqual(level === undefined ? [] : [level]);
    },
  );

  it('counts as the same what is within its own threshold, and asks it in its share of look-ups', async () => {
    const hash = hashOf('threshold');
    const bank = await bankWith('Hẹp', [{ kind: 'pdq', value: hash, quality: 90 }], { threshold: 10 });
    const statuses = async (bits: number[]) =>
      (await platform.screen(bits.map((n) => image(near(hash, n))))).media.map(({ status }) => status);
    expect(await statuses([0, 10, 11, 31])).toEqual(['match', 'match', 'no-match', 'no-match']);
    expect(await platform.share('within 10', [image(near(hash, 10))])).toHaveLength(1);
    expect(await platform.share('beyond 10', [image(near(hash, 11))])).toEqual([]);
    await bank.set({ threshold: 31 });
    expect(await statuses([11, 31, 32])).toEqual(['match', 'match', 'no-match']);
    expect(await platform.share('within 31', [image(near(hash, 31))])).toMatchObject([{ level: 'critical' }]);
    expect(await platform.screen([image(near(hash, 31))])).toMatchObject({ decision: 'hold' });

    // A share of nothing asks it never; it does not stand among the banks that were compared either.
    await bank.set({ enabledRatio: 0 });
    const [off] = (await platform.screen([image(hash)])).media;
    expect(off?.status).not.toBe('match');
    expect(off?.banks).not.toContain('Hẹp');
    expect(await platform.share('ratio 0', [image(hash)])).toEqual([]);
    // Half of the look-ups: 40 that all found it, or all did not, would come once in 10¹² runs.
    await bank.set({ enabledRatio: 0.5 });
    const { media } = await platform.screen(Array.from({ length: 32 }, () => image(hash)));
    const more = await platform.screen(Array.from({ length: 8 }, () => image(hash)));
    const asked = [...media, ...more.media];
    expect(new Set(asked.map(({ status }) => status === 'match'))).toEqual(new Set([true, false]));
    for (const { status, banks } of asked) expect(banks.includes('Hẹp')).toBe(status === 'match');
    await bank.set({ enabledRatio: 1 });
  });

  it('is not safe for the young where nothing could be compared, and says so', async () => {
    await bankWith('Ảnh', [{ kind: 'pdq', value: hashOf('any'), quality: 90 }]);
    const flat = { ...image(hashOf('flat')), pdqQuality: 49 };
    const young = await platform.screen([{ type: 'image' }, flat]);
    expect(young).toMatchObject({
      decision: 'warn',
      rules: ['media-not-compared'],
      media: [
        { status: 'unavailable', why: 'no-hash', action: 'blur', banks: [], asOf: null },
        { status: 'unavailable', why: 'low-quality', action: 'blur', banks: [], asOf: null },
      ],
    });
    expect(await platform.screen([{ type: 'image' }], 'adult')).toMatchObject({
      decision: 'allow',
      media: [{ status: 'unavailable', action: 'none' }],
    });
    // An event of it opens nothing by itself: after the fact there is nobody to cover it for.
    expect(await platform.share('no hash', [{ type: 'image' }])).toEqual([]);
  });
});
