import type { CueList, Harm } from './cue.ts';
import { linksOf } from './links.ts';
import { PatternIndex, parsePattern } from './patterns.ts';
import { createTokeniser } from './tokens.ts';

/** One sighting of a cue: score 0..1; `start` and `end` are UTF-16 offsets in the text as it was given. */
export interface Observation {
  cue: string;
  score: number;
  start: number;
  end: number;
}

export interface Analysis {
  cues: Observation[];
  /** Probability 0..1 by harm, from the cues of this text alone; harms without a sign are left out. */
  harms: Partial<Record<Harm, number>>;
}

/** How much one cue of a severity says about its first harm, for a text without context. */
const chance = { 1: 0.05, 2: 0.2, 3: 0.45, 4: 0.7, 5: 0.85 } as const;
const SIGHTINGS_PER_CUE = 3;
const LINK_CUE = 'look-alike-link';

/** Makes the analyser of a cue list. Throws when a pattern is not valid. */
export function createAnalyser(list: CueList): (text: string) => Analysis {
  const patterns = list.cues.flatMap((cue) =>
    [...cue.patterns.vi, ...cue.patterns.en].flatMap((line) => parsePattern(line, cue.id, list.sets)),
  );
  const innocent = list.cues.flatMap((cue) =>
    cue.not.flatMap((line) => parsePattern(line, cue.id, list.sets)),
  );
  const index = new PatternIndex(patterns);
  const exceptions = new PatternIndex(innocent);
  const tokensOf = createTokeniser((base) => index.knows(base) || exceptions.knows(base));
  const byId = new Map(list.cues.map((cue) => [cue.id, cue]));

  return (text) => {
    const tokens = tokensOf(text);
    const found: Observation[] = [];
    for (const { pattern, from, end } of index.matches(tokens, true)) {
      const start = tokens[from]?.start ?? 0;
      found.push({ cue: pattern.cue, score: pattern.score, start, end: tokens[end - 1]?.end ?? start });
    }
    for (const { kind, start, end } of linksOf(text)) {
      if (kind === 'look-alike') found.push({ cue: LINK_CUE, score: 0.9, start, end });
    }
    if (found.length === 0) return { cues: [], harms: {} };
    const excused = new Set(exceptions.matches(tokens).map(({ pattern }) => pattern.cue));
    const cues = strongest(found.filter(({ cue }) => !excused.has(cue)));
    const harms: Partial<Record<Harm, number>> = {};
    const best = new Map<string, number>();
    for (const { cue, score } of cues) best.set(cue, Math.max(best.get(cue) ?? 0, score));
    for (const [id, score] of best) {
      const cue = byId.get(id);
      cue?.harms.forEach((harm, rank) => {
        const p = chance[cue.severity] * score * (rank === 0 ? 1 : 0.5);
        harms[harm] = 1 - (1 - (harms[harm] ?? 0)) * (1 - p);
      });
    }
    for (const harm of Object.keys(harms) as Harm[])
      harms[harm] = Math.round((harms[harm] ?? 0) * 1000) / 1000;
    return { cues, harms };
  };
}

/** Of sightings of one cue that overlap only the strongest, then longest, stays; few per cue; in the order of the text. */
function strongest(found: Observation[]): Observation[] {
  const kept: Observation[] = [];
  for (const one of [...found].sort(
    (a, b) => b.score - a.score || b.end - b.start - (a.end - a.start) || a.start - b.start,
  )) {
    const same = kept.filter(({ cue }) => cue === one.cue);
    if (same.length < SIGHTINGS_PER_CUE && !same.some(({ start, end }) => one.start < end && start < one.end))
      kept.push(one);
  }
  return kept.sort((a, b) => a.start - b.start || a.end - b.end || (a.cue < b.cue ? -1 : 1));
}
