/** A share with its 95 % interval; null without any decision. */
export interface Precision {
  value: number;
  low: number;
  high: number;
}

const Z = 1.959964;

/**
 * confirmed / (confirmed + dismissed) with the Wilson score interval (E. B. Wilson, JASA 22, 1927), which keeps its
 * meaning with the few cases that a cue has in a month. Numbers 0..1, rounded to three places. Pure.
 */
export function precisionOf(confirmed: number, dismissed: number): Precision | null {
  const n = confirmed + dismissed;
  if (n === 0) return null;
  const p = confirmed / n;
  const spread = (Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n))) / (1 + (Z * Z) / n);
  const middle = (p + (Z * Z) / (2 * n)) / (1 + (Z * Z) / n);
  const round = (share: number) => Math.round(Math.min(1, Math.max(0, share)) * 1000) / 1000;
  return { value: round(p), low: round(middle - spread), high: round(middle + spread) };
}
