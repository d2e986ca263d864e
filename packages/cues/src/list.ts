import list from '../generated/cues.json' with { type: 'json' };
import type { Cue, CueList } from './cue.ts';
import { createPatternReader } from './pattern-reader.ts';

const source = list as CueList;

/** Version of the list, kept with whatever it decided. */
export const cuesVersion: string = source.version;

/** The one cue list, without its patterns, in the order of policy/cues.yaml. */
export const cues: readonly Cue[] = source.cues.map(({ patterns: _patterns, not: _not, ...cue }) => cue);

const byId = new Map(cues.map((cue) => [cue.id, cue]));

export function cueById(id: string): Cue | undefined {
  return byId.get(id);
}

/** Finds the patterns of the list. */
export const patternReader = createPatternReader(source);
