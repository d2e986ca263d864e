import { cueById, cuesVersion } from '@keben/cues';
import { isMinor, type Party } from '../../base/vocabulary.ts';
import type { Assessment } from '../assessment.ts';
import { stableId } from '../conclude.ts';
import type { DetectionEvent, Media } from '../event.ts';
import { madeByModel, sourceTypeOf } from '../provenance/source-type.ts';
import type { HashMatch } from './hash-match.ts';
import type { Lookup } from './look-up-media.ts';

export const MEDIA_CUE = 'known-abuse-media';
/** The rule that no policy file can switch off: a known picture always goes before a person. */
export const MEDIA_RULE = 'known-abuse-media';
/** Log-odds of a match: far above `critical`, and not fitted. What a match asks of the platform is its bank's `action`. */
const MATCH_WEIGHT = 8;

/** Why something counts as AI-made (CyberTipline annotation `generativeAi`). */
export const generativeAiReasons = ['hash-list', 'provenance', 'reporter'] as const;
export type GenerativeAiReason = (typeof generativeAiReasons)[number];

export interface MediaFinding {
  item: number;
  type: Media['type'];
  status: Lookup['status'];
  why: string | null;
  matches: HashMatch[];
  generativeAi: GenerativeAiReason[];
}

/** What the look-up and the metadata together say of one item. Pure. */
export function findingOf(media: Media, item: number, lookup: Lookup): MediaFinding {
  const matches = lookup.status === 'match' ? lookup.matches : [];
  const term = media.digitalSourceType === undefined ? undefined : sourceTypeOf(media.digitalSourceType);
  return {
    item,
    type: media.type,
    status: lookup.status,
    why: lookup.status === 'unavailable' ? lookup.why : null,
    matches,
    generativeAi: [
      ...(matches.some(({ generativeAi }) => generativeAi) ? (['hash-list'] as const) : []),
      ...(term !== undefined && madeByModel(term) ? (['provenance'] as const) : []),
    ],
  };
}

/** Sender, recipients and media of an event that can carry media; undefined for every other. */
export function mediaOf({
  body,
}: Pick<DetectionEvent, 'body'>): { from: Party; to: Party[]; media: Media[] } | undefined {
  switch (body.type) {
    case 'message.sent':
    case 'media.shared':
      return body.data.media?.length
        ? { from: body.data.from, to: body.data.to, media: body.data.media }
        : undefined;
    case 'content.published':
      return body.data.media?.length ? { from: body.data.from, to: [], media: body.data.media } : undefined;
    default:
      return undefined;
  }
}

/** The assessment of an event with a known picture or film: critical by itself, whoever the two are. Pure. */
export function assessKnownMedia(event: DetectionEvent, from: Party, to: Party[]): Assessment {
  const other = to.find(({ ageBand }) => isMinor(ageBand)) ?? to[0];
  return {
    id: stableId([event.organisationId, event.source, event.eventId, from.id, MEDIA_RULE]),
    organisationId: event.organisationId,
    position: event.position,
    eventId: event.eventId,
    account: from.id,
    accountBand: from.ageBand,
    counterpart: other?.id ?? null,
    counterpartBand: other?.ageBand ?? null,
    level: 'critical',
    score: MATCH_WEIGHT,
    harm: cueById(MEDIA_CUE)?.harms[0] ?? null,
    cues: [MEDIA_CUE],
    contributions: [{ kind: 'cue', id: MEDIA_CUE, weight: MATCH_WEIGHT, evidence: [event.position] }],
    rules: [MEDIA_RULE],
    actions: ['open-case'],
    version: `media-1+${cuesVersion}`,
    at: event.time,
  };
}
