import { recordAudit } from '../../base/audit.ts';
import type { Staff } from '../../base/auth.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import { lawName } from '../references.ts';
import type { Safeguards } from '../safeguards.ts';
import type { FloorBreak } from './floor.ts';
import { differenceOf, hashOf, type OwnPolicy, type PolicyFault } from './own-policies.ts';
import { afterStep, type VersionStep } from './version-state.ts';
import {
  insertEvent,
  insertVersion,
  lockVersions,
  publishedVersion,
  updateVersion,
  type VersionRow,
  versionOf,
} from './version-store.ts';

export interface Draft {
  name: string;
  reason: string;
  policies: OwnPolicy[];
}

/** @throws AppError `invalid-policy` with a pointer for each fault, naming file, policy and line. */
export function refuseFaults(faults: readonly PolicyFault[]): void {
  const errors = faults.map(({ index, policy, file, line, detail }) => ({
    pointer: `/policies/${index}`,
    detail: `${file}${file ? ', ' : ''}policy ${policy}${line === undefined ? '' : `, line ${line}`}: ${detail}`,
  }));
  const [first] = errors;
  if (first) throw new AppError('invalid-policy', first.detail, { pointer: first.pointer, errors });
}

/** @throws AppError `below-floor` that names each protection, its law and the situations. */
export function refuseBelowFloor(broken: readonly FloorBreak[]): void {
  const [first] = broken;
  if (!first) return;
  const lawOf = ({ law }: FloorBreak) => (law === undefined ? '' : ` (${lawName(law)?.en ?? law})`);
  const tell = (one: FloorBreak) =>
    `${one.name.en}${lawOf(one)}: not so in ${one.count} situations, such as “${one.situations[0]?.en}”`;
  throw new AppError('below-floor', `${tell(first)}.`, {
    errors: broken.flatMap((one) =>
      one.situations.map(({ en }) => ({
        pointer: `/floor/${one.protection}`,
        detail: `${en}${lawOf(one)}`,
      })),
    ),
  });
}

export async function knownVersion(tx: Tx, organisationId: string, number: number): Promise<VersionRow> {
  const row = await versionOf(tx, organisationId, number);
  if (!row) throw new AppError('not-found', `Your organisation has no version ${number} of the policies.`);
  return row;
}

/** Stores a new draft, begun from version `basedOn` (0: the files). Its policies were examined before. */
export async function createDraft(
  tx: Tx,
  files: Safeguards,
  staff: Staff,
  { name, reason, policies, basedOn }: Draft & { basedOn: number },
  now: Date,
): Promise<VersionRow> {
  await lockVersions(tx, staff.organisationId);
  const origin = basedOn === 0 ? undefined : await knownVersion(tx, staff.organisationId, basedOn);
  const row = await insertVersion(tx, {
    organisationId: staff.organisationId,
    name,
    state: 'draft',
    policies,
    hash: hashOf(policies),
    basedOn,
    checkedWith: files.version,
    authorId: staff.userId,
    authorName: staff.name,
    hands: [staff.userId],
    wasInForce: false,
    createdAt: now,
    updatedAt: now,
  });
  await record(tx, files, staff, { row, step: 'draft', reason, before: origin?.policies ?? [], now });
  return row;
}

/** Changes a draft; `hash` is the content that the writer saw, so that nobody overwrites a colleague's work unseen. */
export async function saveDraft(
  tx: Tx,
  files: Safeguards,
  staff: Staff,
  number: number,
  { name, reason, policies, hash }: Draft & { hash: string },
  now: Date,
): Promise<VersionRow> {
  await lockVersions(tx, staff.organisationId);
  const row = await knownVersion(tx, staff.organisationId, number);
  stateAfter(row, 'edit');
  sameContent(row, hash);
  const saved = await updateVersion(tx, row, {
    name,
    policies,
    hash: hashOf(policies),
    checkedWith: files.version,
    hands: [...new Set([...row.hands, staff.userId])],
    updatedAt: now,
  });
  await record(tx, files, staff, { row: saved, step: 'edit', reason, before: row.policies, now });
  return saved;
}

export interface Move {
  number: number;
  step: Extract<VersionStep, 'propose' | 'withdraw' | 'refuse' | 'publish' | 'discard'>;
  reason: string;
  /** Content that was examined, and that the person saw. */
  hash: string;
  /** The version in force beside which the person saw it; for `publish`. */
  against?: number | undefined;
}

