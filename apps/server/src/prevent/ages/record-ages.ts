import type { Tx } from '../../base/database.ts';
import { publish } from '../../base/outbox.ts';
import { ageOn, isInDoubt, type ToldAge } from '../age.ts';
import { type AgeRow, keyOf, lockAges, lockAgesPast, saveAges, type Whose } from '../age-store.ts';
import { claimOf, settleAge } from '../settle-age.ts';
import { openClaims, refusedClaims, settleClaims } from './claim-store.ts';

/** What a platform says about an account's age, and when it was so. */
export interface TellingOfAge extends Whose {
  told: ToldAge;
  at: Date;
}

/** An age to write; `news` where it follows from a claim just told. */
export interface ChangedAge extends AgeRow {
  news?: ToldAge | undefined;
}

const dateOf = (time: Date) => time.toISOString().slice(0, 10);

/** Settles what is told about ages, in order, with what is known; a telling from before the last one is passed by. */
export async function recordAges(tx: Tx, tellings: readonly TellingOfAge[], now: Date): Promise<void> {
  if (tellings.length === 0) return;
  const today = dateOf(now);
  const known = await lockAges(tx, tellings);
  const refused = await refusedClaims(tx, [...known.values()]);
  const changed = new Map<string, ChangedAge>();
  for (const { organisationId, id, at, ...telling } of tellings) {
    // Stored in single precision: 5e-324 is a number of JSON, but none of that column.
    const told = { ...telling.told, confidence: Math.round(telling.told.confidence * 1000) / 1000 };
    const key = keyOf({ organisationId, id });
    const before = changed.get(key) ?? known.get(key);
    if (before && before.at > at) continue;
    const settled = settleAge(before?.age, told, { today, toldOn: dateOf(at) }, refused.get(key));
    const news = settled.told ?? changed.get(key)?.news;
    changed.set(key, { organisationId, id, age: settled.age, at, news });
  }
  await writeAges(tx, [...changed.values()], now);
}

/** Writes ages; closes the claims of those that are in doubt no longer, opens one for each that is. */
export async function writeAges(tx: Tx, changed: readonly ChangedAge[], now: Date): Promise<void> {
  await saveAges(tx, changed);
  const doubted = changed.filter(({ age }) => isInDoubt(age));
  await settleClaims(
    tx,
    changed.filter(({ age }) => !isInDoubt(age)),
    now,
  );
  const opened = await openClaims(
    tx,
    doubted.flatMap(({ organisationId, id, age, at, news }) => {
      const claim = claimOf(age);
      if (!claim) return [];
      const told = news ?? claim.told;
      return [{ organisationId, id, ...claim, told, at: news ? at : now, isNews: news !== undefined }];
    }),
  );
  await publish(
    tx,
    opened.map(({ organisationId, claim }) => ({
      organisationId,
      topic: 'age.claimed' as const,
      payload: { claimId: claim },
      at: now,
    })),
  );
}

/** Accounts that one step of {@link moveAgesOn} takes. */
const STEP = 500;

/**
 * Writes the bands that were left by themselves since they were stored, so that nothing keeps a stale one. Where the two
 * readings come apart by it, a claim is opened. Returns how many accounts moved.
 */
export async function moveAgesOn(tx: Tx, now: Date): Promise<number> {
  const today = dateOf(now);
  let moved = 0;
  for (;;) {
    const past = await lockAgesPast(tx, today, STEP);
    await writeAges(
      tx,
      past.map((row) => ({ ...row, age: ageOn(row.age, today) })),
      now,
    );
    moved += past.length;
    if (past.length < STEP) return moved;
  }
}
