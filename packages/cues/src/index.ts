import list from '../generated/cues.json' with { type: 'json' };
import { type Analysis, createAnalyser } from './analyse.ts';
import type { Cue, CueList } from './cue.ts';

export type { Analysis, Observation } from './analyse.ts';
export type { Cue, Harm, LocalText, Tactic } from './cue.ts';
export { type Link, linksOf } from './links.ts';
export { type Path, paths, stageIds, stepsOf } from './paths.ts';
export { normalise } from './tokens.ts';

const source = list as CueList;

/** Version of the list, kept with whatever it decided. */
export const cuesVersion: string = source.version;

/** The one cue list, without its patterns, in the order of policy/cues.yaml. */
export const cues: readonly Cue[] = source.cues.map(({ patterns: _patterns, not: _not, ...cue }) => cue);

const byId = new Map(cues.map((cue) => [cue.id, cue]));

export function cueById(id: string): Cue | undefined {
  return byId.get(id);
}

const analyser = createAnalyser(source);

/**
 * Finds the cues of a text. Runs in the browser and on the server; nothing leaves the machine.
 * Offsets are UTF-16 in `text` as given. `lang` is a hint for later models; both languages are always read.
 */
export function analyse(text: string, _options: { lang?: 'vi' | 'en' } = {}): Analysis {
  return analyser(text);
}
