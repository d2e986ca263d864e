import file from '../generated/hosts.json' with { type: 'json' };
import { hostRows } from './host-rows.ts';

/** A trained model as generated/hosts.json holds it. */
export interface HostModelFile {
  version: string;
  /** From which probability a host is told as risky. */
  threshold: number;
  bias: number;
  /** A weight is its byte times this. */
  step: number;
  /** Platt's calibration over the sum. */
  slope: number;
  offset: number;
  /** Signed bytes, one a row, in base64. */
  weights: string;
}

const source: HostModelFile = file;
let weights: Int8Array | undefined;

export const hostThreshold = source.threshold;

/**
 * Probability 0..1 that a host is one of a scam, as likely as not beforehand, by its letters alone (logistic
 * regression over hashed runs of 3 to 5 characters; docs/models/hosts.md).
 */
export function hostRisk(host: string): number {
  weights ??= decode(source.weights);
  const rows = hostRows(host);
  let sum = 0;
  for (const row of rows) sum += weights[row] as number;
  const score = (sum * source.step) / Math.sqrt(rows.length) + source.bias;
  return 1 / (1 + Math.exp(-(source.slope * score + source.offset)));
}

function decode(base64: string): Int8Array {
  return Int8Array.from(atob(base64), (char) => (char.charCodeAt(0) << 24) >> 24);
}
