import type { PolicyBook } from '../question-desk.ts';
import { compileSafeguards, PolicyError, type Safeguards } from '../safeguards.ts';
import { belowFloor } from './floor.ts';
import { layOver } from './own-policies.ts';
import { standingVersion, versionOf } from './version-store.ts';

/** Why a published version does not count. */
export interface BookFault {
  organisationId: string;
  version: number;
  detail: string;
}

/** Versions kept compiled; what a number and a hash name never changes. */
const MOST_KEPT = 200;

/**
 * Which policies hold for an organisation: its published version laid over the files, or the files alone. Read from the
 * database with every question, so a publication holds at once in every process. A version that this release no longer
 * understands, or that is below its floor, does not count: the files take over, and `report` hears of it once.
 */
export function createPolicyBook(
  files: Safeguards,
  schema: string,
  report: (fault: BookFault) => void,
): PolicyBook & { faultOf(organisationId: string, number: number, hash: string): string | undefined } {
  const kept = new Map<string, { policies: Safeguards; fault?: string }>();
  const keyOf = (organisationId: string, number: number, hash: string) =>
    `${organisationId} ${number} ${hash}`;

  const book: PolicyBook = async (tx, organisationId) => {
    const standing = await standingVersion(tx, organisationId);
    if (!standing) return files;
    const key = keyOf(organisationId, standing.number, standing.hash);
    const known = kept.get(key);
    if (known) return known.policies;
    const row = await versionOf(tx, organisationId, standing.number);
    if (!row) return files;
    let made: { policies: Safeguards; fault?: string };
    try {
      const policies = compileSafeguards(layOver(files.list, row.policies), schema);
      // Publishing looked at the floor of that release; only another release has to look again.
      const [broken] = row.checkedWith === files.version ? [] : belowFloor(policies);
      if (broken) throw new PolicyError(`version ${row.number}`, `weakens "${broken.name.en}".`);
      made = { policies };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      made = { policies: files, fault: error.message };
      report({ organisationId, version: standing.number, detail: error.message });
    }
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(key, made);
    return made.policies;
  };
  return Object.assign(book, {
    faultOf: (organisationId: string, number: number, hash: string) =>
      kept.get(keyOf(organisationId, number, hash))?.fault,
  });
}
