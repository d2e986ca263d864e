import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openEmbedded, type Tx } from '../../base/database.ts';
import { readEntries } from '../../base/event-log-store.ts';
import { keysOf } from '../../base/keys.ts';
import { createPostgresLog } from '../../base/postgres-log.ts';
import { noMemory } from '../../base/state-memory.ts';
import { appendEvents } from '../accept-events.ts';
import { CloudEvent, Media } from '../event.ts';
import { positionsOfEvents } from '../evidence-store.ts';
import { assessmentById, highestLevels, listAssessments, observationsAt } from '../store.ts';
import { addContents, createBank, takeContentStep } from './banks/index.ts';
import { readHashes } from './hash-lists.ts';
import { importHashes, removeHashes } from './import-hashes.ts';
import { createLiveIndexes } from './live/index.ts';
import { createHashLookup, type Lookup } from './look-up-media.ts';
import { findingOf, MEDIA_CUE } from './media-finding.ts';
import { compared, matched } from './media-stage.ts';
import { countFindingsOf, findingsAt, generativeAiBehind } from './media-store.ts';
import { createMediaDetection, MOST_ACCOUNTS_UNCONFIRMED } from './process-media.ts';

const flip = (hash: string, bits: readonly number[]) => {
  const bytes = Buffer.from(hash, 'hex');
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return bytes.toString('hex');
};

const _uncompared = { wanted: true, banks: [], kinds: [] };

describe('hash lists as files', () => {
  it('are read as CSV and NDJSON, bad lines by number', () => {
    const md5 = 'a'.repeat(32);
    const read = readHashes(
      `\uFEFFkind,hash,reason\nmd5,${md5.toUpperCase()},confirmed by two people\n\n# a remark\n{"kind":"pdq","hash":"${'0f'.repeat(32)}"}\nmd5,xyz\nsha512,${md5}\n{"kind":"md5"\nmd5,${md5}\n`,
    );
    expect(read.hashes).toEqual([
      { kind: 'md5', value: md5, reason: 'confirmed by two people' },
      { kind: 'pdq', value: '0f'.repeat(32), reason: null },
    ]);
    expect(read.bad.map(({ line }) => line)).toEqual([6, 7, 8]);
    expect(read.bad[0]?.problem).toMatch(/32 hexadecimal digits/);
    expect(read.bad[1]?.problem).toMatch(/sha256, sha1, md5, pdq/);
  });

  it('any text is read without fault: each line is a hash, bad, or passed over', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const { hashes, bad } = readHashes(text);
        return hashes.length + bad.length <= text.split('\n').length;
      }),
    );
  });
});

