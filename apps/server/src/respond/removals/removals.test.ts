import { formatHash, hashLuma, type Luma } from '@keben/pdq';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '../../base/errors.ts';
import {
  addContents,
  bankNamed,
  contentsById,
  contentsWith,
  createBank,
  createHashLookup,
  REMOVAL_BANK,
  removeContents,
  signalsOf,
} from '../../detect/index.ts';
import { importHashes, isRequestList, readRequests } from '../../detect/media/index.ts';
import { describeStatus } from './describe-removal.ts';
import { exportRemovals } from './export-removals.ts';
import { STANDING_DAYS } from './removal-bank.ts';
import { by, day, files, film, hotline, md5, openRemovalStage, other, start } from './removal-stage.ts';
import { isStanding, type RemovalState } from './removal-state.ts';
import { RemovalInput } from './request-shape.ts';
import { contentsOf, countWaitingHashes, listRequests, requestById, stepsOfRequest } from './store.ts';

const { database, live, system, tenant, receive, step, found, close } = await openRemovalStage();
afterAll(close);

/** A picture of shapes, and the same turned and mirrored, pixel by pixel. */
const turnedPictures = (seed: number): Luma[] => {
  const size = 96;
  const at = (x: number, y: number) =>
    128 +
    60 * Math.sin((x * (7 + seed)) / 90 + (y * y) / 700) +
    (((x >> 4) ^ (y >> 3)) & 1 ? 50 : -20) +
    x / 4;
  const last = size - 1;
  const ways: ((x: number, y: number) => number)[] = [
    (x, y) => at(x, y),
    (x, y) => at(y, last - x),
    (x, y) => at(last - x, last - y),
    (x, y) => at(last - y, x),
    (x, y) => at(x, last - y),
    (x, y) => at(last - x, y),
    (x, y) => at(y, x),
    (x, y) => at(last - y, last - x),
  ];
  return ways.map((way) => ({
    data: Float32Array.from({ length: size * size }, (_, n) => way(n % size, Math.floor(n / size))),
    width: size,
    height: size,
  }));
};

describe('a picture turned or mirrored', () => {
  it('is found by the hash of the copy, as one picture, and with the picture no longer', async () => {
    const ways = turnedPictures(1);
    const { hash, quality, dihedral } = hashLuma(ways[0]!, { dihedral: true });
    const { original: _, ...others } = dihedral!;
    const turned = Object.values(others).map(formatHash);
    const row = await receive([{ type: 'image', pdq: { hash: formatHash(hash), quality, turned } }]);
    const contents = await tenant((tx) => contentsOf(tx, row));
    expect([row.pictures, contents.length]).toEqual([1, 1]);
    // What a platform's event carries: one hash of what was uploaded.
    const copies = ways.map((way) => ({ pdq: formatHash(hashLuma(way).hash) }));
    expect(new Set(copies.map(({ pdq }) => pdq)).size).toBe(8);
    const lookup = createHashLookup(live);
    const answers = async () =>
      (await tenant((tx) => lookup(tx, hotline, copies, { now: start, wait: true }))).items;
    for (const answer of await answers())
      expect(answer).toMatchObject({
        status: 'match',
        matches: [{ content: contents[0]?.id, action: 'hold' }],
      });
    await step(row.id, { step: 'withdraw' });
    for (const answer of await answers()) expect(answer.status).not.toBe('match');
  });

  it('is sent with at most seven hashes more, all of pictures with shape', () => {
    const pdq = { hash: film(1).frames[0]?.hash, quality: 80 };
    const parsed = (turned: unknown[]) =>
      RemovalInput.safeParse({
        language: 'vi',
        ageBand: '13-15',
        platforms: ['zalo'],
        items: [{ type: 'image', pdq: { ...pdq, turned } }],
      });
    expect(parsed(Array(7).fill(pdq.hash)).success).toBe(true);
    expect(parsed(Array(8).fill(pdq.hash)).error?.issues[0]?.path).toEqual(['items', 0, 'pdq', 'turned']);
    expect(parsed(['0'.repeat(64)]).error?.issues[0]?.path).toEqual(['items', 0, 'pdq', 'turned', 0]);
  });
});

