import type { Observation } from '@keben/cues';
import { z } from 'zod';
import { AgeBand, Harm, Party } from '../base/vocabulary.ts';
import { sourceTypeOf } from './provenance/source-type.ts';
import { NEWEST_SCHEMA, schemaUri, schemaVersion } from './schema-versions.ts';
import type { SecondReading } from './second-reader/index.ts';

const accountId = z.string().min(1).max(128);
const conversation = z.string().min(1).max(256);
const text = z.string().max(8000);
const links = z.array(z.string().max(2048)).max(32);
const hex = (digits: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`), `must be ${digits} lower-case hexadecimal digits`);

/** Frames of films in one event: ten minutes at one a second. */
const MOST_FRAMES = 600;

export const Media = z
  .strictObject({
    type: z.enum(['image', 'video', 'audio', 'file']),
    pdq: hex(64).optional(),
    pdqQuality: z
      .number()
      .int()
      .min(0)
      .max(100)
      .optional()
      .describe('PDQ quality; under 50 the hash is not compared, since it has too little shape'),
    md5: hex(32).optional(),
    sha1: hex(40).optional(),
    sha256: hex(64).optional(),
    frames: z
      .array(z.strictObject({ hash: hex(64), quality: z.number().int().min(0).max(100) }))
      .max(MOST_FRAMES)
      .optional()
      .describe(
        'PDQ hashes of the frames of a film, one a second; those of a quality under 31 are not compared',
      ),
    digitalSourceType: z
      .string()
      .max(200)
      .refine((value) => sourceTypeOf(value) !== undefined, {
        message:
          'must be an IPTC digital source type, such as trainedAlgorithmicMedia or http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
      })
      .optional()
      .describe('How it was made, as its metadata says (IPTC NewsCodes)'),
    c2pa: z
      .strictObject({
        integrity: z.enum(['valid', 'invalid', 'not-checked']),
        generator: z.string().max(128).optional(),
        actions: z.array(z.string().max(64)).max(32).optional(),
      })
      .optional()
      .describe('What its C2PA manifest claims, as POST /v1/media/provenance sums it up'),
  })
  .meta({ id: 'Media' });
export type Media = z.infer<typeof Media>;

/** The media of one event or message: a look-up asks memory for each frame, so there are not too many in all. */
export const MediaList = z
  .array(Media)
  .max(32)
  .refine((items) => items.reduce((sum, { frames = [] }) => sum + frames.length, 0) <= MOST_FRAMES, {
    message: `must hold at most ${MOST_FRAMES} frames in all: send one a second, of ten minutes`,
  });

/** How the platform says the two sides know each other. */
export const Relationship = z
  .enum(['stranger', 'contact', 'friend', 'family', 'teacher'])
  .meta({ id: 'Relationship' });
export type Relationship = z.infer<typeof Relationship>;

export const Delivery = z.enum(['delivered', 'warned', 'held', 'blocked']).meta({ id: 'Delivery' });

const accountData = z.strictObject({
  account: z.strictObject({
    id: accountId,
    ageBand: AgeBand,
    assurance: z
      .enum(['declared', 'estimated', 'parent', 'school', 'verified'])
      .optional()
      .describe('How the age is known; `declared` without it'),
    confidence: z.number().min(0).max(1).optional().describe('How sure the platform is of the age, 0 to 1'),
    leavesBandOn: z.iso
      .date()
      .optional()
      .describe('The birthday that ends the age band, if known: the account moves on by itself'),
    createdAt: z.iso.datetime({ offset: true }).optional(),
    deviceHash: z.string().max(128).optional(),
  }),
});
const pair = z.strictObject({ from: Party, to: Party });
const audience = z.enum(['public', 'followers', 'private']);
const money = {
  amount: z.number().nonnegative(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code'),
};

/** Data of each event type (version 1 of the schema). Unknown fields are refused, so that a typo never passes silently. */
export const eventData = {
  'account.registered': accountData,
  'account.updated': accountData,
  'account.deleted': z.strictObject({ account: z.strictObject({ id: accountId }) }),
  'contact.requested': pair,
  'contact.accepted': pair,
  'contact.removed': pair,
  'message.sent': z.strictObject({
    conversation,
    from: Party,
    to: z.array(Party).min(1).max(256),
    text: text.optional(),
    lang: z.enum(['vi', 'en']).optional(),
    links: links.optional(),
    media: MediaList.optional(),
    relationship: Relationship.optional(),
    mentions: z
      .array(accountId)
      .max(32)
      .optional()
      .describe('Recipients whom a message to a group names or answers'),
    delivery: Delivery.optional(),
  }),
  'content.published': z.strictObject({
    from: Party,
    audience,
    text: text.optional(),
    links: links.optional(),
    media: MediaList.optional(),
  }),
  'media.shared': z.strictObject({
    conversation,
    from: Party,
    to: z.array(Party).min(1).max(256),
    media: MediaList.min(1),
    relationship: Relationship.optional(),
  }),
  'stream.started': z.strictObject({ from: Party, audience }),
  'gift.sent': z.strictObject({ from: Party, to: Party, ...money }),
  'payment.requested': z.strictObject({
    from: Party,
    to: Party,
    ...money,
    method: z.string().max(64).optional(),
  }),
  'user.blocked': z.strictObject({ by: Party, target: Party }),
  'user.unblocked': z.strictObject({ by: Party, target: Party }),
  'user.reported': z.strictObject({
    by: Party,
    target: Party,
    harm: Harm.optional(),
    conversation: conversation.optional(),
    comment: z.string().max(2000).optional(),
  }),
} as const;

export type EventType = keyof typeof eventData;
export const eventTypes = Object.keys(eventData) as EventType[];

const envelope = {
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(256),
  source: z.string().min(1).max(256),
  time: z.iso.datetime({ offset: true, message: 'must be an RFC 3339 time such as 2026-11-24T08:00:00Z' }),
  datacontenttype: z.literal('application/json').optional(),
  dataschema: z
    .string()
    .max(512)
    .refine((uri) => schemaVersion(uri) !== undefined, {
      message: `This version of the event schema is not known: leave it out, or give ${schemaUri(NEWEST_SCHEMA)}`,
    })
    .optional()
    .meta({
      description: `Version of the event schema, ${schemaUri(NEWEST_SCHEMA)}; without it the newest.`,
    }),
  subject: z.string().max(256).optional(),
};

/** A CloudEvent (CloudEvents 1.0, JSON format) of one of our types. Extension attributes are ignored. */
export const CloudEvent = z
  .discriminatedUnion('type', [
    event('account.registered'),
    event('account.updated'),
    event('account.deleted'),
    event('contact.requested'),
    event('contact.accepted'),
    event('contact.removed'),
    event('message.sent'),
    event('content.published'),
    event('media.shared'),
    event('stream.started'),
    event('gift.sent'),
    event('payment.requested'),
    event('user.blocked'),
    event('user.unblocked'),
    event('user.reported'),
  ])
  .meta({ id: 'CloudEvent' });
export type CloudEvent = z.infer<typeof CloudEvent>;

function event<T extends EventType>(type: T) {
  return z.object({ ...envelope, type: z.literal(type), data: eventData[type] });
}

/** An event inside detection: parsed, with its place in the log and its text opened. */
export interface DetectionEvent {
  organisationId: string;
  position: number;
  /** With `eventId` it names the event (CloudEvents 1.0). */
  source: string;
  eventId: string;
  time: Date;
  body: EventBody;
}

/** An event with its text read: pure input of detection's step. */
export interface ReadEvent extends DetectionEvent {
  text: string | null;
  cues: Observation[];
  /** The likeliest harm's probability by the text alone, 0 without a sign. */
  resemblance: number;
  /** What a second reader says of the text, where there is one. */
  second?: SecondReading | undefined;
}

export type EventBody = { [T in EventType]: { type: T; data: z.infer<(typeof eventData)[T]> } }[EventType];

/** The account whose behaviour the event describes: decides the partition. */
export function actorOf(body: EventBody): string {
  switch (body.type) {
    case 'account.registered':
    case 'account.updated':
    case 'account.deleted':
      return body.data.account.id;
    case 'contact.requested':
    case 'contact.accepted':
    case 'contact.removed':
    case 'message.sent':
    case 'content.published':
    case 'media.shared':
    case 'stream.started':
    case 'gift.sent':
    case 'payment.requested':
      return body.data.from.id;
    case 'user.blocked':
    // Beside the block, so that the two are worked on in their order.
    case 'user.unblocked':
    case 'user.reported':
      return body.data.target.id;
  }
}
