import { randomUUID } from 'node:crypto';
import type { Tx } from '../../../base/database.ts';
import { AppError } from '../../../base/errors.ts';
import {
  type Actor,
  type BankRow,
  type BankSettings,
  bankDefaults,
  MOST_BANKS,
  type NewBank,
} from './bank.ts';
import { bankAgain, bankNamed, deleteBank, insertBank, updateBank } from './bank-store.ts';
import { deleteContents, holdsRemovals } from './content-store.ts';
import { moveHolding, nextBankNumber } from './holding-store.ts';
import { recordBank } from './record-bank.ts';

/** Makes a bank; audited. `state-conflict` when there is one of that name, or numbers are used up. */
export async function createBank(
  tx: Tx,
  organisationId: string,
  bank: NewBank,
  by: Actor,
  now: Date,
): Promise<BankRow> {
  await moveHolding(tx, organisationId, now);
  if (await bankNamed(tx, organisationId, bank.name)) throw nameTaken(bank.name);
  const number = await nextBankNumber(tx, organisationId, MOST_BANKS);
  if (number === undefined) {
    throw new AppError('state-conflict', `An organisation can make ${MOST_BANKS} banks, and all were made.`);
  }
  const { enabledRatio, threshold, action, arrives, retentionDays, generativeAi } = bank;
  const row: BankRow = {
    id: randomUUID(),
    organisationId,
    number,
    name: bank.name,
    source: bank.source,
    reason: bank.reason,
    generativeAi: generativeAi ?? bankDefaults.generativeAi,
    enabledRatio: enabledRatio ?? bankDefaults.enabledRatio,
    threshold: threshold ?? bankDefaults.threshold,
    action: action ?? bankDefaults.action,
    arrives: arrives ?? bankDefaults.arrives,
    retentionDays: retentionDays === undefined ? bankDefaults.retentionDays : retentionDays,
    createdAt: now,
    updatedAt: now,
  };
  await insertBank(tx, row);
  const { organisationId: _, createdAt, updatedAt, id, ...told } = row;
  await recordBank(tx, row, by, 'bank.created', told, now);
  return row;
}

/**
 * Changes a bank's settings or name; audited. A shorter retention counts for what comes later. `state-conflict` when the
 * name is taken, and when requests to take pictures down stand that would no longer be compared, held or kept as they were
 * told.
 */
export async function changeBank(
  tx: Tx,
  known: BankRow,
  change: Partial<BankSettings> & { name?: string | undefined },
  by: Actor,
  now: Date,
): Promise<BankRow> {
  await moveHolding(tx, known.organisationId, now);
  const bank = await bankAgain(tx, known);
  if (change.name !== undefined && change.name !== bank.name) {
    if (await bankNamed(tx, bank.organisationId, change.name)) throw nameTaken(change.name);
  }
  const told = (['action', 'arrives', 'enabledRatio', 'retentionDays'] as const).find(
    (setting) => change[setting] !== undefined && change[setting] !== bank[setting],
  );
  if (told && (await holdsRemovals(tx, bank))) throw requestsStand({ pointer: `/${told}` });
  const row = await updateBank(tx, bank, change, now);
  await recordBank(tx, row, by, 'bank.changed', change, now);
  return row;
}

/** Removes a bank with all its contents; audited. `state-conflict` while requests to take pictures down stand in it. */
export async function removeBank(tx: Tx, known: BankRow, by: Actor, now: Date): Promise<void> {
  const version = await moveHolding(tx, known.organisationId, now);
  const bank = await bankAgain(tx, known);
  if (await holdsRemovals(tx, bank)) throw requestsStand();
  const contents = await deleteContents(tx, bank.organisationId, { bankId: bank.id }, { version, now });
  await deleteBank(tx, bank);
  await recordBank(tx, bank, by, 'bank.removed', { name: bank.name, contents }, now);
}

function requestsStand(extras: { pointer?: string } = {}): AppError {
  return new AppError(
    'state-conflict',
    'The bank holds what young people asked to have taken down; nothing was changed. Decide on their requests, or leave them to end.',
    extras,
  );
}

function nameTaken(name: string): AppError {
  return new AppError('state-conflict', `There is a bank called "${name}" already.`, { pointer: '/name' });
}
