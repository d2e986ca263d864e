import type { Tx } from '../../../base/database.ts';
import { AppError } from '../../../base/errors.ts';
import type { Actor } from './bank.ts';
import { afterStep, type ContentStep } from './content-state.ts';
import { type ContentRow, contentById, deleteContents, insertStep, updateContent } from './content-store.ts';
import { moveHolding } from './holding-store.ts';
import { recordBank } from './record-bank.ts';

/**
 * Confirms, disputes, retires or restores a content; audited. `not-found`; `state-conflict` when its status does not
 * allow the step; `second-person-needed` when who put it there would confirm it.
 */
export async function takeContentStep(
  tx: Tx,
  organisationId: string,
  id: number,
  step: ContentStep,
  { by, reason }: { by: Actor; reason: string },
  now: Date,
): Promise<ContentRow> {
  const version = await moveHolding(tx, organisationId, now);
  const { content } = await knownContent(tx, organisationId, id);
  const status = afterStep(content.status, step);
  if (!status)
    throw new AppError('state-conflict', `A content that is ${content.status} cannot be ${told[step]}.`);
  if (step === 'confirm' && content.createdBy === by.id) {
    throw new AppError('second-person-needed', 'Who put a content into a bank does not confirm it.');
  }
  const row = await updateContent(tx, content, { status }, { by, version, now });
  await insertStep(tx, content, step, { by, reason, now });
  await recordBank(tx, row, by, `bank.content-${told[step]}`, { reason }, now);
  return row;
}

const told = { confirm: 'confirmed', dispute: 'disputed', retire: 'retired', restore: 'restored' } as const;

/** Changes what is not a decision: the note, and until when the content is not matched; audited. */
export async function changeContent(
  tx: Tx,
  organisationId: string,
  id: number,
  change: { note?: string | null; disabledUntil?: Date | null },
  by: Actor,
  now: Date,
): Promise<ContentRow> {
  const version = await moveHolding(tx, organisationId, now);
  const { content } = await knownContent(tx, organisationId, id);
  const row = await updateContent(tx, content, change, { by, version, now });
  await recordBank(tx, row, by, 'bank.content-changed', { ...change }, now);
  return row;
}

/** Removes contents for good; audited. Ids that are not there do not count; returns how many were. */
export async function removeContents(
  tx: Tx,
  organisationId: string,
  ids: number[],
  by: Actor,
  now: Date,
): Promise<number> {
  const version = await moveHolding(tx, organisationId, now);
  const removed = await deleteContents(tx, organisationId, { ids }, { version, now });
  const first = { organisationId, id: ids[0] ?? '' };
  await recordBank(tx, first, by, 'bank.contents-removed', { contents: ids.slice(0, 100), removed }, now);
  return removed;
}

async function knownContent(tx: Tx, organisationId: string, id: number) {
  const found = await contentById(tx, organisationId, id, { lock: true });
  if (!found) throw new AppError('not-found', `There is no content ${id}.`);
  return found;
}
