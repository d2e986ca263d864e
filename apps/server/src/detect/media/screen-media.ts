import { cueById } from '@keben/cues';
import { z } from 'zod';
import { isMinor, type Party, rank } from '../../base/vocabulary.ts';
import { type Decision, stricter } from '../policy.ts';
import type { ScreenAnswer } from '../screen-message.ts';
import { signalKinds } from './banks/index.ts';
import { MatchShape } from './hash-match.ts';
import {
  type ItemLookup,
  type Lookups,
  matchesIn,
  type UnavailableReason,
  unavailableReasons,
} from './look-up-media.ts';
import { asks, levelOfMatches, MEDIA_CUE, MEDIA_RULE } from './media-finding.ts';

/** The rule that no policy file can switch off: what could not be compared is not shown to the young as if it were. */
export const UNCOMPARED_RULE = 'media-not-compared';
/** Matches of one item that are told, the nearest first. */
const MOST_TOLD = 20;

const ScreenedMatch = MatchShape.omit({ content: true, orientation: true, film: true });

/** What the look-up says of each media item of a screened message, in its order. */
export const ScreenedMedia = z.array(
  z.object({
    status: z
      .enum(['match', 'no-match', 'unavailable'])
      .describe('`unavailable`: not compared, which is not the same as no match'),
    why: z.enum(unavailableReasons).optional(),
    action: z
      .enum(['none', 'blur', 'hold', 'block'])
      .describe(
        'What to do with this item. `blur`: it was not compared and somebody who is or may be under 18 gets it: covered until they choose to see it',
      ),
    banks: z
      .array(z.string())
      .describe('Names of the banks it was compared with; empty when it was compared with none'),
    kinds: z.array(z.enum(signalKinds)).describe('The kinds of hashes by which it was compared'),
    asOf: z.string().nullable().describe('The banks as they stood at this moment; null when not compared'),
    matches: z.array(ScreenedMatch),
  }),
);
export type ScreenedMedia = z.infer<typeof ScreenedMedia>;
type MediaAction = ScreenedMedia[number]['action'];

/** A look-up that fails now and may work in a moment waits for a person; one that cannot work is covered. */
const whenNotCompared: Record<UnavailableReason, MediaAction> = {
  loading: 'hold',
  stale: 'hold',
  'too-many': 'hold',
  'no-hash': 'blur',
  'low-quality': 'blur',
  'not-comparable': 'blur',
};

const asDecision: Record<MediaAction, Decision> = {
  none: 'allow',
  blur: 'warn',
  hold: 'hold',
  block: 'block',
};

const notCompared = {
  cue: UNCOMPARED_RULE,
  name: { vi: 'Ảnh, phim chưa được đối chiếu', en: 'Pictures that were not compared' },
  text: {
    vi: 'Ảnh hoặc phim này chưa được đối chiếu. Bạn chỉ mở khi muốn xem; thấy không ổn thì bạn hãy kể với người lớn bạn tin.',
    en: 'This picture or film was not compared with known ones. Open it only if you want to; if it feels wrong, tell an adult you trust.',
  },
};

/**
 * The answer of the text, made stricter by what the look-up says of pictures and films. A match asks for what its bank
 * says: block, hold so that a person looks, or nothing where it only observes. What was not compared although there are
 * banks is held or covered for who is or may be under 18; unknown is not safe. Pure.
 */
export function withKnownMedia(
  answer: ScreenAnswer,
  to: Party[],
  { items, asOf }: Pick<Lookups, 'items' | 'asOf'>,
): ScreenAnswer & { media: ScreenedMedia } {
  const young = to.some(({ ageBand }) => isMinor(ageBand) || ageBand === 'unknown');
  const media = items.map((item) => ({
    status: item.status,
    ...(item.status === 'unavailable' ? { why: item.why } : {}),
    action: actionOf(item, young),
    banks: item.banks.map(({ name }) => name),
    kinds: item.kinds,
    asOf: item.status === 'unavailable' ? null : asOf.toISOString(),
    matches: matchesIn(item)
      .slice(0, MOST_TOLD)
      .map((match) => ScreenedMatch.parse(match)),
  }));
  const matches = items.flatMap(matchesIn).filter(asks);
  const uncovered = media.some(({ status, action }) => status === 'unavailable' && action !== 'none');
  const cue = cueById(MEDIA_CUE);
  const known = matches.length > 0 && cue ? [{ cue: cue.id, name: cue.name, text: cue.advice }] : [];
  const level = known.length > 0 ? levelOfMatches(matches).level : 'none';
  return {
    ...answer,
    decision: media.reduce<Decision>(
      (strictest, { action }) => stricter(strictest, asDecision[action]),
      answer.decision,
    ),
    level: rank(level) > rank(answer.level) ? level : answer.level,
    cues: [...answer.cues, ...known.map(() => ({ cue: MEDIA_CUE, score: 1, start: 0, end: 0 }))],
    advice: [...known, ...answer.advice, ...(uncovered ? [notCompared] : [])],
    rules: [
      ...answer.rules,
      ...(known.length > 0 ? [MEDIA_RULE] : []),
      ...(uncovered ? [UNCOMPARED_RULE] : []),
    ],
    media,
  };
}

function actionOf(item: ItemLookup, young: boolean): MediaAction {
  if (item.status === 'unavailable') return young && item.wanted ? whenNotCompared[item.why] : 'none';
  const asked = matchesIn(item).map(({ action }) => action);
  return asked.includes('block') ? 'block' : asked.includes('hold') ? 'hold' : 'none';
}
