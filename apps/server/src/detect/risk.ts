import { type Cue, cueById } from '@keben/cues';
import { type AgeBand, type Harm, isMinor, type Level } from '../base/vocabulary.ts';
import type { Contribution } from './assessment.ts';
import type { Relationship } from './event.ts';
import type { FeatureWeight, RiskPolicy } from './risk-policy.ts';
import { advance, advances, type Progress } from './stages.ts';

const DAY = 86_400_000;
/** Messages kept as evidence per cue: enough to judge by, few enough to read. */
const EVIDENCE_PER_CUE = 4;
/** Probability of harm from which a message as a whole counts. */
const LIKENESS = 0.6;
/** A cue's weight below this is not worth a line. */
const TRIFLE = 0.05;

/** One cue's standing in a pair: `weight` in shares of its full log-odds, as it was at `at` (milliseconds). */
export interface Term {
  weight: number;
  last: number;
  at: number;
  evidence: number[];
}

/** What is remembered of one account towards another or a group. JSON-serialisable; positions are log positions. */
export interface PairState {
  band: AgeBand;
  otherBand: AgeBand;
  relationship: Relationship;
  terms: Record<string, Term>;
  paths: Progress;
  /** Level already reported; falls silently with the risk, so that a second rise is reported again. */
  level: Level;
  /** Since the first cue: answers of the other side, messages since the last answer, and what else was counted. */
  replies: number;
  unanswered: number;
  pictures?: number;
  gifts?: number;
  payments?: number;
  /** How much its messages resembled harmful ones by the text model, beyond their cues. */
  resemblance?: number;
}

export interface Observation {
  cue: string;
  score: number;
  start: number;
  end: number;
}

export function newPair(band: AgeBand, otherBand: AgeBand, relationship: Relationship): PairState {
  return { band, otherBand, relationship, terms: {}, paths: {}, level: 'none', replies: 0, unanswered: 0 };
}

/** Takes the cues of one message at `time` (milliseconds) into the pair, in place. */
export function observeCues(
  policy: RiskPolicy,
  pair: PairState,
  cues: readonly Observation[],
  position: number,
  time: number,
): void {
  const best = new Map<string, number>();
  for (const { cue, score } of cues) best.set(cue, Math.max(score, best.get(cue) ?? 0));
  const staged: Cue[] = [];
  for (const [id, score] of best) {
    const cue = cueById(id);
    const base = trust(policy, score);
    if (!cue || base === 0) continue;
    const old = pair.terms[id];
    if (old) {
      const faded = old.weight * fade(policy, time - old.at);
      const step = Math.min(base, old.last * policy.repeat);
      // A stronger sighting than all before counts in full: a weak first hint must not mute a plain second one.
      old.weight = round(base > faded ? Math.max(base, faded + step) : faded + step);
      old.last = round(step);
      old.at = Math.max(time, old.at);
      old.evidence.push(position);
      if (old.evidence.length > EVIDENCE_PER_CUE) old.evidence.splice(1, 1);
    } else pair.terms[id] = { weight: round(base), last: round(base), at: time, evidence: [position] };
    if (base >= 0.5) staged.push(cue);
  }
  if (staged.length > 0) advance(pair.paths, staged, position, time);
}

/**
 * Takes in how much a message as a whole resembled harm (probability 0..1). Only a likeness that is more likely than not
 * counts, so that many ordinary messages never add up.
 */
export function observeResemblance(pair: PairState, probability: number): void {
  if (probability < LIKENESS) return;
  pair.resemblance = round((pair.resemblance ?? 0) + (probability - 0.5) * 2);
}

/** The share of a cue's weight that an observation of this score is worth: nothing below `from`, all from `full`. */
function trust({ score: { from, full } }: RiskPolicy, score: number): number {
  return Math.min(1, Math.max(0, (score - from) / (full - from)));
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
  const contributions: Contribution[] = [
    { kind: 'prior', id: pair.relationship, weight: policy.prior[pair.relationship], evidence: [] },
  ];
  const gap = ageGap(policy, pair.band, pair.otherBand);
  if (gap !== 0) contributions.push({ kind: 'feature', id: 'age-gap', weight: gap, evidence: [] });
  const known = isKnown(pair.relationship);
  const harms: Partial<Record<Harm, number>> = {};
  for (const id in pair.terms) {
    const term = pair.terms[id];
    const cue = cueById(id);
    if (!term || !cue) continue;
    const share = known && cue.severity < policy.known.graveFrom ? policy.known.share : 1;
    const weight = term.weight * fade(policy, time - term.at) * (policy.severity[cue.severity] ?? 0) * share;
    if (weight < TRIFLE) continue;
    contributions.push({ kind: 'cue', id, weight, evidence: [...term.evidence] });
    addHarms(harms, cue, weight);
  }
  for (const { id, path, gained, evidence } of advances(pair.paths, time, policy.stages.halfLifeDays)) {
    const weight = policy.stages[path] * gained * (known ? policy.known.share : 1);
    if (weight >= TRIFLE) contributions.push({ kind: 'stage', id, weight, evidence });
  }
  addFeatures(policy, features, contributions);
  return total(policy, contributions, topHarm(harms));
}

