import type { Database } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { PinHashes } from './secrets.ts';
import { countAttempt, forgetAttempts, requestByNumber } from './store.ts';

/** Wrong PINs that a case number takes within an hour; then it answers nobody until the hour is over. */
export const MOST_WRONG = 10;
export const WINDOW_MS = 3_600_000;

/**
 * Checks a PIN. `not-found` for a wrong number and a wrong PIN alike, in the same time;
 * `too-many-requests` after ten wrong ones within an hour, also for numbers that do not exist.
 */
export async function openRemoval(
  database: Database,
  hashes: PinHashes,
  { caseNumber, pin }: { caseNumber: string; pin: string },
  now: Date,
): Promise<void> {
  const number = hashes.ofNumber(caseNumber);
  // Counted before the PIN is checked: many at once get no more tries than one after the other.
  const { row, wrong, since } = await database.transaction('system', async (tx) => ({
    ...(await countAttempt(tx, number, now, WINDOW_MS)),
    row: await requestByNumber(tx, caseNumber),
  }));
  if (wrong > MOST_WRONG) {
    throw new AppError('too-many-requests', 'Too many wrong PINs for this case number.', {
      retryAfterSeconds: Math.max(1, Math.ceil((since.getTime() + WINDOW_MS - now.getTime()) / 1000)),
    });
  }
  if (!(await hashes.fits(pin, row && { salt: row.pinSalt, hash: row.pinHash }))) {
    throw new AppError('not-found', 'No request has this case number and PIN. Check both.');
  }
  await database.transaction('system', (tx) => forgetAttempts(tx, number));
}
