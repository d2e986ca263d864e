import type { Tx } from '../base/database.ts';
import type { Assessment } from './assessment.ts';
import {
  assessReturn,
  assessTogether,
  type Evasion,
  earliest,
  evasionsOn,
  type Mark,
  mergeEvasions,
} from './marks.ts';
import { addMarks, lockNames, type MarkKey, marksBy, marksOn } from './marks-store.ts';
import type { DetectionPolicy } from './policy.ts';

/** The rules that decide for an account; the weights are the same for all. */
export type PolicyOf = (organisationId: string, account: string) => DetectionPolicy;

/**
 * Adds a batch's marks and gives the assessments that now follow from the sets they belong to. Workers of other
 * partitions add to the same sets: whoever adds an input of a set holds its lock from before reading until the commit,
 * so the last to commit has seen all, and the content is the same whoever that is. Locks are taken in three rounds
 * (devices, accounts, targets), each in a fixed order; see docs/adr/0014-assessments-across-accounts.md.
 */
export async function assessAcross(
  tx: Tx,
  policyOf: PolicyOf,
  marks: readonly Mark[],
): Promise<Assessment[]> {
  const fresh = await addMarks(tx, marks);
  if (fresh.length === 0) return [];
  const stoodOut = fresh.filter(({ kind }) => kind === 'account');
  const devices = unique([
    ...fresh.filter(({ kind }) => kind === 'device').map((mark) => keyOf(mark, 'device', mark.subject)),
    ...(
      await marksBy(
        tx,
        stoodOut.map((mark) => keyOf(mark, 'device', mark.account)),
      )
    ).map((mark) => keyOf(mark, 'device', mark.subject)),
  ]);
  await lockNames(tx, devices.map(nameOf));
  const onDevices = await marksOn(tx, devices);
  const standing = fresh.filter(({ kind }) => kind === 'pair' || kind === 'pile');
  await lockNames(
    tx,
    [...onDevices, ...standing].map((mark) => nameOf(keyOf(mark, 'account', mark.account))),
  );
  const targets = unique([
    ...standing.map((mark) => keyOf(mark, mark.kind, mark.subject)),
    ...(
      await marksBy(
        tx,
        onDevices.flatMap((mark) => [keyOf(mark, 'pair', mark.account), keyOf(mark, 'pile', mark.account)]),
      )
    ).map((mark) => keyOf(mark, mark.kind, mark.subject)),
  ]);
  await lockNames(tx, targets.map(nameOf));
  const onTargets = await marksOn(tx, targets);
  const evasions = await evasionsOf(tx, policyOf, [...onDevices, ...onTargets]);
  return [...returns(policyOf, onDevices, evasions), ...together(policyOf, onTargets, evasions)];
}

/** Evasions of the accounts of some marks, by organisation and account. */
async function evasionsOf(tx: Tx, policyOf: PolicyOf, marks: readonly Mark[]): Promise<Map<string, Evasion>> {
  const own = await marksBy(tx, unique(marks.map((mark) => keyOf(mark, 'device', mark.account))));
  const onDevices = await marksOn(tx, unique(own.map((mark) => keyOf(mark, 'device', mark.subject))));
  const stoodOut = await marksOn(tx, unique(onDevices.map((mark) => keyOf(mark, 'account', mark.account))));
  const found = new Map<string, Evasion>();
  for (const [organisationId, devices] of groupBy(onDevices, (mark) => mark.organisationId)) {
    const flagged = stoodOut.filter((mark) => mark.organisationId === organisationId);
    const each = [...groupBy(devices, (mark) => mark.subject).values()].flatMap((one) =>
      evasionsOn(policyOf(organisationId, ''), one, flagged),
    );
    for (const evasion of mergeEvasions(each)) found.set(`${organisationId} ${evasion.account}`, evasion);
  }
  return found;
}

function returns(policyOf: PolicyOf, devices: readonly Mark[], evasions: Map<string, Evasion>): Assessment[] {
  const byAccount = groupBy(devices, (mark) => `${mark.organisationId} ${mark.account}`);
  return [...byAccount].flatMap(([whose, own]) => {
    const evasion = evasions.get(whose);
    return (
      (evasion &&
        assessReturn(policyOf(earliest(own).organisationId, evasion.account), earliest(own), evasion)) ??
      []
    );
  });
}

function together(policyOf: PolicyOf, marks: readonly Mark[], evasions: Map<string, Evasion>): Assessment[] {
  const byTarget = groupBy(marks, (mark) => nameOf(keyOf(mark, mark.kind, mark.subject)));
  return [...byTarget.values()].flatMap((own) => {
    const known = new Map(
      own.flatMap((mark) => {
        const evasion = evasions.get(`${mark.organisationId} ${mark.account}`);
        return evasion ? [[mark.account, evasion] as const] : [];
      }),
    );
    return assessTogether((account) => policyOf(earliest(own).organisationId, account), own, known);
  });
}

function keyOf({ organisationId }: Mark, kind: Mark['kind'], id: string): MarkKey {
  return { organisationId, kind, id };
}

function nameOf({ organisationId, kind, id }: MarkKey): string {
  return `${organisationId} ${kind} ${id}`;
}

function unique(keys: readonly MarkKey[]): MarkKey[] {
  return [...new Map(keys.map((key) => [nameOf(key), key])).values()];
}

function groupBy<T>(items: readonly T[], keyOfItem: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOfItem(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
