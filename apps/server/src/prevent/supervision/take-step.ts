import { recordAudit } from '../../base/audit.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import { storedOf } from '../choose-setting.ts';
import { lockChoices, saveChoices } from '../store.ts';
import { publishingTogether, strictestTogether } from './parent-decisions.ts';
import { numberOf } from './secrets.ts';
import { type Actor, type Supervision, saveStep, supervisionById, supervisionsOf } from './store.ts';
import { follow, type Happening, stateAt } from './supervision-state.ts';
import { dropUsageOf } from './usage-store.ts';

const HOUR = 3_600_000;
/** How long the young person may think about it. */
const ANSWER_HOURS = 7 * 24;

interface Step {
  organisationId: string;
  id: string;
  happening: Happening;
  by: { actor: Actor; id: string };
  /** The parent's key, where the step brings it. */
  family?: Uint8Array;
}

/** The supervision of this id, locked with the choices of its account. Throws not-found. */
export async function lockSupervision(tx: Tx, organisationId: string, id: string): Promise<Supervision> {
  const found = await supervisionById(tx, organisationId, id);
  if (!found) throw new AppError('not-found', 'There is no such supervision.');
  await lockChoices(tx, organisationId, found.account);
  // Read again: somebody else may have held the lock.
  return (await supervisionById(tx, organisationId, id)) ?? found;
}

/**
 * Everything that happens to a supervision goes through here: state, history, audit and the account's settings change
 * in one transaction, so the next decision knows. Throws not-found, state-conflict.
 */
export async function takeStep(tx: Tx, step: Step, now: Date): Promise<Supervision> {
  const { organisationId, happening, by } = step;
  const row = await lockSupervision(tx, organisationId, step.id);
  const lapsedNow = stateAt(row, now) === 'expired' && happening.step !== 'expired';
  const next = lapsedNow ? undefined : follow(row, happening);
  if (!next) throw new AppError('state-conflict', 'The supervision is not in a state for this step.');
  const after = {
    ...next,
    family: step.family ?? row.family,
    expiresAt: next.state === 'accepted' ? new Date(now.getTime() + ANSWER_HOURS * HOUR) : null,
  };
  await saveStep(tx, row, after, happening, by.actor, now);
  await applyDecisions(tx, organisationId, row.account, now);
  await recordAudit(tx, {
    organisationId,
    actor: by.id,
    action: `supervision.${happening.step}`,
    target: `account:${row.account}`,
    data: {
      supervision: row.id,
      ...('setting' in happening ? { setting: happening.setting, value: happening.value } : {}),
    },
    at: now,
  });
  return { ...row, ...after, updatedAt: now };
}

/** How a parent is named in the audit log. */
export const parentActor = (supervisionId: string) => `parent:${numberOf(supervisionId)}`;

/** Makes the decisions of active supervisors, and of nobody else, those of the account. Its choices must be locked. */
async function applyDecisions(tx: Tx, organisationId: string, account: string, now: Date): Promise<void> {
  const active = (await supervisionsOf(tx, organisationId, account)).filter(
    ({ state }) => state === 'active',
  );
  if (active.length === 0) await dropUsageOf(tx, organisationId, account);
  const parent = strictestTogether(active.map(({ decisions }) => decisions));
  const parentPublishes = publishingTogether(active.map(({ publishes }) => publishes));
  const stored = await storedOf(tx, organisationId, account);
  const same =
    stored.parentPublishes === parentPublishes &&
    Object.keys(stored.parent).length === Object.keys(parent).length &&
    Object.entries(parent).every(([setting, value]) => stored.parent[setting] === value);
  if (!same) await saveChoices(tx, organisationId, account, { ...stored, parent, parentPublishes }, now);
}
