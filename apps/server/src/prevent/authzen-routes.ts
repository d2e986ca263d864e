import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';
import { AgeBand } from '../base/vocabulary.ts';
import { ResourceType } from './actions.ts';
import type { QuestionDesk } from './question-desk.ts';
import { Obligation, Reason } from './shapes.ts';

const security = [{ apiKey: [] }];
const id = z.string().min(1).max(128);
const attributes = z.record(z.string(), z.unknown());

/** OpenID AuthZEN Authorization API 1.0, section 6 (Access Evaluation API). */
export function addAuthzenRoutes(app: App, { guards, config }: Services, desk: QuestionDesk): void {
  app.post(
    '/access/v1/evaluation',
    {
      schema: {
        summary: 'May this happen? (OpenID AuthZEN 1.0)',
        tags: ['prevent'],
        security,
        body: z.object({
          subject: z.object({ type: z.literal('account'), id, properties: attributes.optional() }),
          action: z.object({ name: z.string().min(1).max(64), properties: attributes.optional() }),
          resource: z.object({ type: ResourceType, id, properties: attributes.optional() }),
          context: attributes.optional(),
        }),
        response: {
          200: z.object({
            decision: z.boolean(),
            context: z.object({
              outcome: z.enum(['allow', 'deny', 'limit']),
              reasons: z.array(Reason),
              obligations: z.array(Obligation),
            }),
          }),
        },
      },
    },
    async (request, reply) => {
      const organisationId = await guards.platform(request);
      const { subject, action, resource, context } = request.body;
      const requestId = request.headers['x-request-id'];
      if (typeof requestId === 'string') reply.header('x-request-id', requestId);
      const [verdict] = await desk.ask(organisationId, [
        {
          subject: { id: subject.id, ageBand: bandIn(subject.properties) },
          action: action.name,
          resource: {
            type: resource.type,
            id: resource.id,
            ageBand: bandIn(resource.properties),
            properties: resource.properties,
          },
          context,
        },
      ]);
      if (verdict instanceof AppError || verdict === undefined) throw verdict;
      // A limit is not a yes: a platform that ignores obligations must not let it pass.
      return {
        decision: verdict.decision === 'allow',
        context: { outcome: verdict.decision, reasons: verdict.reasons, obligations: verdict.obligations },
      };
    },
  );

  app.get(
    '/.well-known/authzen-configuration',
    {
      schema: {
        summary: 'Where the AuthZEN endpoints are',
        tags: ['prevent'],
        response: {
          200: z.object({ policy_decision_point: z.string(), access_evaluation_endpoint: z.string() }),
        },
      },
    },
    () => ({
      policy_decision_point: config.publicUrl,
      access_evaluation_endpoint: `${config.publicUrl}/access/v1/evaluation`,
    }),
  );
}

function bandIn(properties: Record<string, unknown> | undefined): AgeBand | undefined {
  const given = AgeBand.safeParse(properties?.ageBand);
  return given.success ? given.data : undefined;
}
