import type { Analysis } from '@keben/cues';
import type { Harm } from '../../base/vocabulary.ts';

/** What a second reader says of a text: probability 0..1 by cue id or `harm:NAME`; names that are absent are not read. */
export type SecondReading = ReadonlyMap<string, number>;

/** What the built-in reader does not tell counts as this probability: one reader alone must be all but sure. */
const SILENT = 0.05;
/** From here a cue is told that only the second reader sees; below the other, nothing is. */
const TOLD = 0.5;
const DROPPED = 0.05;
const SURE = 0.001;

/**
 * Both readings as one: of every name that the second reader knows, the mean of the two log-odds; all else stays. A cue
 * that only the second one sees stands for the whole text, since it says nothing of places. Pure.
 */
export function combine(first: Analysis, second: SecondReading, text: string): Analysis {
  const cues = first.cues.flatMap((one) => {
    const probability = second.get(one.cue);
    if (probability === undefined) return [one];
    const score = meanOf(one.score, probability);
    return score < DROPPED ? [] : [{ ...one, score }];
  });
  const harms: Analysis['harms'] = { ...first.harms };
  const seen = new Set(first.cues.map(({ cue }) => cue));
  for (const [name, probability] of second) {
    if (name.startsWith('harm:')) {
      const harm = name.slice(5) as Harm;
      const both = meanOf(first.harms[harm] ?? SILENT, probability);
      if (both >= DROPPED) harms[harm] = both;
      else delete harms[harm];
    } else if (!seen.has(name)) {
      const score = meanOf(SILENT, probability);
      if (score >= TOLD) cues.push({ cue: name, score, start: 0, end: text.length });
    }
  }
  return { cues: cues.sort((a, b) => a.start - b.start || a.end - b.end || (a.cue < b.cue ? -1 : 1)), harms };
}

function meanOf(one: number, other: number): number {
  const mean = (logOdds(one) + logOdds(other)) / 2;
  return Math.round(1000 / (1 + Math.exp(-mean))) / 1000;
}

function logOdds(probability: number): number {
  const p = Math.min(1 - SURE, Math.max(SURE, probability));
  return Math.log(p / (1 - p));
}
