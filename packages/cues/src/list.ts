import list from '../generated/cues.json' with { type: 'json' };
import type { Cue } from './cue.ts';

/** Version of the list, kept with whatever it decided. */
export const cuesVersion: string = list.version;

/** The one cue list, without its patterns, in the order of policy/cues.yaml. */
export const cues = list.cues as readonly Cue[];

const byId = new Map(cues.map((cue) => [cue.id, cue]));

export function cueById(id: string): Cue | undefined {
  return byId.get(id);
}
