import { z } from 'zod';
import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';
import { Harm, Party } from '../base/vocabulary.ts';
import { listActions } from './case-store.ts';
import { createReport } from './create-report.ts';
import { Action } from './shapes.ts';
import { actionEvent } from './webhooks.ts';

const security = [{ apiKey: [] }];
const tags = ['respond'];

export function addPlatformRoutes(app: App, services: Services): void {
  const { database, guards, live, now, wake } = services;

  app.post(
    '/v1/reports',
    {
      schema: {
        summary: 'Pass on a report by one of your users',
        description: 'Opens a case or joins the open case of the reported account, and counts for detection.',
        tags,
        security,
        body: z.strictObject({
          by: Party,
          target: Party,
          harm: Harm.optional(),
          conversation: z.string().min(1).max(256).optional(),
          comment: z.string().max(2000).optional(),
          generativeAi: z
            .boolean()
            .optional()
            .describe('The reporter says that a picture or film in this was made by AI'),
          evidence: z
            .array(
              z.strictObject({
                eventId: z.string().max(256).optional(),
                text: z.string().max(8000).optional(),
                at: z.iso.datetime({ offset: true }).optional(),
              }),
            )
            .max(100)
            .optional(),
        }),
        response: { 201: z.object({ id: z.string(), case: z.string() }) },
      },
    },
    async (request, reply) => {
      const organisationId = await guards.platform(request);
      const at = now();
      const made = await database.transaction({ organisation: organisationId }, (tx) =>
        createReport(tx, services, organisationId, request.body, at),
      );
      live.announce({ organisationId, topic: 'cases', id: made.case });
      wake();
      return reply.status(201).send(made);
    },
  );

  app.get(
    '/v1/actions',
    {
      schema: {
        summary: 'Actions asked of your platform, oldest first',
        description: 'The same as the webhooks: for platforms that pull, or that missed one.',
        tags,
        security,
        querystring: z.object({
          after: z.coerce.number().int().min(0).default(0),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
        response: { 200: z.object({ actions: z.array(Action), next: z.string() }) },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const { after, limit } = request.query;
      const found = await database.transaction({ organisation: organisationId }, (tx) =>
        listActions(tx, organisationId, after, limit),
      );
      return {
        actions: found.map((row) => actionEvent(row) as z.infer<typeof Action>),
        next: String(found.at(-1)?.sequence ?? after),
      };
    },
  );
}
