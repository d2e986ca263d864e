import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { type App, scopeOf } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import { MAX_FILE, provenanceOf } from './index.ts';

const ProvenanceAnswer = z
  .object({
    status: z.enum(['found', 'none', 'unavailable']),
    why: z.enum(['not-supported', 'damaged', 'too-large', 'timeout', 'failed']).optional(),
    format: z.enum(['jpeg', 'png', 'webp']).nullable(),
    generativeAi: z.boolean(),
    sources: z.array(z.object({ from: z.enum(['xmp', 'c2pa']), value: z.string(), known: z.boolean() })),
    c2pa: z
      .object({
        integrity: z.enum(['valid', 'invalid', 'not-checked']),
        trust: z.literal('not-checked'),
        generator: z.string().nullable(),
        actions: z.array(
          z.object({
            action: z.string(),
            digitalSourceType: z.string().nullable(),
            softwareAgent: z.string().nullable(),
          }),
        ),
        codes: z.array(z.string()),
      })
      .nullable(),
    media: z.object({
      digitalSourceType: z.string().optional(),
      c2pa: z
        .object({
          integrity: z.enum(['valid', 'invalid', 'not-checked']),
          generator: z.string().optional(),
          actions: z.array(z.string()).optional(),
        })
        .optional(),
    }),
    problems: z.array(z.string()),
  })
  .meta({ id: 'Provenance' });

/** Files of up to 100 MB lie in memory while they are read: few at a time. */
const MOST_AT_ONCE = 2;

/** `POST /v1/media/provenance`: a file in, what it says of its own making out; nothing is kept. */
export function addProvenanceRoutes(app: App, { guards }: Services): void {
  let reading = 0;
  // A scope of its own: only here are pictures a body.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    for (const type of ['image/jpeg', 'image/png', 'image/webp', 'application/octet-stream']) {
      scope.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    }
    scopeOf(scope).post(
      '/v1/media/provenance',
      {
        bodyLimit: MAX_FILE,
        // Before a byte of the body is taken in.
        onRequest: async (request, reply) => {
          await guards.platform(request);
          if (reading >= MOST_AT_ONCE) {
            throw new AppError('overloaded', `${MOST_AT_ONCE} files are being read already.`, {
              retryAfterSeconds: 2,
            });
          }
          // Whoever has gone meanwhile will not close again: the place would stay taken for ever.
          if (reply.raw.destroyed) return;
          reading++;
          reply.raw.once('close', () => {
            reading--;
          });
        },
        schema: {
          summary: 'What a picture says of its own making (XMP, C2PA); nothing is kept',
          description:
            'Send the file itself (JPEG, PNG or WebP, up to 100 MB) as the body. Copy `media` of the answer into the `media` item of your event.',
          tags: ['detect'],
          security: [{ apiKey: [] }],
          consumes: ['image/jpeg', 'image/png', 'image/webp', 'application/octet-stream'],
          response: { 200: ProvenanceAnswer },
        },
      },
      async (request) => {
        const { body } = request;
        if (!(body instanceof Uint8Array) || body.length === 0) {
          throw new AppError('invalid-request', 'The body is empty; send the file itself.', { pointer: '/' });
        }
        return provenanceOf(body);
      },
    );
  });
}
