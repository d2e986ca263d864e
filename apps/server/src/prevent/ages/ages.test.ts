import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../base/event-log.ts';
import { AgeBand } from '../../base/vocabulary.ts';
import { Assurance, isInDoubt } from '../age.ts';
import { DAY, dateOf, later, MINUTE, NOW, openAgesStage } from './ages-stage.ts';
import { moveAgesOn } from './index.ts';

const { database, entry, told, friends, run, ageOf, claimsOf, readOf, decide, waiting, stored, traces } =
  await openAgesStage();
afterAll(() => database.close());

describe('ages from events', () => {
  it('a claim is opened once, follows what is told last, and ends with better proof', async () => {
    await run([told('rises', '13-15'), told('rises', '18-24')]);
    await run([told('rises', '16-17'), told('rises', '16-17')]);
    expect(await claimsOf('rises')).toMatchObject([{ kind: 'rise', from: '13-15', to: '16-17' }]);
    expect(await readOf('rises')).toMatchObject({ band: '13-15', minor: true, grown: true });
    await run([told('rises', '16-17', { assurance: 'verified' })]);
    expect(await claimsOf('rises')).toEqual([]);
    expect(await claimsOf('rises', ['settled'])).toHaveLength(1);
    expect(await readOf('rises')).toMatchObject({ band: '16-17', grown: false, ageInDoubt: false });
  });

  it('a claim and its proof in one batch leave nothing open, and tell nobody', async () => {
    const before = await waiting();
    await run([
      told('at-once', '13-15'),
      told('at-once', '18-24'),
      told('at-once', '18-24', { assurance: 'verified' }),
    ]);
    expect(await claimsOf('at-once')).toEqual([]);
    expect(await waiting()).toBe(before);
    await run([told('told-of', '13-15'), told('told-of', '18-24')]);
    expect(await waiting()).toBe(before + 1);
  });

  it('a late event changes nothing, and one from a clock that is ahead does not keep out the next', async () => {
    await run([told('late', '13-15', {}, NOW), told('late', 'adult', {}, later(-MINUTE))]);
    expect(await readOf('late')).toMatchObject({ band: '13-15', grown: false });
    await run([told('ahead', 'adult', {}, later(3650 * DAY))]);
    await run([told('ahead', '13-15', {}, later(MINUTE))], later(MINUTE));
    expect(await readOf('ahead')).toMatchObject({ minor: true, grown: true });
  });

  it('a deleted account leaves no trace, and late events do not bring it back', async () => {
    await run(
      [
        told('gone', 'adult'),
        told('gone', '13-15'),
        told('friend', '13-15'),
        friends('gone', 'friend'),
        entry('account.deleted', { account: { id: 'gone' } }, later(MINUTE)),
      ],
      later(MINUTE),
    );
    const late = [
      told('gone', 'adult', {}, later(-MINUTE)),
      friends('friend', 'gone'),
      entry('user.blocked', {
        by: { id: 'gone', ageBand: 'unknown' },
        target: { id: 'friend', ageBand: '13-15' },
      }),
    ];
    await run(late, later(MINUTE));
    expect(await traces('gone')).toEqual({ forgotten_account: 1 });
    // Registered again, it starts anew.
    await run([told('gone', '16-17', {}, later(2 * MINUTE))], later(2 * MINUTE));
    expect(await readOf('gone')).toMatchObject({ band: '16-17', grown: false, ageInDoubt: false });
  });

  it('whatever is told, in whatever batches: one open claim where the age is in doubt, else none; and minors stay protected', async () => {
    let n = 0;
    const event = fc.record({
      band: fc.constantFrom(...AgeBand.options),
      assurance: fc.constantFrom(...Assurance.options),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      minutes: fc.integer({ min: -20, max: 20 }),
      days: fc.option(fc.integer({ min: -10, max: 3000 }), { nil: undefined }),
      cut: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 10 }),
        fc.constantFrom<AgeBand>('under-13', '13-15', '16-17', 'adult'),
        fc.boolean(),
        async (events, start, vouched) => {
          const ids = [`p-${++n}`, `q-${n}`] as const;
          const entries = (id: string) => [
            told(id, start, {}, later(-30 * MINUTE)),
            ...events.map(({ band, assurance, confidence, minutes, days }) =>
              told(
                id,
                band,
                {
                  assurance: vouched ? assurance : 'declared',
                  confidence,
                  ...(days === undefined ? {} : { leavesBandOn: dateOf(later(days * DAY)) }),
                },
                later(minutes * MINUTE),
              ),
            ),
          ];
          const end = later(30 * MINUTE);
          await run(entries(ids[0]), end);
          const batch: Entry[] = [];
          for (const [index, one] of entries(ids[1]).entries()) {
            batch.push(one);
            if (events[index]?.cut) await run(batch.splice(0), end);
          }
          await run(batch, end);
          const [together, apart] = [await ageOf(ids[0]), await ageOf(ids[1])];
          expect(apart).toEqual(together);
          for (const id of ids) {
            const age = await ageOf(id);
            if (!age) throw new Error('stored');
            expect(await claimsOf(id)).toHaveLength(isInDoubt(age) ? 1 : 0);
          }
          if (!vouched && start !== 'adult') expect((await readOf(ids[1])).minor).toBe(true);
          if (!vouched && start === 'adult') expect((await readOf(ids[1])).grown).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('days that end a band', () => {
  it('are stored by retention; a putting off of the 18th birthday comes to a person when the first day is there', async () => {
    await run([
      told('turns-16', '13-15', { leavesBandOn: '2026-12-01' }),
      told('puts-off', '16-17', { leavesBandOn: '2026-12-01' }),
      told('puts-off', '16-17', { leavesBandOn: '2028-06-01' }),
    ]);
    const then = new Date('2026-12-01T20:15:00Z');
    await database.transaction('system', (tx) => moveAgesOn(tx, then));
    expect(await stored('turns-16')).toMatchObject({ age_band: '16-17', leaves_band_on: '2028-12-01' });
    expect(await claimsOf('turns-16')).toEqual([]);
    const [claim] = await claimsOf('puts-off');
    expect(claim).toMatchObject({ kind: 'fall', from: '18-24', to: '16-17' });
    expect(await database.transaction('system', (tx) => moveAgesOn(tx, then))).toBe(0);
    await decide(claim, 'refuse', then);
    expect(await readOf('puts-off', then)).toMatchObject({ minor: false, grown: true, ageInDoubt: false });
    // An event of the next day writes the band as well.
    await run([told('turns-16', '16-17', {}, then)], then);
    expect(await claimsOf('turns-16')).toEqual([]);
  });

  it('that pass while a claim is open end the doubt where both readings meet', async () => {
    await run([told('waits', '13-15', { leavesBandOn: '2026-12-01' }), told('waits', '16-17')]);
    expect(await claimsOf('waits')).toHaveLength(1);
    const then = new Date('2026-12-01T20:15:00Z');
    expect(await readOf('waits', then)).toMatchObject({ band: '16-17', ageInDoubt: false });
    await database.transaction('system', (tx) => moveAgesOn(tx, then));
    expect(await claimsOf('waits')).toEqual([]);
  });
});
