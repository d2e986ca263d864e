import { recordAudit } from '../../base/audit.ts';
import type { Staff } from '../../base/auth.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { FilePolicy } from '../policy.ts';
import { differenceOf, faultsOf, layOver, type OrganisationRule } from './rule-set.ts';
import { insertRuleEvent, type VersionRow, versionOf } from './rule-store.ts';

/** @throws AppError `invalid-rules` with a pointer, line and column for each fault. */
export function checkRules(files: FilePolicy, rules: readonly OrganisationRule[]): void {
  const faults = faultsOf(files.language, files.definitions, rules);
  const [first] = faults;
  if (!first) return;
  throw new AppError('invalid-rules', first.detail, {
    pointer: `/rules${first.pointer}`,
    errors: faults.map(({ pointer, detail }) => ({ pointer: `/rules${pointer}`, detail })),
  });
}

export async function knownVersion(tx: Tx, organisationId: string, number: number): Promise<VersionRow> {
  const row = await versionOf(tx, organisationId, number);
  if (!row) throw new AppError('not-found', `Your organisation has no version ${number} of the rules.`);
  return row;
}

interface Recorded {
  row: Pick<VersionRow, 'number' | 'percent' | 'hash'>;
  step: string;
  reason: string;
  before: readonly OrganisationRule[];
  after: readonly OrganisationRule[];
  now: Date;
}

/** History and audit line of one step; the audit names the content by its hash, the history keeps what changed. */
export async function record(
  tx: Tx,
  files: FilePolicy,
  staff: Staff,
  { row, step, reason, before, after, now }: Recorded,
): Promise<void> {
  const changes = differenceOf(layOver(files.definitions, before), layOver(files.definitions, after));
  await insertRuleEvent(tx, {
    organisationId: staff.organisationId,
    version: row.number,
    step,
    percent: step === 'roll-out' ? row.percent : null,
    reason,
    changes,
    actorId: staff.userId,
    actorName: staff.name,
    at: now,
  });
  await recordAudit(tx, {
    organisationId: staff.organisationId,
    actor: staff.userId,
    action: `rules.${step}`,
    target: `rules/${row.number}`,
    data: {
      hash: row.hash,
      files: files.version,
      ...(step === 'roll-out' ? { percent: row.percent } : {}),
      changed: changes.map(({ id, change }) => `${change} ${id}`),
    },
    at: now,
  });
}
