import list from '../generated/patterns.json' with { type: 'json' };
import { createPatternReader } from './pattern-reader.ts';

/** Finds the patterns of the list. */
export const patternReader = createPatternReader(list);
