import { createHash, randomUUID } from 'node:crypto';
import pino from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { openEmbedded, type Tx } from '../../base/database.ts';
import { addContents, type BankRow, createBank, type NewBank, type Signal } from './banks/index.ts';
import { importHashes } from './import-hashes.ts';
import { createLiveIndexes } from './live/index.ts';
import { createHashLookup, type ItemLookup, type LookedUp, matchesIn } from './look-up-media.ts';

const now = new Date('2026-11-25T08:00:00Z');
const lan = { id: 'lan', name: 'Lan' };
const database = await openEmbedded();
afterAll(() => database.close());

const md5 = (of: string) => createHash('md5').update(of).digest('hex');
/** A made-up PDQ hash; two of them are far apart. */
const looks = (of: string) => createHash('sha256').update(of).digest('hex');
const frames = (...names: string[]) => names.map((name) => ({ hash: looks(name), quality: 100 }));
const film = (...names: string[]): Signal[] =>
  names.map((name, seconds) => ({ kind: 'vpdq', value: looks(name), quality: 100, seconds }));

/** An organisation of its own for each test. */
function organisation() {
  const id = randomUUID();
  const live = createLiveIndexes({
    database,
    log: pino({ level: 'silent' }),
    now: () => now,
    maxHashes: 100_000,
  });
  const lookUp = createHashLookup(live);
  const inTx = <T>(work: (tx: Tx) => Promise<T>) => database.transaction({ organisation: id }, work);
  return {
    id,
    inTx,
    bank: (name: string, settings: Partial<NewBank> = {}) =>
      inTx((tx) => createBank(tx, id, { name, source: 's', reason: 'r', ...settings }, lan, now)),
    add: (bank: BankRow, ...contents: Signal[][]) =>
      inTx((tx) =>
        addContents(
          tx,
          bank,
          contents.map((signals) => ({ signals })),
          lan,
          now,
        ),
      ),
    async ask(item: LookedUp): Promise<ItemLookup> {
      const { items } = await inTx((tx) => lookUp(tx, id, [item], { now }));
      const [one] = items;
      if (!one) throw new Error('an item was not answered');
      return one;
    },
  };
}

describe('an item is compared with what the banks that it is asked of hold', () => {
  it('and not with what other banks hold', async () => {
    const { bank, add, ask } = organisation();
    await add(await bank('files'), [{ kind: 'md5', value: md5('a') }]);
    const pictures = await bank('pictures', { enabledRatio: 0 });
    await add(pictures, [{ kind: 'pdq', value: looks('b') }]);
    // Only the bank that takes part in nothing holds pictures.
    expect(await ask({ pdq: looks('c') })).toMatchObject({
      status: 'unavailable',
      why: 'not-comparable',
      wanted: true,
    });
    expect(await ask({ pdq: looks('b'), everyBank: true })).toMatchObject({ status: 'match' });
    expect(await ask({ pdq: looks('c'), everyBank: true })).toMatchObject({ status: 'no-match' });
    expect(await ask({ md5: md5('c') })).toMatchObject({ status: 'no-match' });
  });

  it('and not at all when its looks have too little shape, whatever its bytes say', async () => {
    const { bank, add, ask } = organisation();
    const mixed = await bank('mixed');
    const low = { status: 'unavailable', why: 'low-quality' };
    await add(mixed, [{ kind: 'md5', value: md5('a') }]);
    const flat = { pdq: looks('flat'), pdqQuality: 20 };
    const black = { frames: [{ hash: looks('black'), quality: 0 }] };
    // No bank holds looks: the bytes are all there is to compare.
    expect(await ask({ ...flat, md5: md5('b') })).toMatchObject({ status: 'no-match', kinds: ['md5'] });
    expect(await ask({ ...black, md5: md5('b') })).toMatchObject({ status: 'no-match', kinds: ['md5'] });
    await add(mixed, [{ kind: 'pdq', value: looks('p') }], film('f'));
    expect(await ask({ ...flat, md5: md5('b') })).toMatchObject(low);
    expect(await ask({ ...black, md5: md5('b') })).toMatchObject(low);
    expect(await ask(black)).toMatchObject(low);
    expect(await ask({ ...flat, md5: md5('a') })).toMatchObject({ status: 'match' });
    expect(await ask({ frames: [...black.frames, ...frames('g')], md5: md5('b') })).toMatchObject({
      status: 'no-match',
    });
  });
});

describe('a film', () => {
  it('is not hidden by a picture that stands still for long, in either of the two', async () => {
    const { bank, add, ask } = organisation();
    const known = await bank('films');
    const still = (seconds: number) => Array.from({ length: seconds }, () => 'still');
    await add(known, film('a', 'b', 'c', 'd', ...still(30)), film('e', 'f', 'g', 'h', 'i'));
    const padded = await ask({ frames: frames('e', 'f', 'g', 'h', 'i', ...still(30)) });
    expect(padded).toMatchObject({ matches: [{ film: { queryPercent: 83.3, contentPercent: 100 } }] });
    // Four of the five different frames of the first, though the still takes 30 of its 34 seconds.
    const piece = await ask({ frames: frames('a', 'b', 'c', 'd', 'x', 'y', 'z') });
    expect(piece).toMatchObject({ matches: [{ film: { queryPercent: 57.1, contentPercent: 80 } }] });
    expect(await ask({ frames: frames('a', ...still(30), 'v', 'w', 'x', 'y', 'z') })).toMatchObject({
      status: 'no-match',
    });
  });

  it('that is the same file is said to be the same file', async () => {
    const { id, inTx, bank, add, ask } = organisation();
    const films = await bank('films', { action: 'block' });
    const { ids } = await add(films, [...film('a', 'b'), { kind: 'md5', value: md5('film') }]);
    expect(await ask({ frames: frames('a', 'b'), md5: md5('film') })).toMatchObject({
      matches: [{ content: ids[0], kind: 'md5', distance: 0 }],
    });
    expect(await ask({ frames: frames('a', 'b'), md5: md5('other') })).toMatchObject({
      matches: [{ content: ids[0], kind: 'vpdq', distance: 0 }],
    });
    const list = { name: 'list', source: 's', reason: 'r', generativeAi: false };
    const hash = { signals: [{ kind: 'md5' as const, value: md5('film') }] };
    await inTx((tx) => importHashes(tx, id, list, [hash], now));
    expect(await ask({ frames: frames('a', 'b'), md5: md5('film') })).toMatchObject({
      matches: [{ action: 'hold' }, { action: 'block' }],
    });
  });
});

describe('a picture that very many contents hold', () => {
  it('finds the nearest hundred of each bank, and none hides what another bank knows', async () => {
    const { id, inTx, bank, ask } = organisation();
    const asked = await bank('asked');
    const same: Signal[] = [
      { kind: 'pdq', value: looks('a') },
      { kind: 'md5', value: md5('a') },
    ];
    const many = Array.from({ length: 150 }, () => ({ signals: same }));
    await inTx((tx) => addContents(tx, asked, many, lan, now, { alone: true }));
    const list = { name: 'list', source: 's', reason: 'r', generativeAi: false };
    await inTx((tx) => importHashes(tx, id, list, [{ signals: same }], now));
    for (const item of [{ pdq: looks('a') }, { md5: md5('a') }]) {
      const matches = matchesIn(await ask(item));
      expect(matches.map((match) => match.bank).sort()).toEqual([...Array(100).fill('asked'), 'list']);
      expect(matches.find((match) => match.bank === 'list')).toMatchObject({ action: 'block' });
    }
  });
});
