import type { Cue } from './cue.ts';

/**
 * Paths of harm, each a row of stages in the order in which harm unfolds. Which cue reaches which stage stands in
 * policy/cues.yaml (`steps`, else `stage` for the harms of {@link byStage}).
 */
export const paths = {
  grooming: ['approach', 'closeness', 'probing', 'isolation', 'exploitation'],
  sextortion: ['approach', 'closeness', 'picture', 'threat', 'demand'],
  /** "Online kidnapping": somebody is frightened, cut off from others, then directed. Young adults are its usual aim. */
  kidnapping: ['fear', 'isolation', 'control'],
  trafficking: ['offer', 'isolation', 'journey', 'control'],
} as const satisfies Record<string, readonly string[]>;
export type Path = keyof typeof paths;
const pathNames = Object.keys(paths) as Path[];
/** Paths whose early stages a cue reaches by its `stage` when the path's name is among its harms. */
const byStage: readonly Path[] = ['grooming', 'sextortion'];

const known = new WeakMap<Cue, readonly (readonly [Path, number])[]>();

/** The stages that a cue reaches, as [path, index of the stage]. */
export function stepsOf(cue: Cue): readonly (readonly [Path, number])[] {
  let found = known.get(cue);
  if (!found) {
    found = pathNames.flatMap((path) => {
      const stages: readonly string[] = paths[path];
      const named = cue.steps?.[path];
      if (named !== undefined && !stages.includes(named)) {
        throw new Error(
          `policy/cues.yaml: ${cue.id} names the step ${path}: ${named}; known are ${stages.join(', ')}.`,
        );
      }
      const name =
        named ?? (byStage.includes(path) && cue.harms.some((harm) => harm === path) ? cue.stage : undefined);
      const index = name === undefined ? -1 : stages.indexOf(name);
      return index < 0 ? [] : [[path, index] as const];
    });
    known.set(cue, found);
  }
  return found;
}

/** Every name under which a rule may ask for a stage: alone and as `path:stage`. */
export const stageIds: readonly string[] = [
  ...new Set(pathNames.flatMap((path) => paths[path].flatMap((stage) => [stage, `${path}:${stage}`]))),
].sort();
