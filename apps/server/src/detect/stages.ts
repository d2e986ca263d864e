import { type Cue, type Path, paths, stepsOf } from '@keben/cues';

const DAY = 86_400_000;
const pathNames = Object.keys(paths) as Path[];

/** One advance on a path: index of the stage, time (ms) it was last seen, position of the message that reached it. */
export type Step = [stage: number, at: number, position: number];
/** How far an account has come towards another, by path; paths without a step are absent. */
export type Progress = Partial<Record<Path, Step[]>>;

/**
 * Takes the stages of one message's cues into `progress` (changed in place): on each path the furthest that the message
 * shows, so that one message is one advance at most. Only a stage beyond all before is an advance; an earlier one seen
 * again is kept fresh but gains nothing.
 */
export function advance(progress: Progress, cues: readonly Cue[], position: number, time: number): void {
  const furthest = new Map<Path, number>();
  for (const cue of cues) {
    for (const [path, stage] of stepsOf(cue)) furthest.set(path, Math.max(stage, furthest.get(path) ?? 0));
  }
  for (const [path, stage] of furthest) {
    const steps = progress[path];
    const last = steps?.at(-1);
    if (!steps || !last) progress[path] = [[stage, time, position]];
    else if (stage > last[0]) steps.push([stage, time, position]);
    else {
      const seen = steps.find(([index]) => index === stage);
      if (seen) seen[1] = Math.max(seen[1], time);
    }
  }
}

export interface Advance {
  /** `path:stage`, the furthest stage reached. */
  id: string;
  path: Path;
  /** Stages gained beyond the first, each faded by half every `halfLifeDays` since it was last seen. */
  gained: number;
  /** Positions of the messages that reached the stages. */
  evidence: number[];
}

/** What the paths say at `time`: one entry a path on which at least one advance was made. */
export function advances(progress: Progress, time: number, halfLifeDays: number): Advance[] {
  const found: Advance[] = [];
  for (const path of pathNames) {
    const steps = progress[path];
    if (!steps || steps.length < 2) continue;
    const gained = steps
      .slice(1)
      .reduce((sum, [, at]) => sum + 2 ** (-Math.max(0, time - at) / (halfLifeDays * DAY)), 0);
    const furthest = steps.at(-1)?.[0] ?? 0;
    found.push({
      id: `${path}:${paths[path][furthest] ?? ''}`,
      path,
      gained,
      evidence: steps.map(([, , position]) => position),
    });
  }
  return found;
}

/** Names of the stages reached, for rules: each alone and as `path:stage`. */
export function stageNames(progress: Progress): string[] {
  const names = new Set<string>();
  for (const path of pathNames) {
    for (const [stage] of progress[path] ?? []) {
      const name = paths[path][stage] ?? '';
      names.add(name).add(`${path}:${name}`);
    }
  }
  return [...names];
}
