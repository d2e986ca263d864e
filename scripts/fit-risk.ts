/**
 * `npm run fit:risk`: fits the additive terms of policy/risk.yaml on simulated platforms and prints what it proposes, with
 * measures before and after on other seeds and on lines that the fit never saw. Changes nothing: a person reviews and
 * copies. Deterministic (no clock, seeded); about a minute. `--strength N` (30): how strongly weights are held to those in
 * the file. Priors, levels, half-lives and what spans accounts are not fitted.
 */
import { parseArgs } from 'node:util';
import { loadDetectionPolicy } from '../apps/server/src/detect/index.ts';
import {
  fitWeights,
  logLoss,
  looksOf,
  measurePlatforms,
  weightIn,
  weightNames,
  withWeights,
} from '../apps/server/src/detect/measure/index.ts';
import type { SimulationOptions } from '../apps/server/src/detect/simulate/index.ts';

const { values } = parseArgs({ options: { strength: { type: 'string', default: '30' } } });
const strength = Number(values.strength);
if (!(strength >= 0)) throw new Error(`--strength must be a number from 0, not "${values.strength}".`);

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
const looks = train.flatMap((options) => looksOf(policy, options));
const unseen = heldOut.flatMap((options) => looksOf(policy, options));
const severities = Object.keys(policy.risk.severity).length;
const fitted = fitWeights(looks, start, { strength, severities }).map(
  (weight) => Math.round(weight * 100) / 100,
);

console.log(
  `${looks.length} looks to fit on, ${unseen.length} of other seeds and lines to check on; ridge ${strength}.`,
);
console.table(
  Object.fromEntries(names.map((name, n) => [name, { 'in the file': start[n], proposed: fitted[n] }])),
);
const proposal = withWeights(policy.risk, (name) => fitted[names.indexOf(name)] ?? 0);
for (const [title, weights, risk] of [
  ['in the file', start, policy.risk],
  ['proposed', fitted, proposal],
] as const) {
  const [where, beside] = [logLoss(looks, weights), logLoss(unseen, weights)];
  console.log(
    `\n${title}: log-loss ${where.toFixed(4)} where fitted, ${beside.toFixed(4)} on what was held out`,
  );
  const { kinds, ordinary, lookAlikes } = measurePlatforms({ ...policy, risk }, heldOut);
  console.table(kinds);
  console.log(ordinary);
  console.table(lookAlikes);
}
