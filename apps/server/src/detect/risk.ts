import { type Cue, cueById } from '@keben/cues';
import { type AgeBand, type Harm, isMinor, type Level } from '../base/vocabulary.ts';
import type { Contribution } from './assessment.ts';
import type { Relationship } from './event.ts';
import type { RiskPolicy } from './policy.ts';

const DAY = 86_400_000;
/** Messages kept as evidence per cue: enough to judge by, few enough to read. */
const EVIDENCE_PER_CUE = 4;

/** One cue's standing weight in a pair: `weight` (log-odds) as it was at `at` (milliseconds). */
export interface Term {
  weight: number;
  last: number;
  count: number;
  at: number;
  evidence: number[];
}

/** What is remembered of one account towards another. JSON-serialisable; positions are log positions. */
export interface PairState {
  band: AgeBand;
  otherBand: AgeBand;
  relationship: Relationship;
  terms: Record<string, Term>;
  stages: Record<string, number>;
  /** Level already reported; falls silently with the risk, so that a second rise is reported again. */
  level: Level;
  rules: string[];
}

export interface Observation {
  cue: string;
  score: number;
  start: number;
  end: number;
}

export function newPair(band: AgeBand, otherBand: AgeBand, relationship: Relationship): PairState {
  return { band, otherBand, relationship, terms: {}, stages: {}, level: 'none', rules: [] };
}

/** The pair after the cues of one message at `time` (milliseconds): a new state, the old one is untouched. */
export function observeCues(
  policy: RiskPolicy,
  pair: PairState,
  cues: readonly Observation[],
  position: number,
  time: number,
): PairState {
  if (cues.length === 0) return pair;
  const terms = { ...pair.terms };
  const stages = { ...pair.stages };
  for (const [id, score] of strongest(cues)) {
    const cue = cueById(id);
    if (!cue) continue;
    const base = (policy.severity[cue.severity] ?? 0) * score;
    const old = terms[id];
    const faded = old ? old.weight * fade(policy, time - old.at) : 0;
    const step = old ? Math.min(base, old.last * policy.repeat) : base;
    // A stronger sighting than all before counts in full: a weak first hint must not mute a plain second one.
    const weight = old && base > faded ? Math.max(base, faded + step) : faded + step;
    terms[id] = {
      weight,
      last: old ? step : base,
      count: (old?.count ?? 0) + 1,
      at: Math.max(time, old?.at ?? 0),
      evidence: [...(old?.evidence ?? []), position].slice(-EVIDENCE_PER_CUE),
    };
    if (cue.stage && cue.severity >= 2 && stages[cue.stage] === undefined) stages[cue.stage] = time;
  }
  return { ...pair, terms, stages };
}

export interface Risk {
  /** Log-odds. */
  score: number;
  level: Level;
  harm: Harm | null;
  contributions: Contribution[];
}

/** Adds the pair's terms and the account's features at `time`: every term is listed, largest first. */
export function riskOfPair(
  policy: RiskPolicy,
  pair: PairState,
  features: Record<string, number>,
  time: number,
): Risk {
  const prior = policy.prior[pair.relationship] + ageGap(policy, pair.band, pair.otherBand);
  const contributions: Contribution[] = [
    { kind: 'prior', id: pair.relationship, weight: prior, evidence: [] },
  ];
  const harms: Partial<Record<Harm, number>> = {};
  for (const [id, term] of Object.entries(pair.terms)) {
    const weight = term.weight * fade(policy, time - term.at);
    if (weight < 0.05) continue;
    contributions.push({ kind: 'cue', id, weight, evidence: term.evidence });
    addHarms(harms, cueById(id), weight);
  }
  const reached = Object.keys(pair.stages).length;
  if (reached > 1)
    contributions.push({
      kind: 'stage',
      id: `stages-${reached}`,
      weight: policy.stage * (reached - 1),
      evidence: [],
    });
  contributions.push(...featureTerms(policy, features));
  return total(policy, contributions, topHarm(harms));
}

/** Risk of an account by its behaviour alone, towards nobody in particular. */
export function riskOfAccount(policy: RiskPolicy, features: Record<string, number>): Risk {
  return total(
    policy,
    [
      { kind: 'prior', id: 'stranger', weight: policy.prior.stranger, evidence: [] },
      ...featureTerms(policy, features),
    ],
    null,
  );
}

export function levelOf(policy: RiskPolicy, score: number): Level {
  const { levels } = policy;
  if (score >= levels.critical) return 'critical';
  if (score >= levels.high) return 'high';
  if (score >= levels.elevated) return 'elevated';
  return score >= levels.watch ? 'watch' : 'none';
}

function total(policy: RiskPolicy, contributions: Contribution[], harm: Harm | null): Risk {
  const rounded = contributions
    .map((term) => ({ ...term, weight: Math.round(term.weight * 1000) / 1000 }))
    .sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
  const score = Math.round(rounded.reduce((sum, term) => sum + term.weight, 0) * 1000) / 1000;
  return { score, level: levelOf(policy, score), harm, contributions: rounded };
}

function featureTerms(policy: RiskPolicy, features: Record<string, number>): Contribution[] {
  return Object.entries(policy.features).flatMap(([id, { from, each, max }]) => {
    const above = (features[id] ?? 0) - from;
    return above > 0
      ? [{ kind: 'feature' as const, id, weight: Math.min(max, above * each), evidence: [] }]
      : [];
  });
}

function ageGap(policy: RiskPolicy, actor: AgeBand, other: AgeBand): number {
  if (!isMinor(other) && other !== 'unknown') return 0;
  return actor === 'adult' || actor === '18-24' || actor === 'unknown' ? policy.ageGap[actor] : 0;
}

function fade(policy: RiskPolicy, elapsed: number): number {
  return elapsed <= 0 ? 1 : 2 ** (-elapsed / (policy.halfLifeDays * DAY));
}

function strongest(cues: readonly Observation[]): Map<string, number> {
  const best = new Map<string, number>();
  for (const { cue, score } of cues) best.set(cue, Math.max(score, best.get(cue) ?? 0));
  return best;
}

// A cue's first harm is what it mostly shows; the others get half.
function addHarms(harms: Partial<Record<Harm, number>>, cue: Cue | undefined, weight: number): void {
  cue?.harms.forEach((harm, index) => {
    harms[harm] = (harms[harm] ?? 0) + (index === 0 ? weight : weight / 2);
  });
}

function topHarm(harms: Partial<Record<Harm, number>>): Harm | null {
  const [top] = Object.entries(harms).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return (top?.[0] as Harm | undefined) ?? null;
}
