import { conceptsKnow } from './concepts.ts';
import type { Cue, Harm } from './cue.ts';
import { addLeads, LOOK_ALIKE, leadsOf, PAYMENT } from './leads.ts';
import type { TextModel } from './model.ts';
import type { Observation, PatternReader } from './pattern-reader.ts';
import { createTokeniser, type Token } from './tokens.ts';

export interface Analysis {
  cues: Observation[];
  /** Probability 0..1 by harm, from this text alone; harms without a sign are left out. */
  harms: Partial<Record<Harm, number>>;
}

/** How much one cue of a severity says about its first harm, for a text without context. */
const chance = { 1: 0.05, 2: 0.2, 3: 0.45, 4: 0.7, 5: 0.85 } as const;
const SIGHTINGS_PER_CUE = 3;
const NO_SIGNS: readonly string[] = [];

/** What else the model looks at beside words: patterns that matched, kinds of links and numbers. */
export function signsOf(reader: PatternReader, text: string, tokens: readonly Token[]): readonly string[] {
  return signs(reader.read(tokens), leadsOf(text).signs);
}

function signs(found: readonly Observation[], leads: readonly string[]): readonly string[] {
  if (found.length === 0 && leads.length === 0) return NO_SIGNS;
  return [...new Set(found.map(({ cue }) => `pattern ${cue}`)), ...leads];
}

/** Makes the analyser of a list of cues, by patterns, links and numbers alone or with the text model. */
export function createAnalyser(
  cues: readonly Cue[],
  reader: PatternReader,
  model?: TextModel,
): (text: string, links?: readonly string[]) => Analysis {
  const tokensOf = createTokeniser(
    model
      ? (base) => reader.knows(base) || model.knows(base) || conceptsKnow(base)
      : (base) => reader.knows(base),
  );
  const byId = new Map(cues.map((cue) => [cue.id, cue]));
  return (text, beside) => {
    const tokens = tokensOf(text);
    const leads = leadsOf(text, beside);
    if (model && leads.cues.length === 0 && !model.worthReading(tokens)) return { cues: [], harms: {} };
    const found = reader.read(tokens);
    const harms: Partial<Record<Harm, number>> = {};
    const words = model ? weigh(model, tokens, signs(found, leads.signs), found, harms) : found;
    const innocent = leads.cues.some(({ cue }) => cue === PAYMENT) && reader.excuses(tokens, PAYMENT);
    const all = addLeads(words, innocent ? leads.cues.filter(({ cue }) => cue !== PAYMENT) : leads.cues);
    if (all.length === 0 && Object.keys(harms).length === 0) return { cues: [], harms };
    const kept = strongest(all);
    addHarms(kept, byId, harms);
    return { cues: kept, harms };
  };
}

/**
 * Reads a text together with what stood before it. What lies in `before` alone has been told with it; what reaches
 * into `text` is told by its part there.
 */
export function analyseAfter(analyser: (text: string) => Analysis, before: string, text: string): Analysis {
  const own = analyser(text);
  const start = before.length + 1;
  const joined = analyser(`${before} ${text}`);
  const first = analyser(before);
  const cues = joined.cues
    .filter(({ cue, end }) => end > start && ![...own.cues, ...first.cues].some((one) => one.cue === cue))
    .map((one) => ({ ...one, start: Math.max(0, one.start - start), end: one.end - start }));
  const harms = { ...own.harms };
  for (const [harm, p] of Object.entries(joined.harms) as [Harm, number][]) {
    // A harm that the first part shows by itself is not this part's.
    if (p > (harms[harm] ?? 0) && p > (first.harms[harm] ?? 0)) harms[harm] = p;
  }
  return { cues: [...own.cues, ...cues].sort((a, b) => a.start - b.start || a.end - b.end), harms };
}

/**
 * What patterns found, weighed by the model, and what the model finds beside them. Measured on dev examples: where the
 * model is all but sure that a cue is not there, two in three pattern matches are wrong.
 */
function weigh(
  model: TextModel,
  tokens: readonly Token[],
  seen: readonly string[],
  found: readonly Observation[],
  harms: Partial<Record<Harm, number>>,
): Observation[] {
  const byPattern = found.length === 0 ? undefined : new Set(found.map(({ cue }) => cue));
  const chances = new Map<string, number>();
  const all: Observation[] = [];
  for (const { name, output, probability, reached } of model.told(tokens, seen, byPattern)) {
    if (name.startsWith('harm:')) {
      harms[name.slice(5) as Harm] = probability;
      continue;
    }
    chances.set(name, probability);
    // Whether a host imitates another is read from the host alone.
    if (!reached || name === LOOK_ALIKE || byPattern?.has(name)) continue;
    const { from, end } = model.where(tokens, output);
    const start = tokens[from]?.start;
    const stop = tokens[end - 1]?.end;
    if (start === undefined || stop === undefined || stop <= start) continue;
    all.push({ cue: name, score: rounded(probability), start, end: stop });
  }
  // A pattern says more exactly where the sign stands than the model does.
  for (const one of found) {
    const chance = chances.get(one.cue) ?? 0;
    if (chance < UNLIKELY) continue;
    all.push({
      ...one,
      score: chance < DOUBTFUL ? rounded(one.score / 2) : Math.max(one.score, rounded(chance)),
    });
  }
  return all;
}

/** Below this probability a pattern's match is passed by; below the second it counts half. */
const UNLIKELY = 0.05;
const DOUBTFUL = 0.2;
const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** What the cues add to the harms that the model saw: the likelier of the two counts. */
function addHarms(
  found: readonly Observation[],
  byId: ReadonlyMap<string, Cue>,
  harms: Partial<Record<Harm, number>>,
): void {
  const best = new Map<string, number>();
  for (const { cue, score } of found) best.set(cue, Math.max(best.get(cue) ?? 0, score));
  const fromCues: Partial<Record<Harm, number>> = {};
  for (const [id, score] of best) {
    const cue = byId.get(id);
    cue?.harms.forEach((harm, rank) => {
      const p = chance[cue.severity] * score * (rank === 0 ? 1 : 0.5);
      fromCues[harm] = 1 - (1 - (fromCues[harm] ?? 0)) * (1 - p);
    });
  }
  for (const [harm, p] of Object.entries(fromCues) as [Harm, number][])
    harms[harm] = Math.max(harms[harm] ?? 0, p);
  for (const harm of Object.keys(harms) as Harm[]) harms[harm] = rounded(harms[harm] ?? 0);
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
