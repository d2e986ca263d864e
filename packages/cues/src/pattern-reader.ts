import type { PatternList } from './cue.ts';
import { PatternIndex, parsePattern } from './patterns.ts';
import type { Token } from './tokens.ts';

/** One sighting of a cue: score 0..1; `start` and `end` are UTF-16 offsets in the text as it was given. */
export interface Observation {
  cue: string;
  score: number;
  start: number;
  end: number;
}

export interface PatternReader {
  /** Whether some pattern uses a plain word. */
  knows(base: string): boolean;
  /** Sightings by patterns, those taken out that the same message excuses. Tokens must be of one tokeniser always. */
  read(tokens: readonly Token[]): Observation[];
  /** Whether the message says something that makes a cue innocent, for a cue that was not found by words. */
  excuses(tokens: readonly Token[], cue: string): boolean;
}

/** Makes the reader of a cue list's patterns. Throws when a pattern is not valid. */
export function createPatternReader(list: PatternList): PatternReader {
  const patterns = list.cues.flatMap((cue) =>
    [...cue.vi, ...cue.en].flatMap((line) => parsePattern(line, cue.id, list.sets)),
  );
  const innocent = list.cues.flatMap((cue) =>
    cue.not.flatMap((line) => parsePattern(line, cue.id, list.sets)),
  );
  const index = new PatternIndex(patterns, 0);
  const exceptions = new PatternIndex(innocent, 1);
  return {
    knows: (base) => index.knows(base) || exceptions.knows(base),
    read(tokens) {
      const matches = index.matches(tokens);
      if (matches.length === 0) return [];
      const excused = new Set(exceptions.matches(tokens).map(({ pattern }) => pattern.cue));
      return matches
        .filter(({ pattern }) => !excused.has(pattern.cue))
        .map(({ pattern, from, end }) => {
          const start = tokens[from]?.start ?? 0;
          return { cue: pattern.cue, score: pattern.score, start, end: tokens[end - 1]?.end ?? start };
        });
    },
    excuses: (tokens, cue) => exceptions.matches(tokens).some(({ pattern }) => pattern.cue === cue),
  };
}
