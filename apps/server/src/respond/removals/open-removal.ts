import type { Database } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { PinHashes } from './secrets.ts';
import { countAttempt, forgiveAttempt, requestByNumber } from './store.ts';

/** Wrong PINs that a case number takes within an hour; then it answers nobody until the hour is over. */
export const MOST_WRONG = 10;
export const WINDOW_MS = 3_600_000;
/** And within a week, so that whoever goes on trying for the two years that a request stands finds it once in 300 times. */
export const MOST_WRONG_IN_WEEK = 30;
export const WEEK_MS = 7 * 86_400_000;

/**
 * Checks a PIN. `not-found` for a wrong number and a wrong PIN alike, in the same time;
 * `too-many-requests` after ten wrong ones within an hour or thirty within a week, also for numbers that do not exist.
 */
export async function openRemoval(
  database: Database,
  hashes: PinHashes,
  { caseNumber, pin }: { caseNumber: string; pin: string },
  now: Date,
): Promise<void> {
  const number = hashes.ofNumber(caseNumber);
  // Counted before the PIN is checked: many at once get no more tries than one after the other.
  const { row, hour, week } = await database.transaction('system', async (tx) => ({
    ...(await countAttempt(tx, number, now, { hourMs: WINDOW_MS, weekMs: WEEK_MS, most: MOST_WRONG })),
    row: await requestByNumber(tx, caseNumber),
  }));
  const waits = [
    ...(hour.wrong > MOST_WRONG ? [hour.since.getTime() + WINDOW_MS - now.getTime()] : []),
    ...(week.wrong > MOST_WRONG_IN_WEEK ? [week.since.getTime() + WEEK_MS - now.getTime()] : []),
  ];
  if (waits.length > 0) {
    throw new AppError('too-many-requests', 'Too many wrong PINs for this case number.', {
      retryAfterSeconds: Math.max(1, Math.ceil(Math.max(...waits) / 1000)),
    });
  }
  if (!(await hashes.fits(pin, row && { salt: row.pinSalt, hash: row.pinHash }))) {
    throw new AppError('not-found', 'No request has this case number and PIN. Check both.');
  }
  await database.transaction('system', (tx) => forgiveAttempt(tx, number));
}
