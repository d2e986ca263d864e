import { compileSafeguards, type Safeguard, type Safeguards } from '../safeguards.ts';
import { compareMatrix, compareSamples, type MatrixChange, type SampleComparison } from './compare.ts';
import { belowFloor, type FloorBreak } from './floor.ts';
import { matrix } from './matrix.ts';
import { faultsOf, hashOf, layOver, type OwnPolicy, type PolicyFault } from './own-policies.ts';
import { type StoredFacts, situationOf } from './stored-facts.ts';

/** What can be said of an organisation's policies without a database. */
export type Examination =
  | { faults: PolicyFault[] }
  | { faults: []; floor: FloorBreak[]; matrix: MatrixChange[]; situations: number };

export interface Examine {
  /** Checks policies, and compares them with `against` (what is in force) over the built-in situations. */
  examine(own: readonly OwnPolicy[], against: readonly OwnPolicy[]): Examination;
  /** How real requests would have come out. Both sides must be free of faults. */
  compare(
    own: readonly OwnPolicy[],
    against: readonly OwnPolicy[],
    samples: readonly StoredSample[],
  ): SampleComparison;
  /** Sets compiled so far: Cedar keeps each of them until the thread ends. */
  compiled(): number;
}

/** Facts and how many requests had them. */
export interface StoredSample {
  facts: StoredFacts;
  count: number;
}

/** Sets kept compiled: what is in force, and the draft as it was typed last. */
const MOST_KEPT = 8;

/** Examines drafts. Compiling takes tens of milliseconds and judging a floor hundreds: run it in a thread of its own. */
export function createExamine(
  files: readonly Pick<Safeguard, 'id' | 'file' | 'text'>[],
  schema: string,
): Examine {
  const kept = new Map<string, Safeguards>();
  let made = 0;
  const compiledSet = (own: readonly OwnPolicy[]): Safeguards => {
    const key = hashOf(own);
    const known = kept.get(key);
    if (known) return known;
    const fresh = compileSafeguards(layOver(files, own), schema);
    made++;
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(key, fresh);
    return fresh;
  };
  return {
    examine(own, against) {
      const faults = faultsOf(files, schema, own);
      if (faults.length > 0) return { faults };
      const draft = compiledSet(own);
      try {
        return {
          faults: [],
          floor: belowFloor(draft),
          matrix: compareMatrix(compiledSet(against), draft, matrix),
          situations: matrix.length,
        };
      } catch (error) {
        // A policy that is well typed can still fail (an overflow): found here, not by a young person's request.
        const found =
          error instanceof Error ? /^safeguard ([a-z0-9-]+) failed: (.*)/s.exec(error.message) : null;
        const index = own.findIndex(({ id }) => id === found?.[1]);
        const policy = own[index];
        if (!found || !policy) throw error;
        const file = 'file' in policy ? policy.file : '';
        return { faults: [{ index, policy: policy.id, file, detail: `It fails when asked: ${found[2]}` }] };
      }
    },
    compare(own, against, samples) {
      return compareSamples(
        compiledSet(against),
        compiledSet(own),
        samples.map(({ facts, count }) => ({ situation: situationOf(facts), count })),
      );
    },
    compiled: () => made,
  };
}
