import { cueById } from '@keben/cues';
import type { Contribution } from '../assessment.ts';
import { isGroup } from '../audience.ts';
import { featuresOf } from '../behaviour.ts';
import { createMemoryDetection } from '../memory.ts';
import type { DetectionPolicy } from '../policy.ts';
import { featuresOfPair, riskOfPair } from '../risk.ts';
import type { RiskPolicy } from '../risk-policy.ts';
import { type SimulationOptions, simulate, simulationLabels } from '../simulate/index.ts';
import { toReadEvent } from './platforms.ts';

/** One look at an account towards a target: what was seen (in units of each weight), and whether it means harm. */
export interface Look {
  units: Float64Array;
  offset: number;
  harmful: boolean;
  weight: number;
}

/** Names of what is fitted: `severity/4`, `stages/grooming`, `ageGap`, `features/answered`. Severities come first, rising. */
export function weightNames(risk: RiskPolicy): string[] {
  return [
    ...Object.keys(risk.severity).map((severity) => `severity/${severity}`),
    ...(['grooming', 'sextortion', 'kidnapping', 'trafficking'] as const).map((path) => `stages/${path}`),
    'ageGap',
    ...Object.keys(risk.features).map((id) => `features/${id}`),
  ];
}

export function weightIn(risk: RiskPolicy, name: string): number {
  const [group, id = ''] = name.split('/');
  if (group === 'severity') return risk.severity[id] ?? 0;
  if (group === 'stages') return risk.stages[id as 'grooming'];
  return group === 'ageGap' ? risk.ageGap.adult : (risk.features[id]?.each ?? 0);
}

/** The policy with other weights; the proportions of caps and between age bands are kept. */
export function withWeights(risk: RiskPolicy, weight: (name: string) => number): RiskPolicy {
  const gap = weight('ageGap') / risk.ageGap.adult;
  return {
    ...risk,
    severity: Object.fromEntries(Object.keys(risk.severity).map((id) => [id, weight(`severity/${id}`)])),
    stages: {
      halfLifeDays: risk.stages.halfLifeDays,
      grooming: weight('stages/grooming'),
      sextortion: weight('stages/sextortion'),
      kidnapping: weight('stages/kidnapping'),
      trafficking: weight('stages/trafficking'),
    },
    ageGap: {
      younger: risk.ageGap.younger,
      adult: risk.ageGap.adult * gap,
      '18-24': risk.ageGap['18-24'] * gap,
      unknown: risk.ageGap.unknown * gap,
    },
    features: Object.fromEntries(
      Object.entries(risk.features).map(([id, { from, each, max }]) => {
        const own = weight(`features/${id}`);
        return [id, { from, each: own, max: Math.round((max / each) * own * 100) / 100 }];
      }),
    ),
  };
}

/** Every message to somebody who is tracked is one look; the looks at one pair share a weight of 1. */
export function looksOf(policy: DetectionPolicy, options: SimulationOptions): Look[] {
  const unit = withWeights(policy.risk, () => 1);
  const names = weightNames(policy.risk);
  const labels = new Map(simulationLabels(options).map((label) => [label.account, new Set(label.victims)]));
  const detection = createMemoryDetection({ ...policy, rules: [], risk: unit });
  const pairs = new Map<string, Look[]>();
  let position = 0;
  for (const event of simulate(options)) {
    const read = toReadEvent(event, position++);
    detection.apply(detection.read(read));
    if (event.type !== 'message.sent') continue;
    const { from, to, conversation } = event.data;
    const group = isGroup(to);
    const key = group ? `group:${conversation}` : (to[0]?.id ?? '');
    const pair = detection.states.pair(from.id, key);
    if (!pair) continue;
    const time = read.time.getTime();
    const features = Object.assign(featuresOfPair(pair), featuresOf(detection.states.account(from.id), time));
    const units = new Float64Array(names.length);
    for (const term of riskOfPair(unit, pair, features, time).contributions) {
      const at = names.indexOf(nameOf(term));
      if (at >= 0) units[at] = (units[at] ?? 0) + term.weight;
    }
    const victims = labels.get(from.id);
    const harmful = victims !== undefined && (group || victims.has(key));
    const found = pairs.get(`${from.id}\n${key}`) ?? [];
    found.push({ units, offset: policy.risk.prior[pair.relationship], harmful, weight: 1 });
    pairs.set(`${from.id}\n${key}`, found);
  }
  for (const looks of pairs.values()) for (const look of looks) look.weight = 1 / looks.length;
  return [...pairs.values()].flat();
}

// What is not fitted has no name in the list.
function nameOf({ kind, id, weight }: Contribution): string {
  if (kind === 'cue') return `severity/${cueById(id)?.severity}`;
  if (kind === 'stage') return `stages/${id.split(':')[0]}`;
  if (id === 'age-gap') return weight < 0 ? '' : 'ageGap';
  return `features/${id}`;
}

/**
 * Logistic regression by projected gradient descent from the weights as they stand: none below 0, the `severities` first
 * ones in rising order, a ridge of `strength` towards `initial`. The intercept takes up the base rate. Deterministic.
 */
export function fitWeights(
  looks: readonly Look[],
  initial: readonly number[],
  { strength, severities, rounds = 600 }: { strength: number; severities: number; rounds?: number },
): number[] {
  const weights = [...initial];
  let intercept = 0;
  const speed = new Float64Array(weights.length + 1);
  const total = looks.reduce((sum, { weight }) => sum + weight, 0);
  for (let round = 0; round < rounds; round++) {
    const slope = new Float64Array(weights.length + 1);
    for (const { units, offset, harmful, weight } of looks) {
      let sum = offset + intercept;
      for (let n = 0; n < weights.length; n++) sum += (weights[n] ?? 0) * (units[n] ?? 0);
      const error = (weight / total) * (1 / (1 + Math.exp(-sum)) - (harmful ? 1 : 0));
      for (let n = 0; n < weights.length; n++) slope[n] = (slope[n] ?? 0) + error * (units[n] ?? 0);
      slope[weights.length] = (slope[weights.length] ?? 0) + error;
    }
    for (let n = 0; n <= weights.length; n++) {
      const pull = n < weights.length ? (strength / total) * ((weights[n] ?? 0) - (initial[n] ?? 0)) : 0;
      speed[n] = 0.9 * (speed[n] ?? 0) - 0.5 * ((slope[n] ?? 0) + pull);
      if (n < weights.length) weights[n] = Math.max(0, (weights[n] ?? 0) + (speed[n] ?? 0));
      else intercept += speed[n] ?? 0;
    }
    // A graver cue never weighs less than a milder one.
    for (let n = 1; n < severities; n++) weights[n] = Math.max(weights[n] ?? 0, weights[n - 1] ?? 0);
  }
  return weights;
}

/** Mean log-loss with the intercept that suits the weights best, so that only the order and distances count. */
export function logLoss(looks: readonly Look[], weights: readonly number[]): number {
  const total = looks.reduce((sum, { weight }) => sum + weight, 0);
  const sums = looks.map(({ units, offset }) =>
    weights.reduce((sum, weight, n) => sum + weight * (units[n] ?? 0), offset),
  );
  const at = (intercept: number) =>
    looks.reduce((sum, { harmful, weight }, n) => {
      const signed = ((sums[n] ?? 0) + intercept) * (harmful ? 1 : -1);
      return sum + (weight / total) * Math.log1p(Math.exp(-signed));
    }, 0);
  let best = Number.POSITIVE_INFINITY;
  for (let intercept = -6; intercept <= 8; intercept += 0.1) best = Math.min(best, at(intercept));
  return best;
}
