import type { FastifyInstance } from 'fastify';
import { hashUpload, hashUrl } from './hash-file.ts';
import { HmaError } from './hma-error.ts';
import { type HmaParts, parameter } from './parts.ts';
import { schemaOf } from './route-schema.ts';

/** `/h/hash`: the hashes of a file. The quality of a PDQ hash is told in the header `x-pdq-quality`. */
export function addHashRoutes(scope: FastifyInstance, { media, organisationOf }: HmaParts): void {
  scope.get('/h/hash', schemaOf('Hash a file by its address'), async (request, reply) => {
    await organisationOf(request);
    const url = parameter(request, 'url');
    if (url === undefined) throw new HmaError(400, 'url is required');
    const { hashes, quality } = await hashUrl(media, request, url);
    if (quality !== undefined) reply.header('x-pdq-quality', quality);
    return hashes;
  });

  scope.post('/h/hash', schemaOf('Hash a file (multipart field photo or video)'), async (request, reply) => {
    await organisationOf(request);
    const { hashes, quality } = await hashUpload(media, request);
    if (quality !== undefined) reply.header('x-pdq-quality', quality);
    return hashes;
  });
}
