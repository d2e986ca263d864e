import { LEAST_FRAME_QUALITY } from '@keben/pdq';
import { z } from 'zod';
import { AgeBand } from '../../base/vocabulary.ts';
import { PDQ_QUALITY } from '../../detect/index.ts';

/** Pictures and films of one request. */
export const MOST_ITEMS = 50;
/** Frames of one film: ten minutes at one a second. */
export const MOST_FRAMES = 600;

/** Hashes of one request: fifty pictures, or some films of ten minutes. */
export const MOST_HASHES = 2000;
/** A picture can be turned and mirrored in seven ways. */
const MOST_TURNED = 7;

const hex = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${digits}}$`), `must be ${digits} hexadecimal digits`)
    .transform((digitsGiven) => digitsGiven.toLowerCase());

/**
 * A PDQ hash as pictures give it: half of the bits are set, since each says which side of the median a coefficient is on.
 * A hash far from that is of no picture with shape, and would match what has none either: blank pictures of anybody.
 */
const pdqHash = hex(64).refine((hash) => Math.abs(bitsSet(hash) - 128) <= 32, {
  message: 'is not the hash of a picture with shape: about half of its bits are set there',
});

function bitsSet(hash: string): number {
  let bits = 0;
  for (const digit of hash)
    bits += [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4][Number.parseInt(digit, 16)] ?? 0;
  return bits;
}

const digests = {
  md5: hex(32).optional(),
  sha1: hex(40).optional(),
  sha256: hex(64).optional(),
};
const empty = 'needs at least one hash';

const Picture = z
  .strictObject({
    type: z.literal('image'),
    pdq: z
      .strictObject({
        hash: pdqHash,
        quality: z.int().min(PDQ_QUALITY).max(100),
        turned: z
          .array(pdqHash)
          .max(MOST_TURNED)
          .default([])
          .describe('PDQ hashes of the same picture turned and mirrored'),
      })
      .optional(),
    ...digests,
  })
  .refine(({ pdq, md5, sha1, sha256 }) => pdq ?? md5 ?? sha1 ?? sha256, empty);

const Film = z
  .strictObject({
    type: z.literal('video'),
    frames: z
      .array(
        z.strictObject({
          hash: pdqHash,
          quality: z.int().min(LEAST_FRAME_QUALITY).max(100),
          seconds: z.number().min(0).max(86_400),
        }),
      )
      .max(MOST_FRAMES)
      .refine((frames) => new Set(frames.map(({ hash }) => hash)).size === frames.length, {
        message: 'hold the same hash twice: send what the film shows for longer once',
      })
      .default([]),
    ...digests,
  })
  .refine(({ frames, md5, sha1, sha256 }) => frames.length > 0 || (md5 ?? sha1 ?? sha256), empty);

export const RemovalItem = z.discriminatedUnion('type', [Picture, Film]);
export type RemovalItem = z.infer<typeof RemovalItem>;

function countHashes(item: RemovalItem): number {
  const digests = [item.md5, item.sha1, item.sha256].filter((digest) => digest !== undefined).length;
  const seen = item.type === 'video' ? item.frames.length : item.pdq ? 1 + item.pdq.turned.length : 0;
  return digests + seen;
}

const Items = z
  .array(RemovalItem)
  .min(1)
  .max(MOST_ITEMS)
  .superRefine((items, context) => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const hashes = items.reduce((sum, item) => sum + countHashes(item), 0);
    if (hashes > MOST_HASHES)
      refuse([], `hold ${hashes} hashes, but a request takes ${MOST_HASHES}: send the rest in another one`);
    const files = new Set<string>();
    for (const [at, item] of items.entries()) {
      for (const kind of ['md5', 'sha1', 'sha256'] as const) {
        const file = `${kind} ${item[kind] ?? at}`;
        if (files.has(file)) refuse([at, kind], 'stands in an earlier item already: send each file once');
        files.add(file);
      }
    }
  });

/** What a device sends: hashes, an age band, platforms; nothing else has a place here. */
export const RemovalInput = z.strictObject({
  language: z.enum(['vi', 'en']),
  ageBand: AgeBand,
  platforms: z.array(z.string().max(60)).min(1).max(40),
  items: Items,
});
export type RemovalInput = z.infer<typeof RemovalInput>;

export const CaseNumber = z.string().regex(/^\d{10}$/, 'must be 10 digits');
export const Pin = z.string().regex(/^\d{6}$/, 'must be 6 digits');
