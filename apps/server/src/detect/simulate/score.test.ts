import { describe, expect, it } from 'vitest';
import type { Label } from './harm.ts';
import { scoreDetection } from './score.ts';

const label = (account: string, kind: Label['kind'], gravestEvent: string | null): Label => ({
  account,
  kind,
  harm: 'grooming',
  victims: ['v'],
  firstEvent: 'e1',
  gravestEvent,
});
const times = new Map([['grave', '2026-11-02T00:00:00.000Z']]);

describe('scoreDetection', () => {
  it('counts caught, noticed, in time and missed by kind, and the false alarms', () => {
    const score = scoreDetection(
      [label('a', 'grooming', 'grave'), label('b', 'grooming', 'grave'), label('c', 'bullying', null)],
      [
        { account: 'a', level: 'elevated', at: '2026-11-01T00:00:00.000Z' },
        { account: 'a', level: 'critical', at: '2026-11-03T00:00:00.000Z' },
        { account: 'a', level: 'high', at: '2026-11-01T12:00:00.000Z' },
        { account: 'b', level: 'elevated', at: '2026-11-01T00:00:00.000Z' },
        { account: 'c', level: 'high', at: '2026-11-05T00:00:00.000Z' },
        { account: 'x', level: 'high', at: '2026-11-01T00:00:00.000Z' },
        { account: 'y', level: 'watch', at: '2026-11-01T00:00:00.000Z' },
      ],
      times,
    );
    expect(score.falseAlarms).toEqual(['x']);
    expect(score.kinds).toEqual([
      { kind: 'bullying', accounts: 1, caught: 1, noticed: 1, inTime: 1, missed: [] },
      { kind: 'grooming', accounts: 2, caught: 1, noticed: 2, inTime: 1, missed: ['b'] },
    ]);
  });

  it('does not call it in time when the case came after the gravest stage began', () => {
    const late = [{ account: 'a', level: 'high' as const, at: '2026-11-02T00:00:01.000Z' }];
    const score = scoreDetection([label('a', 'grooming', 'grave')], late, times);
    expect(score.kinds[0]).toMatchObject({ caught: 1, inTime: 0 });
  });
});
