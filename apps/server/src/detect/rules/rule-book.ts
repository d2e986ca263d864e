import type { Tx } from '../../base/database.ts';
import type { DetectionPolicy, FilePolicy, Rule } from '../policy.ts';
import { compileRules, faultsOf, layOver, type OrganisationRule } from './rule-set.ts';
import { inRollout } from './rule-state.ts';
import { listStanding, type Standing, versionOf } from './rule-store.ts';

/** The policy for one account, and which version is noted beside it. */
export interface Chosen {
  policy: DetectionPolicy;
  noted?: { version: number; side: 'in-force' | 'candidate' };
}
export type Choose = (organisationId: string, account: string) => Chosen;

export interface RuleBook {
  /** Reads what is in force for these organisations, as this transaction sees it. */
  open(tx: Tx, organisationIds: string[]): Promise<Choose>;
}

interface Compiled {
  rules: Rule[];
  version: string;
}

/** Versions kept compiled; a version's content never changes once it has left the draft. */
const MOST_KEPT = 500;

/**
 * Which rules decide for which account: the files' rules with the organisation's published version laid over them, and in
 * a staged rollout the candidate for its share of accounts. `report` hears of stored rules that this release no longer
 * understands; they are left out, and the file's rule of the same id, if any, stays.
 */
export function createRuleBook(
  files: FilePolicy,
  report: (fault: { organisationId: string; version: number; detail: string }) => void,
): RuleBook {
  const kept = new Map<string, Compiled>();

  async function compiled(tx: Tx, standing: Standing): Promise<Compiled> {
    const key = `${standing.organisationId} ${standing.number} ${standing.hash}`;
    const known = kept.get(key);
    if (known) return known;
    const row = await versionOf(tx, standing.organisationId, standing.number);
    const stored = row?.rules ?? [];
    const faults = faultsOf(files.language, files.definitions, stored);
    for (const { detail } of faults)
      report({ organisationId: standing.organisationId, version: standing.number, detail });
    const wrong = new Set(faults.map(({ pointer }) => Number(pointer.split('/')[1])));
    const made = compileVersion(
      files,
      stored.filter((_, index) => !wrong.has(index)),
      standing.number,
      standing.hash,
    );
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, made);
    return made;
  }

  return {
    async open(tx, organisationIds) {
      const standing = await listStanding(tx, organisationIds);
      const byOrganisation = new Map<
        string,
        { base: Compiled; candidate?: Compiled & { number: number; percent: number } }
      >();
      for (const one of standing) {
        const entry = byOrganisation.get(one.organisationId) ?? { base: files };
        if (one.state === 'published') entry.base = await compiled(tx, one);
        else {
          const percent = one.state === 'rollout' ? one.percent : 0;
          entry.candidate = { ...(await compiled(tx, one)), number: one.number, percent };
        }
        byOrganisation.set(one.organisationId, entry);
      }
      return (organisationId, account) => {
        const entry = byOrganisation.get(organisationId);
        if (!entry) return { policy: files };
        const { base, candidate } = entry;
        if (!candidate) return { policy: { risk: files.risk, ...base } };
        const taken = inRollout(organisationId, account, candidate.percent);
        const [decides, silent] = taken ? [candidate, base] : [base, candidate];
        return {
          policy: {
            risk: files.risk,
            rules: decides.rules,
            version: decides.version,
            silent: silent.rules,
          },
          noted: { version: candidate.number, side: taken ? 'candidate' : 'in-force' },
        };
      };
    },
  };
}

/** An organisation's version as a policy: `FILES-VERSION+rNUMBER.HASH` names it. */
export function compileVersion(
  files: FilePolicy,
  own: readonly OrganisationRule[],
  number: number,
  hash: string,
): Compiled {
  return {
    rules: compileRules(files.language, layOver(files.definitions, own)),
    version: `${files.version}+r${number}.${hash}`,
  };
}