describe('media of events', () => {
  it('take provenance that is known, and refuse what is not', () => {
    const item = (more: object) => Media.safeParse({ type: 'image', ...more }).success;
    expect(item({ digitalSourceType: 'trainedAlgorithmicMedia', c2pa: { integrity: 'valid' } })).toBe(true);
    expect(item({ digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture' })).toBe(
      true,
    );
    expect(item({ digitalSourceType: 'madeUp' })).toBe(false);
    expect(item({ c2pa: { integrity: 'trusted' } })).toBe(false);
  });

  it('count as AI-made by list or by metadata, and not by a C2PA manifest alone', () => {
    const no: Lookup = { status: 'no-match' };
    const reasons = (more: object, lookup: Lookup = no) =>
      findingOf(Media.parse({ type: 'image', ...more }), 0, { ...lookup, ...compared }, new Date())
        .generativeAi;
    expect(reasons({ digitalSourceType: 'compositeWithTrainedAlgorithmicMedia' })).toEqual(['provenance']);
    expect(reasons({ c2pa: { integrity: 'valid' } })).toEqual([]);
    expect(reasons({}, { status: 'match', matches: [{ ...matched, generativeAi: false }] })).toEqual([]);
    expect(
      reasons(
        { digitalSourceType: 'trainedAlgorithmicMedia' },
        { status: 'match', matches: [{ ...matched, generativeAi: true }] },
      ),
    ).toEqual(['hash-list', 'provenance']);
  });
});

describe('look-up and assessment', () => {
  const organisationId = randomUUID();
  const keys = keysOf(randomBytes(32));
  const now = new Date('2026-11-24T08:00:00Z');
  const known = 'c3'.repeat(32);
  const md5 = 'd'.repeat(32);
  const by = { id: 'a', name: 'a' };
  let database: Database;
  const inTx = <T>(work: (tx: Tx) => Promise<T>) =>
    database.transaction({ organisation: organisationId }, work);
  const list = (name: string, generativeAi: boolean) => ({
    name,
    source: 'test',
    reason: 'known',
    generativeAi,
  });

  const lookUpWith = (maxHashes: number) =>
    createHashLookup(
      createLiveIndexes({ database, log: pino({ level: 'silent' }), now: () => now, maxHashes }),
    );
  let lookUp: ReturnType<typeof createHashLookup>;

  beforeAll(async () => {
    database = await openEmbedded();
    lookUp = lookUpWith(1000);
  });
  afterAll(() => database.close());

  it('says unavailable, not no-match, where nothing could be compared', async () => {
    const ask = (items: Media[], by = lookUp) =>
      inTx(async (tx) => (await by(tx, organisationId, items, { now })).items);
    // Without banks nobody wanted to compare.
    const none = { wanted: false, banks: [], kinds: [] };
    expect(await ask([{ type: 'image' }, { type: 'image', md5 }])).toEqual([
      { status: 'unavailable', why: 'no-hash', ...none },
      { status: 'unavailable', why: 'not-comparable', ...none },
    ]);
    await inTx((tx) =>
      importHashes(
        tx,
        organisationId,
        list('one', false),
        [{ signals: [{ kind: 'pdq', value: known }] }],
        now,
      ),
    );
    expect(
      await ask([
        { type: 'image', md5 },
        { type: 'image', pdq: '0'.repeat(64) },
      ]),
    ).toEqual([
      { status: 'unavailable', why: 'not-comparable', ...none, wanted: true },
      { status: 'no-match', wanted: true, banks: [{ number: 1, name: 'one' }], kinds: ['pdq'] },
    ]);
    const within = flip(
      known,
      Array.from({ length: 31 }, (_, bit) => bit),
    );
    const beyond = flip(
      known,
      Array.from({ length: 32 }, (_, bit) => bit),
    );
    const near = await ask([
      { type: 'image', pdq: within },
      { type: 'image', pdq: beyond },
    ]);
    expect(near).toMatchObject([
      { status: 'match', matches: [{ bank: 'one', kind: 'pdq', distance: 31, action: 'hold' }] },
      { status: 'no-match' },
    ]);
    // A scan that would be too long is no answer, unless the hash itself is on a list.
    const short = lookUpWith(0);
    expect(
      await ask(
        [
          { type: 'image', pdq: within },
          { type: 'image', pdq: known },
        ],
        short,
      ),
    ).toMatchObject([{ status: 'unavailable', why: 'too-many' }, { status: 'match' }]);
    // A changed list is seen at once, also by a look-up that has an index.
    await inTx((tx) =>
      importHashes(
        tx,
        organisationId,
        list('two', true),
        [{ signals: [{ kind: 'pdq', value: beyond }], reason: 'own' }],
        now,
      ),
    );
    expect(await ask([{ type: 'image', pdq: beyond }])).toMatchObject([
      {
        status: 'match',
        matches: [{ bank: 'two', distance: 0, reason: 'own', generativeAi: true, action: 'block' }],
      },
    ]);
    expect(await inTx((tx) => removeHashes(tx, organisationId, 'two', now))).toBe(true);
    expect(await ask([{ type: 'image', pdq: beyond }])).toMatchObject([{ status: 'no-match' }]);
  });

  it('a list cannot be half AI-made', async () => {
    const hashes = [{ signals: [{ kind: 'md5' as const, value: md5 }] }];
    expect(await inTx((tx) => importHashes(tx, organisationId, list('one', true), hashes, now))).toBe(
      'conflict',
    );
    expect(await inTx((tx) => importHashes(tx, organisationId, list('made', true), hashes, now))).toEqual({
      added: 1,
      removed: 0,
    });
    expect(await inTx((tx) => importHashes(tx, organisationId, list('made', true), hashes, now))).toEqual({
      added: 0,
      removed: 0,
    });
  });

  it('a known picture raises one critical assessment, also when the batch is read again and mirrored', async () => {
    const from = { id: 'sender', ageBand: 'adult' };
    const to = [
      { id: 'grown', ageBand: 'adult' },
      { id: 'kid', ageBand: '13-15' },
    ];
    const time = now.toISOString();
    const events = [
      {
        id: 'shared',
        type: 'media.shared',
        data: { conversation: 'c', from, to, media: [{ type: 'image', md5 }] },
      },
      {
        id: 'post',
        type: 'content.published',
        data: { from, audience: 'public', media: [{ type: 'image', md5: 'e'.repeat(32) }] },
      },
      { id: 'plain', type: 'message.sent', data: { conversation: 'c', from, to, text: 'Chào bạn' } },
    ].map((event) => CloudEvent.parse({ specversion: '1.0', source: '/test', time, ...event }));
    const eventLog = createPostgresLog({ database, consumer: 'detect', maxLag: 1000 });
    await database.transaction('system', (tx) =>
      appendEvents(tx, { keys, eventLog }, organisationId, events, now),
    );
    const detect = createMediaDetection(lookUp);
    const run = () =>
      database.transaction('system', async (tx) => {
        const positions = await positionsOfEvents(tx, organisationId, ['shared', 'post', 'plain']);
        const entries = await readEntries(tx, organisationId, positions);
        const mirrors = entries.map((entry) => ({ ...entry, position: 0, role: 'mirror' as const }));
        await detect(tx, [...entries, ...mirrors], now, noMemory);
        return positions;
      });
    const positions = await run();
    await run();
    expect(await inTx((tx) => findingsAt(tx, organisationId, [0]))).toEqual([]);
    const { assessments } = await inTx((tx) => listAssessments(tx, organisationId, 0, 100));
    expect(assessments).toMatchObject([
      {
        account: 'sender',
        counterpart: 'kid',
        level: 'critical',
        harm: 'image-abuse',
        cues: [MEDIA_CUE],
        actions: ['open-case'],
        contributions: [{ id: MEDIA_CUE, evidence: [expect.any(Number)] }],
      },
    ]);
    const [one] = assessments;
    const sum = one?.contributions.reduce((total, { weight }) => total + weight, 0);
    expect(sum).toBe(one?.score);
    const made = await inTx((tx) => generativeAiBehind(tx, organisationId, [one?.id ?? '']));
    expect(made.get(one?.id ?? '')).toMatchObject({ reasons: ['hash-list'], positions: [one?.position] });
    expect(await inTx((tx) => assessmentById(tx, organisationId, one?.id ?? ''))).toBeDefined();
    expect((await inTx((tx) => observationsAt(tx, organisationId, positions))).map(({ cue }) => cue)).toEqual(
      [MEDIA_CUE],
    );
    // Each keeps with which banks, by what and when it was compared: numbers, no hashes.
    const found = await inTx((tx) => findingsAt(tx, organisationId, positions));
    expect(found.map(({ status }) => status).sort()).toEqual(['match', 'no-match']);
    for (const { banks, kinds, asOf } of found) {
      expect({ banks, kinds, asOf }).toEqual({ banks: [3], kinds: ['md5'], asOf: now });
    }
  });

  it('calls a person for what nobody confirmed, takes nothing from the account, and not for everybody', async () => {
    const bank = await inTx((tx) =>
      createBank(tx, organisationId, { name: 'open', source: 's', reason: 'r', action: 'block' }, by, now),
    );
    const open = '9'.repeat(32);
    const { ids } = await inTx((tx) =>
      addContents(tx, bank, [{ signals: [{ kind: 'md5', value: open }] }], by, now),
    );
    const eventLog = createPostgresLog({ database, consumer: 'detect', maxLag: 1000 });
    const detect = createMediaDetection(lookUp);
    /** Shares the picture from each of the accounts, in one batch; who got an assessment, and of what level. */
    async function share(batch: string, accounts: string[]) {
      const events = accounts.map((account) =>
        CloudEvent.parse({
          specversion: '1.0',
          source: '/test',
          time: now.toISOString(),
          id: `${batch} ${account}`,
          type: 'media.shared',
          data: {
            conversation: account,
            from: { id: account, ageBand: 'unknown' },
            to: [{ id: 'kid', ageBand: '13-15' }],
            media: [{ type: 'image', md5: open }],
          },
        }),
      );
      await database.transaction('system', async (tx) => {
        await appendEvents(tx, { keys, eventLog }, organisationId, events, now);
        const positions = await positionsOfEvents(
          tx,
          organisationId,
          events.map(({ id }) => id),
        );
        await detect(tx, await readEntries(tx, organisationId, positions), now, noMemory);
      });
      const { assessments } = await inTx((tx) => listAssessments(tx, organisationId, 0, 1000));
      return assessments.flatMap(({ account, level, eventId }) =>
        eventId.startsWith(`${batch} `) ? [`${account} ${level}`] : [],
      );
    }
    const crowd = Array.from({ length: MOST_ACCOUNTS_UNCONFIRMED + 5 }, (_, n) => `c${n}`);
    expect(await share('first', crowd)).toHaveLength(MOST_ACCOUNTS_UNCONFIRMED);
    expect(await share('second', ['late'])).toEqual([]);
    expect(await inTx((tx) => countFindingsOf(tx, organisationId, ids))).toBe(crowd.length + 1);
    const standing = [{ account: 'c0' }];
    expect(await inTx((tx) => highestLevels(tx, organisationId, standing, new Date(0)))).toEqual(['watch']);
    // A second person confirms it: from now on it is as grave as any.
    await inTx((tx) =>
      takeContentStep(
        tx,
        organisationId,
        ids[0] ?? 0,
        'confirm',
        { by: { id: 'b', name: 'b' }, reason: 'r' },
        now,
      ),
    );
    expect(await share('third', ['late'])).toEqual(['late critical']);
  });

  it('lists and findings are not seen by another organisation', async () => {
    const other = randomUUID();
    expect(
      await database.transaction({ organisation: other }, (tx) => lookUp(tx, other, [{ md5 }], { now })),
    ).toMatchObject({ items: [{ status: 'unavailable', why: 'not-comparable' }] });
  });
});
