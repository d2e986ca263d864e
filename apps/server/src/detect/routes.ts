import { cues } from '@keben/cues';
import { z } from 'zod';
import type { Tx } from '../base/database.ts';
import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';
import { Level } from '../base/vocabulary.ts';
import { acceptEvents } from './accept-events.ts';
import type { CloudEvent } from './event.ts';
import type { HashLookup } from './media/look-up-media.ts';
import { generativeAiBehind } from './media/media-store.ts';
import { ScreenedMedia, withKnownMedia } from './media/screen-media.ts';
import { sealWith } from './pieces.ts';
import { addProvenanceRoutes } from './provenance/routes.ts';
import type { RuleBook } from './rules/rule-book.ts';
import { ScreenAnswer, ScreenRequest, screenMessage } from './screen-message.ts';
import type { SecondReader } from './second-reader/index.ts';
import { countAssessments, listAssessments } from './store.ts';

const security = [{ apiKey: [] }];
const ItemError = z.object({ code: z.string(), pointer: z.string(), detail: z.string(), mend: z.string() });
const Intake = z
  .object({
    accepted: z.number().int(),
    duplicates: z.number().int(),
    rejected: z.number().int(),
    items: z.array(
      z.object({
        index: z.number().int(),
        id: z.string().optional(),
        status: z.enum(['accepted', 'duplicate', 'rejected']),
        error: ItemError.optional(),
      }),
    ),
  })
  .meta({ id: 'IntakeResult' });

/** Name under which the log worker keeps its cursor. */
export const CONSUMER = 'detect';

/** `countCases` comes from the composition root: this room opens none itself. */
export function addDetectRoutes(
  app: App,
  services: Services,
  book: RuleBook,
  countCases: (tx: Tx, organisationId: string) => Promise<number>,
  lookUp: HashLookup,
  second?: SecondReader,
): void {
  const { keys, database, eventLog, guards, now, wake } = services;
  for (const type of ['application/cloudevents+json', 'application/cloudevents-batch+json']) {
    app.addContentTypeParser(type, { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));
  }

  app.post(
    '/v1/events',
    {
      schema: {
        summary: 'Send events',
        description:
          'One CloudEvent or an array of up to 1000. Idempotent on (source, id); each item is answered alone. 400 when nothing in it is valid; 429 with Retry-After when too many events wait.',
        tags: ['detect'],
        security,
        consumes: ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'],
        // Items are judged one by one in acceptEvents; the shape is documented here (components.schemas.CloudEvent).
        body: z.unknown().meta({ description: 'CloudEvent or CloudEvent[]', examples: [exampleEvent] }),
        response: { 202: Intake },
      },
    },
    async (request, reply) => {
      const organisationId = await guards.platform(request);
      const result = await acceptEvents(services, organisationId, request.body, now());
      if (result.accepted > 0) wake();
      return reply.status(202).send(result);
    },
  );

  app.post(
    '/v1/screen',
    {
      schema: {
        summary: 'Judge a message before delivery',
        tags: ['detect'],
        security,
        body: ScreenRequest,
        response: { 200: ScreenAnswer.extend({ media: ScreenedMedia }) },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      // Before the transaction, which other questions wait for.
      const reading = await second?.read(request.body.text);
      return database.transaction(
        { organisation: organisationId },
        async (tx) => {
          const sealer = keys.knownSealer(organisationId);
          const answer = await screenMessage(tx, book, organisationId, request.body, now(), {
            seal: sealer && sealWith(sealer),
            second: reading,
          });
          const { media = [] } = request.body;
          const at = now();
          const lookups =
            media.length === 0
              ? { items: [], asOf: at }
              : await lookUp(tx, organisationId, media, { now: at });
          return withKnownMedia(answer, request.body.to, lookups);
        },
        { urgent: true },
      );
    },
  );

  app.get(
    '/v1/log/status',
    {
      schema: {
        summary: 'How far detection has come with your events',
        tags: ['detect'],
        security,
        response: {
          200: z.object({
            accepted: z.number(),
            processed: z.number(),
            lag: z.number(),
            assessments: z.number(),
            cases: z.number(),
          }),
        },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const { accepted, processed } = await eventLog.status(organisationId);
      return database.transaction('system', async (tx) => ({
        accepted,
        processed,
        lag: accepted - processed,
        assessments: await countAssessments(tx, organisationId),
        cases: await countCases(tx, organisationId),
      }));
    },
  );

  const AssessmentItem = z.object({
    id: z.string(),
    eventId: z.string(),
    account: z.string(),
    counterpart: z.string().nullable(),
    level: Level,
    harm: z.string().nullable(),
    score: z.number(),
    cues: z.array(z.string()),
    generativeAi: z.boolean(),
    rules: z.array(z.string()),
    actions: z.array(z.string()),
    version: z.string(),
    at: z.string(),
  });
  app.get(
    '/v1/assessments',
    {
      schema: {
        summary: 'Assessments of your accounts, oldest first',
        tags: ['detect'],
        security,
        querystring: z.object({
          after: z.coerce.number().int().min(0).default(0),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
        response: { 200: z.object({ assessments: z.array(AssessmentItem), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const { after, limit } = request.query;
      const { page, made } = await database.transaction({ organisation: organisationId }, async (tx) => {
        const found = await listAssessments(tx, organisationId, after, limit);
        const ids = found.assessments.map(({ id }) => id);
        return { page: found, made: await generativeAiBehind(tx, organisationId, ids) };
      });
      return {
        assessments: page.assessments.map((a) => ({
          id: a.id,
          eventId: a.eventId,
          account: a.account,
          counterpart: a.counterpart,
          level: a.level,
          harm: a.harm,
          score: a.score,
          cues: a.cues,
          generativeAi: made.has(a.id),
          rules: a.rules,
          actions: a.actions,
          version: a.version,
          at: a.at.toISOString(),
        })),
        next: page.next === null ? null : String(page.next),
      };
    },
  );

  addProvenanceRoutes(app, services);

  app.get('/v1/public/cues', { schema: { summary: 'The cue list', tags: ['public'] } }, () => ({ cues }));
}

const exampleEvent: z.input<typeof CloudEvent> = {
  specversion: '1.0',
  id: 'msg-1',
  source: '/san-choi',
  type: 'message.sent',
  time: '2026-11-24T08:00:00Z',
  data: {
    conversation: 'c-1',
    from: { id: 'u-1', ageBand: 'adult' },
    to: [{ id: 'u-2', ageBand: '13-15' }],
    text: 'Chào bạn',
  },
};
