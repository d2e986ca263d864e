import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { App } from '../../../base/http.ts';
import { type HashedFile, hashUpload, hashUrl } from './hash-file.ts';
import { HmaError } from './hma-error.ts';
import type { HmaParts } from './hma-parts.ts';

const Hashes = z.record(z.string(), z.string());
const types = z.string().optional().describe('Signal types, separated by commas');

/** `/h`: hashes of a file; nothing is kept. */
export function addHashingRoutes(app: App, { who, media, describe }: HmaParts): void {
  const schema = describe('hashing');

  app.get(
    '/hash',
    {
      schema: {
        ...schema,
        summary: 'Hash the file at an address',
        querystring: z.object({
          url: z.string().optional(),
          content_type: z.string().optional().describe('photo or video'),
          types,
        }),
        response: { 200: Hashes },
      },
    },
    async (request, reply) => {
      await who(request);
      const { url } = request.query;
      if (url === undefined) throw new HmaError(400, 'url is required');
      return answer(reply, await hashUrl(media, request, url));
    },
  );

  app.post(
    '/hash',
    {
      schema: {
        ...schema,
        summary: 'Hash an uploaded file',
        description: 'multipart/form-data with one file in a field called photo or video.',
        consumes: ['multipart/form-data'],
        querystring: z.object({ types }),
        response: { 200: Hashes },
      },
    },
    async (request, reply) => {
      await who(request);
      return answer(reply, await hashUpload(media, request));
    },
  );
}

/** The quality, which HMA keeps to itself, in a header. */
function answer(reply: FastifyReply, { hashes, quality }: HashedFile): Record<string, string> {
  if (quality !== undefined) reply.header('x-pdq-quality', quality);
  return Object.fromEntries(hashes);
}
