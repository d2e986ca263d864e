import { z } from 'zod';
import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';
import { AgeBand, LocalText } from '../base/vocabulary.ts';
import { ResourceType } from './actions.ts';
import type { QuestionDesk } from './question-desk.ts';
import { snapshotOf } from './snapshot.ts';

const Value = z.union([z.boolean(), z.number(), z.string()]);
const BandFacts = z.object({
  minor: z.boolean(),
  under16: z.boolean(),
  grown: z.boolean(),
  leastAge: z.int(),
  settings: z.record(z.string(), Value),
});

const SafeguardSnapshot = z
  .object({
    format: z.literal(1),
    version: z.string(),
    bands: z.record(AgeBand, BandFacts),
    peers: z.array(z.array(AgeBand)).describe('Pairs of bands that are peers'),
    roles: z.array(z.string()).describe('Values of `relationship` that connect any two accounts'),
    newContactDays: z.int(),
    utcOffsetMinutes: z.int(),
    actions: z.record(
      z.string(),
      z.object({
        resource: ResourceType,
        defaults: z.record(z.string(), Value),
        required: z.array(z.string()),
      }),
    ),
    policies: z.array(
      z.object({
        id: z.string(),
        effect: z.enum(['permit', 'forbid']),
        actions: z.union([z.literal('all'), z.array(z.string())]),
        when: z
          .array(z.unknown())
          .optional()
          .describe('The condition as nested lists; absent where only the server can judge it'),
        reason: LocalText,
        cue: z.string().optional(),
        law: z.string().optional(),
        obligation: z.object({ id: z.string(), kind: z.enum(['blur', 'ask', 'limit', 'warn']) }).optional(),
      }),
    ),
  })
  .meta({ id: 'SafeguardSnapshot' });

export function addSnapshotRoutes(app: App, { guards, now }: Services, desk: QuestionDesk): void {
  app.get(
    '/v1/safeguards/snapshot',
    {
      schema: {
        summary: 'The safeguards in force, for a platform to judge by while this server is away',
        description:
          'What the SDK keeps in memory. `ETag` names the version; with `If-None-Match` an unchanged snapshot is 304.',
        tags: ['prevent'],
        security: [{ apiKey: [] }],
        response: {
          200: SafeguardSnapshot,
          304: z.undefined().describe('The version that you have is in force'),
        },
      },
    },
    async (request, reply) => {
      const organisationId = await guards.platform(request);
      const safeguards = await desk.policiesOf(organisationId);
      const snapshot = snapshotOf(safeguards, now().toISOString().slice(0, 10));
      const tag = `"${snapshot.version}"`;
      reply.header('etag', tag).header('cache-control', 'private, no-cache');
      if (tagsIn(request.headers['if-none-match']).includes(tag)) return reply.status(304).send();
      return snapshot;
    },
  );
}

/** Entity tags of a conditional request (RFC 9110 section 13.1.2), compared weakly as it asks. */
function tagsIn(header: string | undefined): string[] {
  return (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
}
