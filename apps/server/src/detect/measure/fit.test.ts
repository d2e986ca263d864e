import { describe, expect, it } from 'vitest';
import { loadDetectionPolicy } from '../policy.ts';
import { fitWeights, type Look, logLoss, weightIn, weightNames, withWeights } from './fit.ts';

const { risk } = loadDetectionPolicy();
const look = (units: number[], harmful: boolean): Look => ({
  units: Float64Array.from(units),
  offset: -2,
  harmful,
  weight: 1,
});

describe('fitWeights', () => {
  // The first sign means harm, the second does not, the third is never seen.
  const looks = Array.from({ length: 200 }, (_, n) => look([n % 2, n % 3 === 0 ? 1 : 0, 0], n % 2 === 1));

  it('raises what tells harm apart, never goes below 0, and leaves alone what it never sees', () => {
    const fitted = fitWeights(looks, [1, 1, 0.7], { strength: 1, severities: 0 });
    expect(fitted[0]).toBeGreaterThan(1.5);
    expect(fitted[1]).toBeLessThan(1);
    for (const weight of fitted) expect(weight).toBeGreaterThanOrEqual(0);
    expect(fitted[2]).toBeCloseTo(0.7, 6);
    expect(logLoss(looks, fitted)).toBeLessThan(logLoss(looks, [1, 1, 0.7]));
    expect(fitWeights(looks, [1, 1, 0.7], { strength: 1, severities: 0 })).toEqual(fitted);
  });

  it('keeps severities in rising order', () => {
    const [one = 0, two = 0] = fitWeights(looks, [1, 1, 0.7], { strength: 1, severities: 2 });
    expect(two).toBeGreaterThanOrEqual(one);
  });

  it('stays where people set the weights when the ridge is strong', () => {
    const fitted = fitWeights(looks, [1, 1, 0.7], { strength: 1000, severities: 0 });
    for (const [n, weight] of [1, 1, 0.7].entries()) expect(fitted[n]).toBeCloseTo(weight, 0);
  });
});

describe('withWeights', () => {
  it('puts every named weight where it belongs, and changes nothing when they are the same', () => {
    expect(withWeights(risk, (name) => weightIn(risk, name))).toEqual(risk);
    const names = weightNames(risk);
    const changed = withWeights(risk, (name) => names.indexOf(name) + 1);
    for (const [n, name] of names.entries()) expect(weightIn(changed, name), name).toBeCloseTo(n + 1, 6);
  });
});
