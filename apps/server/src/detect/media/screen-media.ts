import { cueById } from '@keben/cues';
import { z } from 'zod';
import type { ScreenAnswer } from '../screen-message.ts';
import { type Lookup, unavailableReasons } from './look-up-media.ts';
import { MEDIA_CUE, MEDIA_RULE } from './media-finding.ts';

/** What the look-up says of each media item of a screened message, in its order. */
export const ScreenedMedia = z.array(
  z.object({
    status: z.enum(['match', 'no-match', 'unavailable']),
    why: z.enum(unavailableReasons).optional(),
  }),
);
export type ScreenedMedia = z.infer<typeof ScreenedMedia>;

/**
 * The answer of the text, made stricter by known pictures as their banks ask: block, or hold so that a person looks.
 * Without a match, or with one of a bank that only observes, the answer stays as it is, with the look-ups told. Pure.
 */
export function withKnownMedia(
  answer: ScreenAnswer,
  lookups: Lookup[],
): ScreenAnswer & { media: ScreenedMedia } {
  const media = lookups.map((one) =>
    one.status === 'unavailable' ? { status: one.status, why: one.why } : { status: one.status },
  );
  const matches = lookups
    .flatMap((one) => (one.status === 'match' ? one.matches : []))
    .filter(({ action }) => action !== 'observe');
  const cue = cueById(MEDIA_CUE);
  if (matches.length === 0 || !cue) return { ...answer, media };
  const blocks = matches.some(({ action }) => action === 'block');
  return {
    ...answer,
    decision: blocks || answer.decision === 'block' ? 'block' : 'hold',
    level: 'critical',
    cues: [...answer.cues, { cue: MEDIA_CUE, score: 1, start: 0, end: 0 }],
    advice: [{ cue: cue.id, name: cue.name, text: cue.advice }, ...answer.advice],
    rules: [...answer.rules, MEDIA_RULE],
    media,
  };
}
