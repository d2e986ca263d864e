import { setTimeout as wait } from 'node:timers/promises';
import type { Staff } from '../../base/auth.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { Services } from '../../base/services.ts';
import { type Actor, type BankRow, bankById } from './banks/index.ts';
import type { LiveIndexes } from './live/index.ts';

/** What the staff routes of banks share. */
export interface BankWork {
  read<T>(staff: Staff, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Commits, then tells open consoles and brings memory up. */
  change<T>(staff: Staff, work: (tx: Tx, at: Date) => Promise<T>): Promise<T>;
  /** Throws `not-found`. */
  known(tx: Tx, staff: Staff, id: string): Promise<BankRow>;
}

/** A change is answered after so long even when memory does not have it yet, as while millions of hashes are loaded. */
const PATIENCE_MS = 5000;

export function createBankWork(
  { database, live, now, log }: Pick<Services, 'database' | 'live' | 'now' | 'log'>,
  index: Pick<LiveIndexes, 'ready'>,
  patienceMs = PATIENCE_MS,
): BankWork {
  /** What is committed stays so: a fault here, or a long wait, makes no error of it. */
  async function intoMemory(organisationId: string): Promise<void> {
    const patience = new AbortController();
    const known = index
      .ready(organisationId)
      .catch((err: unknown) => log.error({ err, organisationId }, 'a change of banks is not in memory yet'));
    const waited = wait(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([known, waited]);
    patience.abort();
  }

  return {
    read: (staff, work) => database.transaction({ organisation: staff.organisationId }, work),
    async change(staff, work) {
      const at = now();
      const done = await database.transaction({ organisation: staff.organisationId }, (tx) => work(tx, at));
      live.announce({ organisationId: staff.organisationId, topic: 'banks', id: 'banks' });
      await intoMemory(staff.organisationId);
      return done;
    },
    async known(tx, staff, id) {
      const bank = await bankById(tx, staff.organisationId, id);
      if (!bank) throw new AppError('not-found', `There is no bank ${id}.`);
      return bank;
    },
  };
}

export function actorOf({ userId, name }: Staff): Actor {
  return { id: userId, name };
}
