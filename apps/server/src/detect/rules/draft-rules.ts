import type { Staff } from '../../base/auth.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { FilePolicy } from '../policy.ts';
import { checkRules, knownVersion, record } from './record-rules.ts';
import { hashOf, type OrganisationRule } from './rule-set.ts';
import { afterRuleStep } from './rule-state.ts';
import { insertVersion, lockRules, updateVersion, type VersionRow } from './rule-store.ts';

export interface Draft {
  name: string;
  reason: string;
  rules: OrganisationRule[];
}

/** Stores a new draft, begun from version `basedOn` (0: the rules of the files). */
export async function createDraft(
  tx: Tx,
  files: FilePolicy,
  staff: Staff,
  { name, reason, rules, basedOn }: Draft & { basedOn: number },
  now: Date,
): Promise<VersionRow> {
  checkRules(files, rules);
  await lockRules(tx, staff.organisationId);
  const origin = basedOn === 0 ? undefined : await knownVersion(tx, staff.organisationId, basedOn);
  const row = await insertVersion(tx, {
    organisationId: staff.organisationId,
    name,
    rules,
    hash: hashOf(rules),
    basedOn,
    authorId: staff.userId,
    authorName: staff.name,
    createdAt: now,
    updatedAt: now,
  });
  await record(tx, files, staff, {
    row,
    step: 'draft',
    reason,
    before: origin?.rules ?? [],
    after: rules,
    now,
  });
  return row;
}

/** Changes a draft; `hash` is the content that the writer saw, so that nobody overwrites a colleague's work unseen. */
export async function saveDraft(
  tx: Tx,
  files: FilePolicy,
  staff: Staff,
  number: number,
  { name, reason, rules, hash }: Draft & { hash: string },
  now: Date,
): Promise<VersionRow> {
  checkRules(files, rules);
  await lockRules(tx, staff.organisationId);
  const row = await knownVersion(tx, staff.organisationId, number);
  if (afterRuleStep(row.state, 'edit') === undefined) {
    throw new AppError(
      'state-conflict',
      `Version ${number} is ${row.state}: only a draft can be changed. Withdraw it, or begin a new draft from it.`,
    );
  }
  if (row.hash !== hash) {
    throw new AppError('state-conflict', `Somebody changed version ${number} since you opened it.`);
  }
  const saved = await updateVersion(tx, row, { name, rules, hash: hashOf(rules), updatedAt: now });
  await record(tx, files, staff, { row: saved, step: 'edit', reason, before: row.rules, after: rules, now });
  return saved;
}
