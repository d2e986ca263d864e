import { z } from 'zod';
import type { AgeBand, Harm, Level } from '../base/vocabulary.ts';

/**
 * One term of the risk sum: weight in log-odds; evidence = log positions of the messages behind it. A stage is named
 * `path:stage`; `collusion`, `pile-on` and `evasion` are what other accounts add.
 */
export const Contribution = z.object({
  kind: z.enum(['prior', 'cue', 'feature', 'stage', 'collusion', 'pile-on', 'evasion']),
  id: z.string(),
  weight: z.number(),
  evidence: z.array(z.number().int()),
});
export type Contribution = z.infer<typeof Contribution>;

/** What detection says of one account towards one counterpart (null: towards nobody in particular). */
export interface Assessment {
  id: string;
  organisationId: string;
  /** Log position and id of the event that raised the level. */
  position: number;
  eventId: string;
  account: string;
  accountBand: AgeBand;
  counterpart: string | null;
  counterpartBand: AgeBand | null;
  level: Level;
  /** Log-odds. */
  score: number;
  harm: Harm | null;
  cues: string[];
  contributions: Contribution[];
  /** Ids of the rules that fired, with the policy version that decided. */
  rules: string[];
  actions: string[];
  version: string;
  at: Date;
  /** What the rules that are only noted (a version in shadow) would have asked for; not stored here. */
  silent?: { actions: string[]; rules: string[] };
}

/** A message as evidence, opened for a person who may see it. Offsets are UTF-16 in `text`. */
export interface EvidenceMessage {
  position: number;
  eventId: string;
  at: Date;
  from: string;
  to: string[];
  delivery: string;
  /** Null when the message had no text or its text has been dropped by retention. */
  text: string | null;
  cues: { cue: string; score: number; start: number; end: number }[];
  severity: number;
}
