import { and, asc, eq, sql } from 'drizzle-orm';
import { rows, type Tx } from '../../../base/database.ts';
import { AppError } from '../../../base/errors.ts';
import type { BankRow, BankSettings } from './bank.ts';
import type { ContentStatus } from './content-state.ts';
import { hashBank } from './schema.ts';

export async function insertBank(tx: Tx, row: BankRow): Promise<void> {
  await tx.insert(hashBank).values(row);
}

/** The bank of that name. Not locked: who changes what is in it locks the holding, and reads the bank again under that lock. */
export async function bankNamed(tx: Tx, organisationId: string, name: string): Promise<BankRow | undefined> {
  const [row] = await tx
    .select()
    .from(hashBank)
    .where(and(eq(hashBank.organisationId, organisationId), eq(hashBank.name, name)));
  return row;
}

export async function bankById(tx: Tx, organisationId: string, id: string): Promise<BankRow | undefined> {
  const [row] = await tx
    .select()
    .from(hashBank)
    .where(and(eq(hashBank.organisationId, organisationId), eq(hashBank.id, id)));
  return row;
}

/** The bank as it is now, for who holds the lock of the holding. `not-found` when somebody removed it meanwhile. */
export async function bankAgain(tx: Tx, { organisationId, id, name }: BankRow): Promise<BankRow> {
  const bank = await bankById(tx, organisationId, id);
  if (!bank) throw new AppError('not-found', `The bank "${name}" was removed.`);
  return bank;
}

/** An organisation's banks by name. */
export async function listBanks(tx: Tx, organisationId: string): Promise<BankRow[]> {
  return tx
    .select()
    .from(hashBank)
    .where(eq(hashBank.organisationId, organisationId))
    .orderBy(asc(hashBank.name));
}

/** Contents of each bank by status, by the bank's id. */
export async function countContents(
  tx: Tx,
  organisationId: string,
): Promise<Map<string, Partial<Record<ContentStatus, number>>>> {
  const found = await rows<{ bank_id: string; status: ContentStatus; n: number }>(
    tx,
    sql`select bank_id, status, count(*)::int as n from bank_content where organisation_id = ${organisationId} group by 1, 2`,
  );
  const by = new Map<string, Partial<Record<ContentStatus, number>>>();
  for (const { bank_id, status, n } of found) by.set(bank_id, { ...by.get(bank_id), [status]: n });
  return by;
}

/** Live signals of each bank by kind, by the bank's number. */
export async function countSignalsOfBanks(
  tx: Tx,
  organisationId: string,
): Promise<Map<number, Record<string, number>>> {
  const found = await rows<{ bank_number: number; kind: string; n: number }>(
    tx,
    sql`select bank_number, kind, count(*)::int as n from bank_signal
      where organisation_id = ${organisationId} and live group by 1, 2 order by 1, 2`,
  );
  const by = new Map<number, Record<string, number>>();
  for (const { bank_number, kind, n } of found) by.set(bank_number, { ...by.get(bank_number), [kind]: n });
  return by;
}

export async function updateBank(
  tx: Tx,
  bank: BankRow,
  change: Partial<BankSettings> & { name?: string | undefined },
  now: Date,
): Promise<BankRow> {
  const [row] = await tx
    .update(hashBank)
    .set({ ...change, updatedAt: now })
    .where(and(eq(hashBank.organisationId, bank.organisationId), eq(hashBank.id, bank.id)))
    .returning();
  if (!row) throw new Error('a bank that was read is not there');
  return row;
}

export async function deleteBank(tx: Tx, bank: BankRow): Promise<void> {
  await tx
    .delete(hashBank)
    .where(and(eq(hashBank.organisationId, bank.organisationId), eq(hashBank.id, bank.id)));
}
