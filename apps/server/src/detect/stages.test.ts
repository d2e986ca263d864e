import { type Cue, cues, type Path, paths, stepsOf } from '@keben/cues';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, advances, type Progress, stageNames } from './stages.ts';

const DAY = 86_400_000;
const staged = cues.filter((cue) => stepsOf(cue).length > 0);
const cueOf = (id: string): Cue => cues.find((cue) => cue.id === id) as Cue;
const walk = (ids: string[]): Progress => {
  const progress: Progress = {};
  for (const [n, id] of ids.entries()) advance(progress, [cueOf(id)], n, n * DAY);
  return progress;
};
const sum = (progress: Progress, time: number) =>
  advances(progress, time, 21).reduce((all, { gained }) => all + gained, 0);
const anyWalk = fc.array(
  fc.record({
    cues: fc.subarray(staged, { minLength: 1, maxLength: 3 }),
    wait: fc.integer({ min: 0, max: 20 * DAY }),
  }),
  { maxLength: 30 },
);
const take = (progress: Progress, steps: { cues: Cue[]; wait: number }[]): number => {
  let time = 0;
  for (const [position, step] of steps.entries()) {
    time += step.wait;
    advance(progress, step.cues, position, time);
  }
  return time;
};

describe('stages', () => {
  it('every path can be walked by cues of the list, and known cues say no unknown step', () => {
    for (const [path, stages] of Object.entries(paths)) {
      const reached = new Set(
        staged.flatMap(stepsOf).flatMap(([name, stage]) => (name === path ? [stage] : [])),
      );
      expect([...reached].sort(), path).toEqual(stages.map((_, index) => index));
    }
    expect(() => stepsOf({ ...cueOf('flattery'), steps: { grooming: 'nowhere' } })).toThrow(
      /flattery.*nowhere/,
    );
  });

  it('sees grooming, sextortion and online kidnapping advance', () => {
    const of = (ids: string[], path: Path) =>
      advances(walk(ids), ids.length * DAY, 21).find((one) => one.path === path);
    expect(
      of(['flattery', 'special-bond', 'asks-if-alone', 'asks-secrecy', 'asks-private-picture'], 'grooming')
        ?.id,
    ).toBe('grooming:exploitation');
    expect(
      of(['rushed-closeness', 'asks-private-picture', 'threat-to-share', 'pay-or-else'], 'sextortion'),
    ).toMatchObject({
      id: 'sextortion:demand',
      evidence: [0, 1, 2, 3],
    });
    expect(
      of(['claims-authority', 'threatens-arrest', 'isolation-order', 'upfront-payment'], 'kidnapping'),
    ).toMatchObject({
      id: 'kidnapping:control',
      evidence: [0, 2, 3],
    });
  });

  it('gains nothing from the first stage, from the same again, or from going back', () => {
    expect(sum(walk(['asks-private-picture', 'asks-private-picture']), 0)).toBe(0);
    const there = walk(['special-bond', 'asks-secrecy']);
    const back = walk(['special-bond', 'asks-secrecy', 'flattery', 'special-bond']);
    expect(back.grooming?.length).toBe(there.grooming?.length);
    expect(stageNames(there)).toContain('grooming:isolation');
    expect(stageNames(there)).toContain('isolation');
  });

  it('takes one message for one advance at most', () => {
    const progress: Progress = {};
    advance(progress, ['flattery', 'special-bond', 'asks-secrecy'].map(cueOf), 0, 0);
    expect(progress.grooming).toEqual([[3, 0, 0]]);
    advance(progress, ['asks-if-alone', 'asks-private-picture'].map(cueOf), 1, DAY);
    expect(progress.grooming).toEqual([
      [3, 0, 0],
      [4, DAY, 1],
    ]);
  });

  it('more to see never lowers what was gained; waiting never raises it; it stays within the path', () => {
    fc.assert(
      fc.property(
        anyWalk,
        fc.subarray(staged, { minLength: 1 }),
        fc.integer({ min: 0, max: 60 * DAY }),
        (steps, more, wait) => {
          const progress: Progress = {};
          const time = take(progress, steps);
          const before = sum(progress, time);
          expect(sum(progress, time + wait)).toBeLessThanOrEqual(before + 1e-9);
          advance(progress, more, steps.length, time);
          expect(sum(progress, time)).toBeGreaterThanOrEqual(before - 1e-9);
          for (const { path, gained, evidence } of advances(progress, time, 21)) {
            expect(gained).toBeLessThanOrEqual(paths[path].length - 1);
            expect(evidence.length).toBeLessThanOrEqual(paths[path].length);
          }
        },
      ),
    );
  });

  it('stages only rise along a path, and survive JSON', () => {
    fc.assert(
      fc.property(anyWalk, (steps) => {
        const progress: Progress = {};
        take(progress, steps);
        for (const path of Object.values(progress)) {
          const stages = path.map(([stage]) => stage);
          expect(stages).toEqual([...new Set(stages)].sort((a, b) => a - b));
        }
        expect(JSON.parse(JSON.stringify(progress))).toEqual(progress);
      }),
    );
  });
});
