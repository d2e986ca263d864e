import { BUCKETS } from '../src/features.ts';
import type { Random } from './evasions.ts';

/** One training message: rows of its features with the scale of its length, and what is known of each output. */
export interface Sample {
  rows: Uint32Array;
  counts: Float32Array;
  /** 1 or 0 by output; how much each counts (0: not known). */
  targets: Uint8Array;
  weights: Float32Array;
}

export interface Weights {
  width: number;
  /** Row by row, one weight an output. */
  values: Float32Array;
  biases: Float32Array;
}

export interface Settings {
  epochs: number;
  alpha: number;
  beta: number;
  l1: number;
  l2: number;
}

/** Gradients below this change nothing that survives rounding to 8 bits. */
const NEGLIGIBLE = 0.004;

/**
 * Logistic regressions that share their features, fitted by FTRL-Proximal (McMahan et al. 2013), which leaves most
 * weights at exactly 0. Deterministic for one order of samples and one seed.
 */
export function fit(samples: readonly Sample[], width: number, settings: Settings, random: Random): Weights {
  const { epochs, alpha, beta, l1, l2 } = settings;
  const values = new Float32Array(BUCKETS * width);
  const z = new Float32Array(BUCKETS * width);
  const n = new Float32Array(BUCKETS * width);
  const biases = new Float32Array(width);
  const biasN = new Float32Array(width);
  const order = samples.map((_, index) => index);
  const sums = new Float64Array(width);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let at = order.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1));
      const kept = order[at] as number;
      order[at] = order[other] as number;
      order[other] = kept;
    }
    for (const index of order) {
      const { rows, counts, targets, weights } = samples[index] as Sample;
      for (let k = 0; k < width; k++) sums[k] = biases[k] as number;
      for (let at = 0; at < rows.length; at++) {
        const place = (rows[at] as number) * width;
        const count = counts[at] as number;
        for (let k = 0; k < width; k++) sums[k] = (sums[k] as number) + count * (values[place + k] as number);
      }
      for (let k = 0; k < width; k++) {
        const weight = weights[k] as number;
        if (weight === 0) continue;
        const error = (1 / (1 + Math.exp(-(sums[k] as number))) - (targets[k] as number)) * weight;
        if (Math.abs(error) < NEGLIGIBLE) continue;
        biasN[k] = (biasN[k] as number) + error * error;
        biases[k] = (biases[k] as number) - (alpha / (beta + Math.sqrt(biasN[k] as number))) * error;
        for (let at = 0; at < rows.length; at++) {
          const place = (rows[at] as number) * width + k;
          const gradient = error * (counts[at] as number);
          const old = n[place] as number;
          const next = old + gradient * gradient;
          const sigma = (Math.sqrt(next) - Math.sqrt(old)) / alpha;
          const moved = (z[place] as number) + gradient - sigma * (values[place] as number);
          z[place] = moved;
          n[place] = next;
          values[place] =
            Math.abs(moved) <= l1
              ? 0
              : -(moved - Math.sign(moved) * l1) / ((beta + Math.sqrt(next)) / alpha + l2);
        }
      }
    }
  }
  return { width, values, biases };
}

/** Platt's calibration (1999) with his smoothed targets: slope and offset of a logistic curve over sums. */
export function calibrate(
  sums: readonly number[],
  truths: readonly boolean[],
  weights: readonly number[],
): { slope: number; offset: number } {
  let positives = 0;
  let negatives = 0;
  truths.forEach((truth, at) => {
    if (truth) positives += weights[at] ?? 1;
    else negatives += weights[at] ?? 1;
  });
  const yes = (positives + 1) / (positives + 2);
  const no = 1 / (negatives + 2);
  let slope = 1;
  let offset = 0;
  // Newton's method on two numbers; the loss is convex, so a damped step always helps.
  for (let round = 0; round < 100; round++) {
    let gs = 1e-3 * (slope - 1);
    let go = 0;
    let hss = 1e-3;
    let hso = 0;
    let hoo = 1e-6;
    sums.forEach((sum, at) => {
      const p = 1 / (1 + Math.exp(-(slope * sum + offset)));
      const weight = weights[at] ?? 1;
      const error = (p - (truths[at] ? yes : no)) * weight;
      const curve = Math.max(p * (1 - p), 1e-6) * weight;
      gs += error * sum;
      go += error;
      hss += curve * sum * sum;
      hso += curve * sum;
      hoo += curve;
    });
    const det = hss * hoo - hso * hso;
    const ds = (gs * hoo - go * hso) / det;
    const dO = (go * hss - gs * hso) / det;
    const size = Math.max(1, Math.abs(ds), Math.abs(dO));
    slope -= ds / size;
    offset -= dO / size;
    if (Math.abs(ds) + Math.abs(dO) < 1e-6) break;
  }
  return { slope: Math.max(0.05, slope), offset };
}

/** Logistic regression on two inputs and an offset, by gradient descent on what is standardised already; for a last calibration. */
export function fitTwo(
  inputs: readonly (readonly [number, number])[],
  truths: readonly boolean[],
  weights: readonly number[],
): [number, number, number] {
  let [a, b, c] = [0.5, 0.5, 0];
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  for (let round = 0; round < 4000; round++) {
    let [ga, gb, gc] = [0, 0, 0];
    inputs.forEach(([own, any], at) => {
      const error =
        (1 / (1 + Math.exp(-(a * own + b * any + c))) - (truths[at] ? 1 : 0)) * (weights[at] ?? 1);
      ga += error * own;
      gb += error * any;
      gc += error;
    });
    a -= (0.1 * ga) / total;
    b -= (0.1 * gb) / total;
    c -= (0.3 * gc) / total;
  }
  return [a, b, c];
}
