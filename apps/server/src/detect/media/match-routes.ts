import multipart from '@fastify/multipart';
import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { type App, scopeOf } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import type { MediaReader, MediaReading } from './files/index.ts';
import { MatchShape } from './hash-match.ts';
import { type LookedUp, type Lookup, unavailableReasons } from './look-up-media.ts';
import type { LookupDesk } from './lookup-desk.ts';
import { takeFile } from './take-file.ts';

const hex = (digits: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`), `must be ${digits} lower-case hexadecimal digits`);
const quality = z.int().min(0).max(100);
const Frame = z.strictObject({ hash: hex(64), quality, seconds: z.number().min(0).optional() });
const Turned = z.strictObject({ orientation: z.string().max(40), pdq: hex(64) });

const Item = z.strictObject({
  pdq: hex(64).optional(),
  pdqQuality: quality.optional().describe('Under 50 the PDQ hash is not compared'),
  dihedral: z.array(Turned).max(8).optional().describe('PDQ hashes of the picture turned and mirrored'),
  frames: z.array(Frame).max(3600).optional().describe('Frames of a film; of quality 31 or more they count'),
  md5: hex(32).optional(),
  sha1: hex(40).optional(),
  sha256: hex(64).optional(),
  seed: z.string().max(500).optional().describe('With the same seed the same banks are asked'),
});

const whys = [...unavailableReasons, 'unread', 'incomplete'] as const;
const Looked = z
  .object({
    status: z.enum(['match', 'no-match', 'unavailable']),
    matches: z.array(MatchShape).optional(),
    why: z
      .enum(whys)
      .optional()
      .describe(
        'Of unavailable, which is not no-match; unread: nothing could be seen of the file; incomplete: the film goes on after the last frame read',
      ),
  })
  .meta({ id: 'MediaLookup' });
const answered = {
  banks: z.array(z.string()).describe('Names of the banks that take part'),
  asOf: z.string().describe('What was known at this moment was compared'),
};
const File = z.object({
  kind: z.enum(['picture', 'film']).nullable(),
  problem: z.string().optional().describe('Why nothing could be seen of it'),
  pdq: z.string().optional(),
  quality: z.int().optional(),
  dihedral: z.array(Turned).optional(),
  frames: z.array(Frame).optional(),
  complete: z.boolean().optional().describe('Of films: false when the film goes on after the last frame'),
  md5: z.string().optional(),
  sha1: z.string().optional(),
  sha256: z.string().optional(),
});

/** `POST /v1/media/lookup`: hashes in; `POST /v1/media/match`: a file in, hashed and looked up. Nothing is kept. */
export function addMatchRoutes(
  app: App,
  { guards }: Pick<Services, 'guards'>,
  { media, desk }: { media: MediaReader; desk: LookupDesk },
): void {
  const security = [{ apiKey: [] }];
  app.post(
    '/v1/media/lookup',
    {
      schema: {
        summary: 'Look hashes up in your hash banks',
        description:
          'Up to 1000 pictures or films by their hashes; each is answered alone, in the order given.',
        tags: ['detect'],
        security,
        body: z.strictObject({ items: z.array(Item).min(1).max(1000) }),
        response: { 200: z.object({ ...answered, items: z.array(Looked) }) },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const { banks, asOf, items } = await desk.ask(organisationId, request.body.items);
      return { banks, asOf: asOf.toISOString(), items };
    },
  );

  // A scope of its own: only here are forms with files a body.
  app.register(async (plain) => {
    await plain.register(multipart);
    const scope = scopeOf(plain);
    scope.post(
      '/v1/media/match',
      {
        schema: {
          summary: 'Hash a picture or film and look it up; nothing of it is kept',
          description:
            'multipart/form-data with one file in a field called file. The file is read in a process of its own, with limits.',
          tags: ['detect'],
          security,
          consumes: ['multipart/form-data'],
          querystring: z.object({
            dihedral: z
              .enum(['true', 'false'])
              .default('true')
              .describe('false finds a picture only as it stands, not turned or mirrored'),
            seed: z.string().max(500).optional(),
          }),
          response: { 200: z.object({ ...answered, file: File, lookup: Looked }) },
        },
      },
      async (request) => {
        const organisationId = await guards.platform(request);
        const { dihedral, seed } = request.query;
        const upload = await takeFile(request, media, (field) => {
          if (field !== 'file') {
            throw new AppError('invalid-request', 'The field of the file must be called file.', {
              pointer: `/${field}`,
            });
          }
        });
        if (upload.status === 'too-large') {
          throw new AppError('too-large', `A file has at most ${media.limits.bytes} bytes.`);
        }
        if (upload.status !== 'file') {
          throw new AppError(
            'invalid-request',
            'Send multipart/form-data with exactly one file, in a field called file.',
            { pointer: '/file' },
          );
        }
        const reading = await media.read(upload.file, { dihedral: dihedral === 'true' });
        const { seen } = reading;
        if (seen.status === 'unavailable' && (seen.why === 'busy' || seen.why === 'gone')) {
          throw new AppError('overloaded', seen.problem, { retryAfterSeconds: 2 });
        }
        const found = await desk.ask(organisationId, [{ ...lookedUpOf(reading), seed }]);
        const [lookup = { status: 'unavailable', why: 'no-hash' } as const] = found.items;
        return {
          banks: found.banks,
          asOf: found.asOf.toISOString(),
          file: shownFile(reading),
          lookup: unlessMissed(lookup, reading),
        };
      },
    );
  });
}

/** A file of which not all was seen may be known all the same; that it is not known cannot be said. */
function unlessMissed(lookup: Lookup, { seen }: MediaReading) {
  if (lookup.status === 'match') return lookup;
  if (seen.status === 'unavailable') return { status: 'unavailable' as const, why: 'unread' as const };
  if (seen.status === 'film' && !seen.complete) {
    return { status: 'unavailable' as const, why: 'incomplete' as const };
  }
  return lookup;
}

function lookedUpOf({ digests, seen }: MediaReading): LookedUp {
  return {
    ...digests,
    ...(seen.status === 'picture'
      ? { pdq: seen.pdq, pdqQuality: seen.quality, dihedral: seen.dihedral }
      : {}),
    ...(seen.status === 'film' ? { frames: seen.frames } : {}),
  };
}

function shownFile({ kind = undefined, digests, seen }: MediaReading): z.infer<typeof File> {
  const shown = { kind: kind ?? null, ...digests };
  switch (seen.status) {
    case 'picture': {
      const { pdq, quality: of, dihedral } = seen;
      return { ...shown, pdq, quality: of, ...(dihedral ? { dihedral } : {}) };
    }
    case 'film': {
      const frames = seen.frames.map(({ hash, quality: of, seconds }) => ({ hash, quality: of, seconds }));
      return { ...shown, frames, complete: seen.complete };
    }
    case 'unavailable':
      return { ...shown, problem: seen.problem };
  }
}
