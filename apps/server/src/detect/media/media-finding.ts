import { cueById, cuesVersion } from '@keben/cues';
import { isMinor, type Party } from '../../base/vocabulary.ts';
import type { Assessment } from '../assessment.ts';
import { stableId } from '../conclude.ts';
import type { DetectionEvent, Media } from '../event.ts';
import { madeByModel, sourceTypeOf } from '../provenance/source-type.ts';
import type { SignalKind } from './banks/index.ts';
import type { HashMatch } from './hash-match.ts';
import { type ItemLookup, type Lookup, matchesIn } from './look-up-media.ts';

export const MEDIA_CUE = 'known-abuse-media';
/** The rule that no policy file can switch off: a known picture always goes before a person. */
export const MEDIA_RULE = 'known-abuse-media';
/**
 * Log-odds of a match, not fitted: far above `critical` for what people confirmed. What nobody confirmed, or somebody
 * disputes, calls a person (`watch`) and takes nothing from the account: anybody can ask that a picture is stopped, also
 * the picture of somebody else's dog. What a match asks of the platform is its bank's `action`.
 */
const CONFIRMED = { level: 'critical', weight: 8 } as const;
const OPEN = { level: 'watch', weight: -2 } as const;

/** The level that matches give an account: the gravest counts. Pure. */
export function levelOfMatches(matches: HashMatch[]): typeof CONFIRMED | typeof OPEN {
  return matches.every(isOpen) ? OPEN : CONFIRMED;
}

/** Whether a match asks for something: a bank that only observes leaves its finding, nothing else. */
export function asks({ action }: HashMatch): boolean {
  return action !== 'observe';
}

/** Nobody has confirmed it, or somebody disputes it. */
export function isOpen({ status }: HashMatch): boolean {
  return status !== 'confirmed';
}

/** Why something counts as AI-made (CyberTipline annotation `generativeAi`). */
export const generativeAiReasons = ['hash-list', 'provenance', 'reporter'] as const;
export type GenerativeAiReason = (typeof generativeAiReasons)[number];

export interface MediaFinding {
  item: number;
  type: Media['type'];
  status: Lookup['status'];
  why: string | null;
  /** Numbers of the banks that it was compared with, and the kinds of hashes that were compared. */
  banks: number[];
  kinds: SignalKind[];
  /** The banks as they stood at this moment; null for what was looked up before this was kept. */
  asOf: Date | null;
  matches: HashMatch[];
  generativeAi: GenerativeAiReason[];
}

/** What the look-up and the metadata together say of one item. Pure. */
export function findingOf(media: Media, item: number, lookup: ItemLookup, asOf: Date): MediaFinding {
  const matches = matchesIn(lookup);
  const term = media.digitalSourceType === undefined ? undefined : sourceTypeOf(media.digitalSourceType);
  return {
    item,
    type: media.type,
    status: lookup.status,
    why: lookup.status === 'unavailable' ? lookup.why : null,
    banks: lookup.banks.map(({ number }) => number),
    kinds: lookup.kinds,
    asOf,
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

/** The assessment of an event with known pictures or films: by its matches alone, whoever the two are. Pure. */
export function assessKnownMedia(
  event: DetectionEvent,
  from: Party,
  to: Party[],
  matches: HashMatch[],
): Assessment {
  const other = to.find(({ ageBand }) => isMinor(ageBand)) ?? to[0];
  const { level, weight } = levelOfMatches(matches);
  return {
    id: stableId([event.organisationId, event.source, event.eventId, from.id, MEDIA_RULE]),
    organisationId: event.organisationId,
    position: event.position,
    eventId: event.eventId,
    account: from.id,
    accountBand: from.ageBand,
    counterpart: other?.id ?? null,
    counterpartBand: other?.ageBand ?? null,
    level,
    score: weight,
    harm: cueById(MEDIA_CUE)?.harms[0] ?? null,
    cues: [MEDIA_CUE],
    contributions: [
      { kind: 'cue', id: MEDIA_CUE, weight: CONFIRMED.weight, evidence: [event.position] },
      // So that the sum says what the level does, and a responder reads why it is low.
      ...(weight === CONFIRMED.weight
        ? []
        : [
            {
              kind: 'feature' as const,
              id: 'not-confirmed',
              weight: weight - CONFIRMED.weight,
              evidence: [],
            },
          ]),
    ],
    rules: [MEDIA_RULE],
    actions: ['open-case'],
    version: `media-2+${cuesVersion}`,
    at: event.time,
  };
}
