/**
 * `npm run fit:risk`: fits the additive terms of policy/risk.yaml on simulated platforms and prints what it proposes, with
 * measures before and after on other seeds and on lines that the fit never saw. Changes nothing: a person reviews and
 * copies. Deterministic (no clock, seeded); about a minute.
 *
 * Logistic regression with every weight at least 0, severities in rising order, and a ridge (L2) towards the weights
 * that stand in the file, so that what the simulation says little about stays as people set it. `--strength N` is that
 * ridge (default 30); priors, levels, half-lives and what spans accounts are not fitted.
 */
import { parseArgs } from 'node:util';
import { featuresOf } from '../apps/server/src/detect/behaviour.ts';
import { loadDetectionPolicy } from '../apps/server/src/detect/index.ts';
import { createMemoryDetection } from '../apps/server/src/detect/memory.ts';
import type { DetectionPolicy } from '../apps/server/src/detect/policy.ts';
import { featuresOfPair, riskOfPair } from '../apps/server/src/detect/risk.ts';
import type { RiskPolicy } from '../apps/server/src/detect/risk-policy.ts';
import {
  type SimulationOptions,
  simulate,
  simulationLabels,
} from '../apps/server/src/detect/simulate/index.ts';
import { measurePlatforms, toReadEvent } from '../apps/server/src/detect/simulate/measure.ts';
import { cueById } from '../packages/cues/src/index.ts';

const { values } = parseArgs({ options: { strength: { type: 'string', default: '30' } } });
const strength = Number(values.strength);
if (!(strength >= 0)) throw new Error(`--strength must be a number from 0, not "${values.strength}".`);

/** One look at an account towards a target: what was seen (in units of each weight), and whether it means harm. */
interface Sample {
  units: Float64Array;
  offset: number;
  harmful: boolean;
  weight: number;
}

const platform = (seed: number, lines: 'fit' | 'held-out'): SimulationOptions => ({
  seed,
  lines,
  accounts: 1500,
  events: 40_000,
  days: 28,
  harmfulPerThousand: 40,
  lookAlikesPerThousand: 40,
  start: new Date('2026-11-01T00:00:00Z'),
});
const train = [101, 102, 103].map((seed) => platform(seed, 'fit'));
const heldOut = [201, 202].map((seed) => platform(seed, 'held-out'));

const policy = loadDetectionPolicy();
const names = weightNames(policy.risk);
const start = names.map((name) => weightIn(policy.risk, name));
const unit = withWeights(policy.risk, () => 1);

const samples = train.flatMap((options) => samplesOf(options));
const unseen = heldOut.flatMap((options) => samplesOf(options));
const fitted = fit(samples, start);

console.log(
  `${samples.length} looks to fit on, ${unseen.length} of other seeds and lines to check on; ridge ${strength}.`,
);
console.table(
  Object.fromEntries(
    names.map((name, n) => [
      name,
      { 'in the file': start[n], proposed: Math.round((fitted[n] ?? 0) * 100) / 100 },
    ]),
  ),
);
const proposal = withWeights(
  policy.risk,
  (name) => Math.round((fitted[names.indexOf(name)] ?? 0) * 100) / 100,
);
for (const [title, weights, risk] of [
  ['in the file', start, policy.risk],
  ['proposed', fitted, proposal],
] as const) {
  console.log(
    `\n${title}: log-loss ${loss(samples, weights).toFixed(4)} where fitted, ${loss(unseen, weights).toFixed(4)} on what was held out`,
  );
  const measured = measurePlatforms({ ...policy, risk }, heldOut);
  console.table(measured.kinds);
  console.log(measured.ordinary);
  console.table(measured.lookAlikes);
}

/** Names of what is fitted: `severity/4`, `stages/grooming`, `features/answered`. */
function weightNames(risk: RiskPolicy): string[] {
  return [
    ...Object.keys(risk.severity).map((severity) => `severity/${severity}`),
    ...(['grooming', 'sextortion', 'kidnapping', 'trafficking'] as const).map((path) => `stages/${path}`),
    'ageGap',
    ...Object.keys(risk.features).map((id) => `features/${id}`),
  ];
}

