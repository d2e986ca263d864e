import { describe, expect, it } from 'vitest';
import { loadDetectionPolicy } from '../policy.ts';
import { measurePlatforms } from './platforms.ts';

const policy = loadDetectionPolicy();
const platform = {
  seed: 31,
  accounts: 500,
  events: 12_000,
  days: 21,
  harmfulPerThousand: 44,
  lookAlikesPerThousand: 20,
  lines: 'held-out' as const,
  start: new Date('2026-11-01T00:00:00Z'),
};

describe('measurePlatforms', () => {
  const measured = measurePlatforms(policy, [platform]);

  it('ranks harmful accounts above ordinary ones and stays quiet on ordinary messages', () => {
    expect(measured.kinds).toHaveLength(11);
    for (const { auc, kind } of measured.kinds) expect(auc, kind).toBeGreaterThan(0.5);
    const known = measured.kinds.filter(({ kind }) =>
      ['grooming', 'trafficking', 'fake-police', 'otp-thief'].includes(kind),
    );
    for (const { caught, kind } of known) expect(caught, kind).toBeGreaterThan(0.5);
    // The goal of the project, on lines that no weight was fitted on.
    expect(measured.ordinary.highPer10000).toBeLessThanOrEqual(5);
    expect(measured.lookAlikes.length).toBeGreaterThan(5);
  });

  it('is the same for the same seeds, and blind when no level can be reached', () => {
    expect(measurePlatforms(policy, [platform])).toEqual(measured);
    const deaf = {
      ...policy,
      risk: { ...policy.risk, levels: { watch: 90, elevated: 91, high: 92, critical: 93 } },
    };
    const nothing = measurePlatforms(deaf, [platform]);
    for (const { auc, caught } of nothing.kinds) expect([auc, caught]).toEqual([0.5, 0]);
  });
});