/** What the pair itself adds to the features: how the other side answered, and what was given or asked. */
export function featuresOfPair(pair: PairState): Record<string, number> {
  return {
    answered: pair.replies,
    'goes-on-unanswered': pair.unanswered,
    'pictures-received': pair.pictures ?? 0,
    'gifts-given': pair.gifts ?? 0,
    'money-asked': pair.payments ?? 0,
    'resembles-harm': pair.resemblance ?? 0,
  };
}

/** Risk of an account by its behaviour alone, towards nobody in particular. */
export function riskOfAccount(policy: RiskPolicy, features: Record<string, number>): Risk {
  const contributions: Contribution[] = [
    { kind: 'prior', id: 'stranger', weight: policy.prior.stranger, evidence: [] },
  ];
  addFeatures(policy, features, contributions);
  return total(policy, contributions, null);
}

export function levelOf(policy: RiskPolicy, score: number): Level {
  const { levels } = policy;
  if (score >= levels.critical) return 'critical';
  if (score >= levels.high) return 'high';
  if (score >= levels.elevated) return 'elevated';
  return score >= levels.watch ? 'watch' : 'none';
}

/** Sums terms into a risk; weights and sum are rounded to thousandths, so that a shown sum adds up. */
export function total(policy: RiskPolicy, contributions: readonly Contribution[], harm: Harm | null): Risk {
  const rounded = contributions
    .map(({ kind, id, weight, evidence }) => ({
      kind,
      id,
      weight: Math.round(weight * 1000) / 1000,
      evidence,
    }))
    .sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
  const score = Math.round(rounded.reduce((sum, term) => sum + term.weight, 0) * 1000) / 1000;
  return { score, level: levelOf(policy, score), harm, contributions: rounded };
}

/** True for people whom the platform has marked as known to each other. */
export function isKnown(relationship: Relationship): boolean {
  return relationship === 'friend' || relationship === 'family' || relationship === 'teacher';
}

export function weightOf({ from, each, max }: FeatureWeight, value: number): number {
  return value > from ? Math.min(max, (value - from) * each) : 0;
}

function addFeatures(policy: RiskPolicy, features: Record<string, number>, into: Contribution[]): void {
  for (const id in policy.features) {
    const rule = policy.features[id];
    const value = features[id];
    if (rule === undefined || value === undefined) continue;
    const weight = weightOf(rule, value);
    if (weight >= TRIFLE) into.push({ kind: 'feature', id, weight, evidence: [] });
  }
}

function ageGap(policy: RiskPolicy, actor: AgeBand, other: AgeBand): number {
  if (isMinor(actor)) return other === 'adult' || other === '18-24' ? policy.ageGap.younger : 0;
  if (!isMinor(other) && other !== 'unknown') return 0;
  return actor === 'adult' || actor === '18-24' || actor === 'unknown' ? policy.ageGap[actor] : 0;
}

function fade(policy: RiskPolicy, elapsed: number): number {
  return elapsed <= 0 ? 1 : 2 ** (-elapsed / (policy.halfLifeDays * DAY));
}

function round(weight: number): number {
  return Math.round(weight * 1e4) / 1e4;
}

// A cue's first harm is what it mostly shows; the others get half.
function addHarms(harms: Partial<Record<Harm, number>>, cue: Cue, weight: number): void {
  for (const [index, harm] of cue.harms.entries()) {
    harms[harm] = (harms[harm] ?? 0) + (index === 0 ? weight : weight / 2);
  }
}

function topHarm(harms: Partial<Record<Harm, number>>): Harm | null {
  const [top] = Object.entries(harms).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return (top?.[0] as Harm | undefined) ?? null;
}