/**
 * One step of a version on its way. What is proposed or published was examined before, by its hash. Publishing takes a
 * person who neither wrote nor proposed it; state, history and audit line are written in the caller's transaction.
 */
export async function moveVersion(
  tx: Tx,
  files: Safeguards,
  staff: Staff,
  { number, step, reason, hash, against }: Move,
  now: Date,
): Promise<VersionRow> {
  await lockVersions(tx, staff.organisationId);
  const row = await knownVersion(tx, staff.organisationId, number);
  const state = stateAfter(row, step);
  sameContent(row, hash);
  if (step === 'publish' && row.hands.includes(staff.userId)) {
    throw new AppError(
      'second-person-needed',
      `You wrote or proposed version ${number}: somebody else has to publish it.`,
    );
  }
  const inForce = await publishedVersion(tx, staff.organisationId);
  if (against !== undefined && against !== (inForce?.number ?? 0))
    throw new AppError('state-conflict', 'Another version came into force since you compared.');
  if (state === 'published' && inForce) await supersede(tx, inForce, now);
  const moved = await updateVersion(tx, row, {
    state,
    // What was in force before was approved once already; who brings it back may not approve that alone.
    ...(step === 'propose'
      ? { hands: row.wasInForce ? [staff.userId] : [...new Set([...row.hands, staff.userId])] }
      : {}),
    ...(step === 'propose' || step === 'publish' ? { checkedWith: files.version } : {}),
    ...(state === 'published' ? { wasInForce: true } : {}),
    updatedAt: now,
  });
  const before = step === 'publish' || step === 'propose' ? (inForce?.policies ?? []) : row.policies;
  await record(tx, files, staff, { row: moved, step, reason, before, now });
  return moved;
}

/** The emergency way back: the policies of the files alone hold again, at once, by one lead or admin, with a reason. */
export async function backToFiles(
  tx: Tx,
  files: Safeguards,
  staff: Staff,
  reason: string,
  now: Date,
): Promise<void> {
  await lockVersions(tx, staff.organisationId);
  const inForce = await publishedVersion(tx, staff.organisationId);
  if (!inForce) throw new AppError('state-conflict', 'The policies of the files are in force already.');
  await supersede(tx, inForce, now);
  await record(tx, files, staff, {
    row: { number: 0, hash: hashOf([]), policies: [] },
    step: 'back-to-files',
    reason,
    before: inForce.policies,
    now,
  });
}

async function supersede(tx: Tx, inForce: VersionRow, now: Date): Promise<void> {
  await updateVersion(tx, inForce, { state: stateAfter(inForce, 'supersede'), updatedAt: now });
}

function stateAfter(row: VersionRow, step: VersionStep) {
  const state = afterStep(row.state, step, row.wasInForce);
  if (state !== undefined) return state;
  throw new AppError(
    'state-conflict',
    `Version ${row.number} is ${row.state}; that step does not lead on from there.`,
  );
}

/** @throws AppError `state-conflict` when the content is not the one that the person saw. */
export function sameContent(row: VersionRow, hash: string): void {
  if (row.hash !== hash)
    throw new AppError('state-conflict', `Somebody changed version ${row.number} since you opened it.`);
}

interface Recorded {
  row: Pick<VersionRow, 'number' | 'hash' | 'policies'>;
  step: string;
  reason: string;
  before: readonly OwnPolicy[];
  now: Date;
}

/** History and audit line of one step; the audit names the content by its hash, the history keeps what changed. */
async function record(
  tx: Tx,
  files: Safeguards,
  staff: Staff,
  { row, step, reason, before, now }: Recorded,
): Promise<void> {
  const changes = differenceOf(files.list, before, row.policies);
  await insertEvent(tx, {
    organisationId: staff.organisationId,
    version: row.number,
    step,
    reason,
    changes,
    actorId: staff.userId,
    actorName: staff.name,
    at: now,
  });
  await recordAudit(tx, {
    organisationId: staff.organisationId,
    actor: staff.userId,
    action: `safeguards.${step}`,
    target: `safeguards/${row.number}`,
    data: {
      hash: row.hash,
      files: files.version,
      changed: changes.map(({ id, change }) => `${change} ${id}`),
    },
    at: now,
  });
}
