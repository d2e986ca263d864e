import type { Staff } from '../../base/auth.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { FilePolicy } from '../policy.ts';
import { checkRules, knownVersion, record } from './record-rules.ts';
import { afterRuleStep, type RuleStep } from './rule-state.ts';
import { forgetShadows, lockRules, updateVersion, type VersionRow, versionInState } from './rule-store.ts';

export interface Move {
  number: number;
  step: Exclude<RuleStep, 'edit' | 'replace' | 'roll-back'>;
  reason: string;
  /** For `roll-out`: 1 to 99. */
  percent?: number | undefined;
}

/**
 * One step of a version on its way: shadow, roll-out, publish, withdraw, discard. State, history and audit line are
 * written in the caller's transaction; workers see the change with their next batch.
 */
export async function moveVersion(
  tx: Tx,
  files: FilePolicy,
  staff: Staff,
  move: Move,
  now: Date,
): Promise<VersionRow> {
  await lockRules(tx, staff.organisationId);
  const row = await knownVersion(tx, staff.organisationId, move.number);
  const state = afterRuleStep(row.state, move.step);
  if (state === undefined) {
    throw new AppError(
      'state-conflict',
      `Version ${row.number} is ${row.state}; that step does not lead on from there.`,
    );
  }
  const inForce = await versionInState(tx, staff.organisationId, 'published');
  if (state === 'shadow' || state === 'rollout' || state === 'published') {
    // A newer release may know fewer words: what was right when it was drafted is looked at again.
    checkRules(files, row.rules);
    const other = await versionInState(tx, staff.organisationId, 'shadow', 'rollout');
    if (other && other.number !== row.number) {
      throw new AppError(
        'state-conflict',
        `Version ${other.number} is in ${other.state}: publish or withdraw it first, one candidate at a time.`,
      );
    }
  }
  if (move.step === 'shadow' && row.state === 'draft')
    await forgetShadows(tx, staff.organisationId, row.number);
  if (state === 'published' && inForce) await replace(tx, inForce, now);
  const moved = await updateVersion(tx, row, {
    state,
    percent: state === 'rollout' ? (move.percent ?? 0) : state === 'published' ? 100 : 0,
    updatedAt: now,
  });
  const acts = state === 'rollout' || state === 'published';
  await record(tx, files, staff, {
    row: moved,
    step: move.step,
    reason: move.reason,
    before: acts ? (inForce?.rules ?? []) : row.rules,
    after: row.rules,
    now,
  });
  return moved;
}

/** Puts an earlier published version, or with 0 the rules of the files alone, in force again, for every account at once. */
export async function rollBack(
  tx: Tx,
  files: FilePolicy,
  staff: Staff,
  to: { number: number; reason: string },
  now: Date,
): Promise<void> {
  await lockRules(tx, staff.organisationId);
  const inForce = await versionInState(tx, staff.organisationId, 'published');
  if ((inForce?.number ?? 0) === to.number) {
    throw new AppError('state-conflict', 'These rules are in force already.');
  }
  const target = to.number === 0 ? undefined : await knownVersion(tx, staff.organisationId, to.number);
  if (target && afterRuleStep(target.state, 'roll-back') === undefined) {
    throw new AppError(
      'state-conflict',
      `Version ${target.number} is ${target.state}: only one that was in force before can be brought back.`,
    );
  }
  if (target) checkRules(files, target.rules);
  // What was being tried was tried beside rules that are no longer in force.
  const candidate = await versionInState(tx, staff.organisationId, 'shadow', 'rollout');
  if (candidate) {
    const withdrawn = await updateVersion(tx, candidate, { state: 'draft', percent: 0, updatedAt: now });
    await record(tx, files, staff, {
      row: withdrawn,
      step: 'withdraw',
      reason: to.reason,
      before: candidate.rules,
      after: candidate.rules,
      now,
    });
  }
  if (inForce) await replace(tx, inForce, now);
  const moved =
    target && (await updateVersion(tx, target, { state: 'published', percent: 100, updatedAt: now }));
  await record(tx, files, staff, {
    row: moved ?? { number: 0, percent: 100, hash: '' },
    step: 'roll-back',
    reason: to.reason,
    before: inForce?.rules ?? [],
    after: target?.rules ?? [],
    now,
  });
}

async function replace(tx: Tx, inForce: VersionRow, now: Date): Promise<void> {
  const state = afterRuleStep(inForce.state, 'replace');
  if (state === undefined) throw new Error(`version ${inForce.number} is ${inForce.state}, not in force`);
  await updateVersion(tx, inForce, { state, percent: 0, updatedAt: now });
}
