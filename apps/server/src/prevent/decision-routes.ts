import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { App, Guards } from '../base/http.ts';
import { AgeBand } from '../base/vocabulary.ts';
import { ResourceType } from './actions.ts';
import type { QuestionDesk } from './question-desk.ts';
import { AccessDecision, Id } from './shapes.ts';

const attributes = z.record(z.string(), z.unknown());

export function addDecisionRoutes(app: App, guards: Guards, desk: QuestionDesk): void {
  app.post(
    '/v1/decisions',
    {
      schema: {
        summary: 'May this happen?',
        tags: ['prevent'],
        security: [{ apiKey: [] }],
        body: z.strictObject({
          subject: z.strictObject({ id: Id, ageBand: AgeBand.optional() }),
          action: z.string().min(1).max(64),
          resource: z.strictObject({
            type: ResourceType,
            id: Id,
            ageBand: AgeBand.optional(),
            properties: attributes.optional(),
          }),
          context: attributes.optional(),
        }),
        response: { 200: AccessDecision },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const [verdict] = await desk.ask(organisationId, [request.body]);
      if (verdict instanceof AppError || verdict === undefined) throw verdict;
      return verdict;
    },
  );
}
