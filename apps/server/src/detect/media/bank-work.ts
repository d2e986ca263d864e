import type { Staff } from '../../base/auth.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { Services } from '../../base/services.ts';
import { type Actor, type BankRow, bankById } from './banks/index.ts';
import type { IntoMemory } from './into-memory.ts';

/** What the staff routes of banks share. */
export interface BankWork {
  read<T>(staff: Staff, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Commits, then tells open consoles and brings memory up. */
  change<T>(staff: Staff, work: (tx: Tx, at: Date) => Promise<T>): Promise<T>;
  /** Throws `not-found`. */
  known(tx: Tx, staff: Staff, id: string): Promise<BankRow>;
}

export function createBankWork(
  { database, live, now }: Pick<Services, 'database' | 'live' | 'now'>,
  intoMemory: IntoMemory,
): BankWork {
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