function weightIn(risk: RiskPolicy, name: string): number {
  const [group, id = ''] = name.split('/');
  if (group === 'severity') return risk.severity[id] ?? 0;
  if (group === 'stages') return risk.stages[id as 'grooming'];
  return group === 'ageGap' ? risk.ageGap.adult : (risk.features[id]?.each ?? 0);
}

/** The policy with other weights; the caps of features and the proportions between age bands are kept. */
function withWeights(risk: RiskPolicy, weight: (name: string) => number): RiskPolicy {
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
function samplesOf(options: SimulationOptions): Sample[] {
  const labels = new Map(simulationLabels(options).map((label) => [label.account, new Set(label.victims)]));
  const measuring: DetectionPolicy = { ...policy, rules: [], risk: unit };
  const detection = createMemoryDetection(measuring);
  const pairs = new Map<string, Sample[]>();
  let position = 0;
  for (const event of simulate(options)) {
    const read = toReadEvent(event, position++);
    detection.apply(read);
    if (event.type !== 'message.sent') continue;
    const { from, to, conversation } = event.data;
    const key = to.length > 2 ? `group:${conversation}` : (to[0]?.id ?? '');
    const pair = detection.states.pair(from.id, key);
    if (!pair) continue;
    const time = read.time.getTime();
    const features = { ...featuresOfPair(pair), ...featuresOf(detection.states.account(from.id), time) };
    const units = new Float64Array(names.length);
    for (const { kind, id, weight } of riskOfPair(unit, pair, features, time).contributions) {
      const name =
        kind === 'cue'
          ? `severity/${cueById(id)?.severity}`
          : kind === 'stage'
            ? `stages/${id.split(':')[0]}`
            : id === 'age-gap'
              ? weight < 0
                ? ''
                : 'ageGap'
              : `features/${id}`;
      const at = names.indexOf(name);
      if (at >= 0) units[at] = (units[at] ?? 0) + weight;
    }
    const victims = labels.get(from.id);
    const harmful = victims !== undefined && (to.length > 2 || victims.has(key));
    const offset = policy.risk.prior[pair.relationship];
    const found = pairs.get(`${from.id}\n${key}`) ?? [];
    found.push({ units, offset, harmful, weight: 1 });
    pairs.set(`${from.id}\n${key}`, found);
  }
  return [...pairs.values()].flatMap((looks) => looks.map((look) => ({ ...look, weight: 1 / looks.length })));
}

/** Projected gradient descent with momentum from the weights as they stand; the intercept takes up the base rate. */
function fit(from: readonly Sample[], initial: readonly number[]): number[] {
  const weights = [...initial];
  let intercept = 0;
  const speed = new Float64Array(weights.length + 1);
  const total = from.reduce((sum, { weight }) => sum + weight, 0);
  for (let round = 0; round < 600; round++) {
    const slope = new Float64Array(weights.length + 1);
    for (const { units, offset, harmful, weight } of from) {
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
    for (let n = 1; n < 5; n++) weights[n] = Math.max(weights[n] ?? 0, weights[n - 1] ?? 0);
  }
  return weights;
}

/** Mean log-loss with the intercept that suits the weights best, so that only the order and distances count. */
function loss(over: readonly Sample[], weights: readonly number[]): number {
  const total = over.reduce((sum, { weight }) => sum + weight, 0);
  const sums = over.map(({ units, offset }) =>
    weights.reduce((sum, weight, n) => sum + weight * (units[n] ?? 0), offset),
  );
  const at = (intercept: number) =>
    over.reduce((sum, { harmful, weight }, n) => {
      const signed = ((sums[n] ?? 0) + intercept) * (harmful ? 1 : -1);
      return sum + (weight / total) * Math.log1p(Math.exp(-signed));
    }, 0);
  let best = Number.POSITIVE_INFINITY;
  for (let intercept = -6; intercept <= 8; intercept += 0.1) best = Math.min(best, at(intercept));
  return best;
}
