import { afterAll, describe, expect, it } from 'vitest';
import type { AppError } from '../../base/errors.ts';
import { ANSWERED_DAYS, dropOldRemovals } from './drop-old-removals.ts';
import { MOST_WRONG, MOST_WRONG_IN_WEEK, openRemoval, WEEK_MS, WINDOW_MS } from './open-removal.ts';
import { STANDING_DAYS } from './removal-bank.ts';
import { day, files, openRemovalStage, start } from './removal-stage.ts';
import { requestByNumber } from './store.ts';

const { database, hashes, system, receive, step, found, close } = await openRemovalStage();
afterAll(close);

describe('the PIN', () => {
  const open = (caseNumber: string, given: string, at = start) =>
    openRemoval(database, hashes, { caseNumber, pin: given }, at);

  it('opens after some wrong ones, and counts anew then', async () => {
    const { caseNumber } = await receive(files(60));
    for (let round = 0; round < 2; round++) {
      for (let n = 1; n < MOST_WRONG; n++)
        await expect(open(caseNumber, '000000')).rejects.toMatchObject({ code: 'not-found' });
      await open(caseNumber, '246810');
    }
  }, 30_000);

  it.each([
    ['of a request', true],
    ['of a number that does not exist', false],
  ])(
    'locks after ten wrong ones for an hour: %s',
    async (_, exists) => {
      const caseNumber = exists ? (await receive(files(61))).caseNumber : '9999999999';
      // All at once: they get no more tries than one after the other.
      const answers = await Promise.allSettled(
        Array.from({ length: MOST_WRONG + 3 }, () => open(caseNumber, '111111')),
      );
      const codes = answers.map((one) =>
        one.status === 'rejected' ? (one.reason as AppError).code : 'open',
      );
      expect(codes.filter((code) => code === 'not-found')).toHaveLength(MOST_WRONG);
      expect(codes.filter((code) => code === 'too-many-requests')).toHaveLength(3);
      await expect(open(caseNumber, '246810')).rejects.toMatchObject({
        code: 'too-many-requests',
        extras: { retryAfterSeconds: 3600 },
      });
      const after = open(caseNumber, '246810', new Date(start.getTime() + WINDOW_MS));
      if (exists) await after;
      else await expect(after).rejects.toMatchObject({ code: 'not-found' });
    },
    30_000,
  );
});

describe('the PIN over a week', () => {
  it('gets thirty wrong tries, however they are spread; what was refused and what opened do not count', async () => {
    const { caseNumber } = await receive(files(62));
    const hour = (n: number) => new Date(start.getTime() + n * WINDOW_MS);
    const open = (given: string, at: Date) => openRemoval(database, hashes, { caseNumber, pin: given }, at);
    // Ten an hour are tries, one more is refused.
    for (let h = 0; h < MOST_WRONG_IN_WEEK / MOST_WRONG; h++) {
      for (let n = 0; n < MOST_WRONG; n++)
        await expect(open('111111', hour(h))).rejects.toMatchObject({ code: 'not-found' });
      await expect(open('246810', hour(h))).rejects.toMatchObject({ code: 'too-many-requests' });
      // The owner opens it when the hour is over: that takes nothing from the week, and gives nothing back.
      if (h === 0) await open('246810', hour(1));
    }
    await expect(open('246810', hour(5))).rejects.toMatchObject({
      code: 'too-many-requests',
      extras: { retryAfterSeconds: (WEEK_MS - 5 * WINDOW_MS) / 1000 },
    });
    // The nightly clearing does not forget the week before it is over.
    await system((tx) => dropOldRemovals(tx, day(6)));
    await expect(open('246810', day(6))).rejects.toMatchObject({ code: 'too-many-requests' });
    await open('246810', day(7));
  }, 60_000);
});

describe('what is kept', () => {
  it('ends: the status of what is over after 90 days, what stands after two years with its hashes', async () => {
    const withdrawn = await receive(files(70));
    await step(withdrawn.id, { step: 'withdraw' });
    const standing = await receive(files(71));
    const there = (caseNumber: string) => system((tx) => requestByNumber(tx, caseNumber));
    await system((tx) => dropOldRemovals(tx, day(ANSWERED_DAYS)));
    expect(await there(withdrawn.caseNumber)).toBeDefined();
    await system((tx) => dropOldRemovals(tx, day(ANSWERED_DAYS + 1)));
    expect(await there(withdrawn.caseNumber)).toBeUndefined();
    expect(await found([71])).toEqual(new Set([71]));
    await system((tx) => dropOldRemovals(tx, day(STANDING_DAYS + 1)));
    expect(await there(standing.caseNumber)).toBeUndefined();
    expect(await found([71])).toEqual(new Set());
  });
});
