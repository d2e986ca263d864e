import type { Tx } from '../../../base/database.ts';
import { AppError } from '../../../base/errors.ts';
import type { Actor } from './bank.ts';
import { afterStep, type ContentStep } from './content-state.ts';
import {
  type ContentRow,
  contentById,
  contentsById,
  deleteContents,
  insertStep,
  updateContent,
} from './content-store.ts';
import { moveHolding } from './holding-store.ts';
import { recordBank } from './record-bank.ts';

/** Contents that one transaction takes a step with. */
export const MOST_STEPS = 200;

export interface Decision {
  by: Actor;
  reason: string;
}

/**
 * Confirms, disputes, retires or restores contents for one reason: all of them or none; audited, a line for each.
 * `not-found`; `state-conflict` when a status does not allow the step; `second-person-needed` when who put one there
 * would confirm it. Of several the first refusal gives the code, and `errors` names each by its place.
 */
export async function takeContentSteps(
  tx: Tx,
  organisationId: string,
  ids: number[],
  step: ContentStep,
  { by, reason }: Decision,
  now: Date,
): Promise<ContentRow[]> {
  if (ids.length > MOST_STEPS) throw new RangeError(`more than ${MOST_STEPS} contents`);
  // Holds off every other change of these contents.
  const version = await moveHolding(tx, organisationId, now);
  const found = await contentsById(tx, organisationId, ids);
  const steps = ids.map((id) => judged(id, found.get(id)?.content, step, by));
  const refused = steps.flatMap((one, at) => (one instanceof AppError ? [{ at, error: one }] : []));
  const [first] = refused;
  if (first && ids.length === 1) throw first.error;
  if (first) {
    throw new AppError(
      first.error.code,
      `Nothing was changed: ${refused.length} of ${ids.length} contents do not allow this step.`,
      { errors: refused.map(({ at, error }) => ({ pointer: `/contents/${at}`, detail: error.message })) },
    );
  }
  const rows: ContentRow[] = [];
  for (const one of steps) {
    if (one instanceof AppError) throw one;
    const row = await updateContent(tx, one.content, { status: one.status }, { by, version, now });
    await insertStep(tx, one.content, step, { by, reason, now });
    await recordBank(tx, row, by, `bank.content-${told[step]}`, { reason }, now);
    rows.push(row);
  }
  return rows;
}

/** {@link takeContentSteps} of one content. */
export async function takeContentStep(
  tx: Tx,
  organisationId: string,
  id: number,
  step: ContentStep,
  decision: Decision,
  now: Date,
): Promise<ContentRow> {
  const [row] = await takeContentSteps(tx, organisationId, [id], step, decision, now);
  if (!row) throw new Error('a content that was changed is not told');
  return row;
}

/** The status that follows, or why the step is refused. Pure. */
function judged(id: number, content: ContentRow | undefined, step: ContentStep, by: Actor) {
  if (!content) return new AppError('not-found', `There is no content ${id}.`);
  const status = afterStep(content.status, step);
  if (!status) {
    return new AppError('state-conflict', `Content ${id} is ${content.status} and cannot be ${told[step]}.`);
  }
  if (step === 'confirm' && content.createdBy === by.id) {
    return new AppError('second-person-needed', `Who put content ${id} into a bank does not confirm it.`);
  }
  return { content, status };
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