describe('a request to take pictures down', () => {
  it('puts its hashes into a bank that holds for a person, and nobody has confirmed', async () => {
    const row = await receive([...files(1), film(2)]);
    const bank = await tenant((tx) => bankNamed(tx, hotline, REMOVAL_BANK));
    expect(bank).toMatchObject({ action: 'hold', arrives: 'unconfirmed', retentionDays: STANDING_DAYS });
    const contents = await tenant((tx) => contentsOf(tx, row));
    expect(contents.map(({ type }) => type)).toEqual(['image', 'video']);
    const known = await tenant((tx) =>
      contentsById(
        tx,
        hotline,
        contents.map(({ id }) => id),
      ),
    );
    expect([...known.values()].map(({ content }) => content.status)).toEqual(['unconfirmed', 'unconfirmed']);
    expect(row).toMatchObject({ pictures: 1, films: 1, platforms: ['zalo', 'other'] });
  });

  it('leaves a bank of that name alone whose settings would let it block, or confirm what nobody looked at', async () => {
    await receive(files(3));
    const rename = (to: string, from: string) =>
      system((tx) => tx.execute(sql`update hash_bank set name = ${to} where name = ${from}`));
    // As if the organisation had made a bank of that name before.
    await rename('kept', REMOVAL_BANK);
    const own = {
      name: REMOVAL_BANK,
      source: 'x',
      reason: 'y',
      action: 'block',
      arrives: 'confirmed',
    } as const;
    await tenant((tx) => createBank(tx, hotline, own, by, start));
    const row = await receive(files(4));
    const [first] = await tenant((tx) => contentsOf(tx, row));
    const found = await tenant((tx) => contentsById(tx, hotline, [first?.id ?? 0]));
    expect([...found.values()]).toMatchObject([
      { content: { status: 'unconfirmed' }, bank: { name: `${REMOVAL_BANK} 2`, action: 'hold' } },
    ]);
    expect(await tenant((tx) => bankNamed(tx, hotline, REMOVAL_BANK))).toMatchObject(own);
    await rename('somebody’s own', REMOVAL_BANK);
    await rename(REMOVAL_BANK, 'kept');
  });

  it('says what is compared no longer, and exports none of that', async () => {
    const row = await receive([...files(20), film(21)]);
    await step(row.id, { step: 'confirm', by });
    const [picture, video] = await tenant((tx) => contentsOf(tx, row));
    const compared = async (now = start) => {
      const current = await tenant((tx) => requestById(tx, hotline, row.id));
      return (await tenant((tx) => describeStatus(tx, current ?? row, [], now))).compared;
    };
    const exported = async (now = start) => {
      const values: string[] = [];
      for await (const line of exportRemovals(database, { organisationId: hotline, userId: 'lan' }, now))
        values.push(...line.signals.map(({ value }) => value));
      return [md5(20), film(21).frames[0]?.hash].filter((value) => values.includes(value ?? ''));
    };
    expect([await compared(), (await exported()).length]).toEqual(['all', 2]);
    expect([await compared(day(STANDING_DAYS)), await exported(day(STANDING_DAYS))]).toEqual(['none', []]);
    const disable = (until: Date | null) =>
      tenant((tx) =>
        tx.execute(
          sql`update bank_content set disabled_until = ${until?.toISOString() ?? null} where id = ${video?.id ?? 0}`,
        ),
      );
    await disable(day(1));
    expect([await compared(), await exported()]).toEqual(['some', [md5(20)]]);
    expect(await compared(day(1))).toBe('all');
    await tenant((tx) => removeContents(tx, hotline, [picture?.id ?? 0], by, start));
    expect([await compared(), await exported()]).toEqual(['none', []]);
    await disable(null);
    expect([await compared(), (await exported()).length]).toEqual(['some', 1]);
    await step(row.id, { step: 'withdraw' });
    expect(await compared()).toBe('none');
  });

  it('has one content for files that look the same, with the digests of each', async () => {
    const look = { hash: film(9).frames[0]?.hash, quality: 80, turned: [film(10).frames[0]?.hash] };
    const row = await receive([
      { type: 'image', pdq: look, md5: md5(9) },
      ...files(10),
      { type: 'image', pdq: look, md5: md5(11) },
      { ...film(12), md5: md5(12) },
      { ...film(12), md5: md5(13) },
      ...files(14),
    ]);
    const contents = await tenant((tx) => contentsOf(tx, row));
    expect(contents.map(({ type }) => type)).toEqual(['image', 'image', 'video', 'image']);
    const ids = contents.map(({ id }) => id);
    const signals = await tenant((tx) => signalsOf(tx, hotline, ids));
    expect(
      ids.map((id) =>
        signals
          .get(id)
          ?.map(({ kind }) => kind)
          .join(' '),
      ),
    ).toEqual(['pdq pdq md5 md5', 'md5', 'vpdq md5 md5', 'md5']);
    expect(row).toMatchObject({ pictures: 4, films: 2, hashes: 9 });
  });

  it('is not taken while too many hashes wait for a person, until one is decided or withdrawn', async () => {
    const first = await receive([...files(5), film(6)]);
    const second = await receive(files(7));
    expect([first.hashes, second.hashes]).toEqual([2, 1]);
    const waiting = () => tenant((tx) => countWaitingHashes(tx, hotline));
    const most = await waiting();
    const another = () => receive(files(8), undefined, start, most);
    await expect(another()).rejects.toMatchObject({
      code: 'overloaded',
      extras: { retryAfterSeconds: 3600 },
    });
    expect(await found([8])).toEqual(new Set());
    await step(second.id, { step: 'withdraw' });
    await another();
    expect(await waiting()).toBe(most);
    await expect(another()).rejects.toMatchObject({ code: 'overloaded' });
    await step(first.id, { step: 'confirm', by });
    expect(await waiting()).toBe(most - 2);
    await another();
  });

  it('is confirmed with its contents, exported without what identifies it, and gone after a decline', async () => {
    const row = await receive([film(77)], 'under-13');
    const lines = async () => {
      const all: unknown[] = [];
      for await (const line of exportRemovals(database, { organisationId: hotline, userId: 'lan' }, start))
        if (line.signals[0]?.value === film(77).frames[0]?.hash) all.push(line);
      return all;
    };
    expect(await lines()).toEqual([]);
    await step(row.id, { step: 'confirm', by });
    expect(await lines()).toEqual([
      {
        type: 'video',
        platforms: ['zalo', 'other'],
        signals: [{ kind: 'vpdq', value: film(77).frames[0]?.hash, quality: 60, seconds: 0 }],
      },
    ]);
    await step(row.id, { step: 'decline', by, reason: 'unclear' });
    expect(await lines()).toEqual([]);
    await expect(step(row.id, { step: 'confirm', by })).rejects.toMatchObject({ code: 'state-conflict' });
    expect(
      (await tenant((tx) => stepsOfRequest(tx, row))).map(({ step: one, actorName }) => [one, actorName]),
    ).toEqual([
      ['receive', null],
      ['confirm', 'Lan'],
      ['decline', 'Lan'],
    ]);
  });

  it('reaches a platform by the file for it, and leaves it by the next file after a withdrawal', async () => {
    const row = await receive([film(78), ...files(79)]);
    const beside = await receive(files(80));
    await step(row.id, { step: 'confirm', by });
    await step(beside.id, { step: 'confirm', by });
    /** Exports what was confirmed and brings it into a bank of the other organisation, as the command does. */
    const bringOver = async () => {
      let text = '';
      for await (const line of exportRemovals(database, { organisationId: hotline, userId: 'lan' }, start))
        text += `${JSON.stringify(line)}\n`;
      expect(isRequestList(text)).toBe(true);
      const { contents, bad } = readRequests(text);
      expect(bad).toEqual([]);
      // A line that is none is told by its number.
      expect(
        readRequests(`${text}\n{"type":"image"}\nx`).bad.map(({ line }) => line - contents.length),
      ).toEqual([2, 3]);
      const list = { name: 'Gỡ', source: 's', reason: 'r', generativeAi: false, action: 'hold' as const };
      return tenant((tx) => importHashes(tx, other, list, contents, start, { replace: true }), other);
    };
    const held = async () => {
      const hashes = [
        { kind: 'vpdq' as const, value: film(78).frames[0]?.hash ?? '' },
        { kind: 'md5' as const, value: md5(79) },
        { kind: 'md5' as const, value: md5(80) },
      ];
      return (await tenant((tx) => contentsWith(tx, other, hashes), other)).map(({ value }) => value);
    };
    expect(await bringOver()).toMatchObject({ removed: 0 });
    expect(await held()).toHaveLength(3);
    expect(await bringOver()).toEqual({ added: 0, removed: 0 });
    await step(row.id, { step: 'withdraw' });
    expect(await bringOver()).toEqual({ added: 0, removed: 2 });
    expect(await held()).toEqual([md5(80)]);
  });

  it('finds what standing requests gave, and nothing else, in whatever order they come and go', async () => {
    const happening = fc.oneof(
      fc.record({
        do: fc.constant('receive' as const),
        files: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 4 }),
      }),
      fc.record({
        do: fc.constantFrom('confirm' as const, 'decline' as const, 'withdraw' as const),
        which: fc.nat(5),
      }),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 10 }), async (happenings) => {
        const first = 1000 * ++run;
        const requests: { id: string; files: number[]; state: RemovalState }[] = [];
        for (const one of happenings) {
          if (one.do === 'receive') {
            const own = one.files.map((file) => first + file);
            requests.push({ id: (await receive(files(...own))).id, files: own, state: 'received' });
            continue;
          }
          const request = requests[one.which % Math.max(1, requests.length)];
          if (!request) continue;
          const decision =
            one.do === 'withdraw' ? { step: one.do } : { step: one.do, by, reason: 'unclear' as const };
          const moved = await step(request.id, decision).catch((cause: unknown) => {
            if (cause instanceof AppError && cause.code === 'state-conflict') return undefined;
            throw cause;
          });
          request.state = moved?.state ?? request.state;
        }
        const standing = requests.filter(({ state }) => isStanding(state));
        const all = Array.from({ length: 6 }, (_, file) => first + file);
        expect(await found(all)).toEqual(new Set(standing.flatMap((request) => request.files)));
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('counts where detection of the organisation found it, until it is withdrawn', async () => {
    const row = await receive([...files(300), ...files(301)]);
    const [first, second] = await tenant((tx) => contentsOf(tx, row));
    const finding = (position: number, content: number | undefined, organisation = hotline) => sql`
      insert into media_finding (organisation_id, position, item, account, towards, type, status, matches, generative_ai, at)
      values (${organisation}, ${position}, 0, 'a', '[]', 'image', 'match', ${JSON.stringify([{ list: 'x' }, { content }])}::jsonb, '[]', ${start.toISOString()})`;
    await system(async (tx) => {
      await tx.execute(finding(1, first?.id));
      await tx.execute(finding(2, second?.id));
      await tx.execute(finding(3, 999_999));
      await tx.execute(finding(4, first?.id, other));
    });
    const matches = async () => (await tenant((tx) => describeStatus(tx, row, [], start))).matches;
    expect(await matches()).toBe(2);
    await step(row.id, { step: 'withdraw' });
    expect(await matches()).toBe(0);
  });

  it('leaves alone what another bank of the organisation knows of the same picture', async () => {
    const settings = { name: 'Khác', source: 'x', reason: 'y' };
    const bank = await tenant((tx) => createBank(tx, hotline, settings, by, start));
    await tenant((tx) => addContents(tx, bank, [{ signals: [{ kind: 'md5', value: md5(900) }] }], by, start));
    const row = await receive(files(900));
    await step(row.id, { step: 'withdraw' });
    expect(await found([900])).toEqual(new Set([900]));
  });

  it('lists the youngest first, then who waits longest; and is nothing to another organisation', async () => {
    const late = await receive(files(50), 'under-13', day(2));
    const early = await receive(files(51), 'under-13', day(1));
    const ids = (await tenant((tx) => listRequests(tx, hotline, 'received', 100))).map(({ id }) => id);
    expect(ids.slice(0, 2)).toEqual([early.id, late.id]);
    expect(await tenant((tx) => listRequests(tx, hotline, 'received', 100), other)).toEqual([]);
    expect(await tenant((tx) => requestById(tx, hotline, early.id), other)).toBeUndefined();
    expect(await tenant((tx) => stepsOfRequest(tx, early), other)).toEqual([]);
    await expect(tenant((tx) => tx.execute('select * from removal_attempt'))).rejects.toThrow();
  });
});
