import { compileSafeguards, type Safeguard, type Safeguards } from '../safeguards.ts';
import { compareMatrix, compareSamples, type MatrixChange, type SampleComparison } from './compare.ts';
import { belowFloor, type FloorBreak } from './floor.ts';
import { imagine } from './imagine.ts';
import { matrix } from './matrix.ts';
import { faultsOf, hashOf, layOver, type OwnPolicy, type PolicyFault } from './own-policies.ts';
import { type StoredFacts, situationOf } from './stored-facts.ts';

/** What can be said of an organisation's policies without a database. */
export type Examination =
  | { faults: PolicyFault[] }
  | { faults: []; floor: FloorBreak[]; matrix: MatrixChange[]; situations: number };

export interface Examine {
  /** What is wrong with policies, and no more: much quicker than a whole examination. */
  faults(own: readonly OwnPolicy[]): PolicyFault[];
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

/** The largest numbers that a question can hold: sums and products that overflow do so here. */
const longest = [
  imagine({
    action: 'app.use',
    who: { band: '13-15' },
    given: { minutesToday: 1440, minutesSinceBreak: 1440 },
  }),
  imagine({
    action: 'game.play',
    who: { band: '13-15' },
    given: { minutesThisGame: 1440, minutesAllGames: 1440, minutesSinceWarning: 1440, rating: '18+' },
  }),
];

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
  /** A policy that is well typed can still fail (an overflow): found here, not by a young person's request. */
  function failing(own: readonly OwnPolicy[]): PolicyFault[] {
    try {
      const { judge } = compiledSet(own);
      for (const { situation } of matrix) judge(situation);
      for (const situation of longest) judge(situation);
      return [];
    } catch (error) {
      const found =
        error instanceof Error ? /^safeguard ([a-z0-9-]+) failed: (.*)/s.exec(error.message) : null;
      const index = own.findIndex(({ id }) => id === found?.[1]);
      const policy = own[index];
      if (!found || !policy) throw error;
      const file = 'file' in policy ? policy.file : '';
      return [{ index, policy: policy.id, file, detail: `It fails when asked: ${found[2]}` }];
    }
  }
  function faults(own: readonly OwnPolicy[]): PolicyFault[] {
    // The files were checked when the server started.
    if (own.length === 0) return [];
    const found = faultsOf(files, schema, own);
    return found.length > 0 ? found : failing(own);
  }
  // The same draft is examined as it is typed, saved, looked at and proposed.
  const examined = new Map<string, Examination>();
  function examine(own: readonly OwnPolicy[], against: readonly OwnPolicy[]): Examination {
    const wrong = faults(own);
    if (wrong.length > 0) return { faults: wrong };
    const draft = compiledSet(own);
    return {
      faults: [],
      floor: belowFloor(draft),
      matrix: compareMatrix(compiledSet(against), draft, matrix),
      situations: matrix.length,
    };
  }
  return {
    faults,
    examine(own, against) {
      const key = `${hashOf(own)} ${hashOf(against)}`;
      const found = examined.get(key) ?? examine(own, against);
      const [oldest] = examined.keys();
      if (examined.size >= MOST_KEPT && oldest !== undefined) examined.delete(oldest);
      examined.set(key, found);
      return found;
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
