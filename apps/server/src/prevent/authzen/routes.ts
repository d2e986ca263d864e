import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../base/errors.ts';
import type { App, Guards } from '../../base/http.ts';
import type { DecisionPoint, Place } from './decision-point.ts';
import { answerSound, evaluationsIn, faultAsDecision, readEvaluation, upToSettled } from './evaluations.ts';
import {
  ActionSearchRequest,
  Decision,
  Decisions,
  EvaluationRequest,
  EvaluationsRequest,
  FoundActions,
  FoundEntities,
  Metadata,
  type PageRequest,
  ResourceSearchRequest,
  SubjectSearchRequest,
  writeDecisions,
} from './messages.ts';
import { markOf, nextToken, placeOf } from './page-token.ts';

const paths = {
  evaluation: '/access/v1/evaluation',
  evaluations: '/access/v1/evaluations',
  subject: '/access/v1/search/subject',
  resource: '/access/v1/search/resource',
  action: '/access/v1/search/action',
};

export interface AuthzenParts {
  guards: Pick<Guards, 'platform'>;
  /** Identifier of the decision point: the address of this server without a slash at the end. */
  publicUrl: string;
  point: DecisionPoint;
}

/** OpenID AuthZEN Authorization API 1.0 (final): five endpoints and their metadata, HTTPS binding of section 10. */
export function addAuthzenRoutes(app: App, { guards, publicUrl, point }: AuthzenParts): void {
  const about = (summary: string) => ({ summary, tags: ['authzen'], security: [{ apiKey: [] }] });

  const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const requestId = request.headers['x-request-id'];
    if (requestId !== undefined) reply.header('x-request-id', requestId);
    try {
      // Before the body is read: whoever has no key learns nothing of what a body should be.
      await guards.platform(request);
    } catch (error) {
      if (error instanceof AppError && error.code === 'api-key-required') {
        reply.header('www-authenticate', `Bearer realm="${publicUrl}"`);
      }
      throw error;
    }
    // Section 10.1.3 knows 400 for a request of the wrong form, not 415.
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      throw new AppError('invalid-request', 'Send JSON with the header Content-Type: application/json.');
    }
  };

  app.post(
    paths.evaluation,
    {
      onRequest,
      serializerCompiler: () => writeDecisions,
      schema: {
        ...about('May this happen? (AuthZEN Access Evaluation)'),
        body: EvaluationRequest,
        response: { 200: Decision },
      },
    },
    async (request) => single(await guards.platform(request), request.body),
  );

  app.post(
    paths.evaluations,
    {
      onRequest,
      serializerCompiler: () => writeDecisions,
      schema: {
        ...about('May these happen? (AuthZEN Access Evaluations)'),
        body: EvaluationsRequest,
        response: { 200: Decision.or(Decisions) },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const { options, ...message } = request.body;
      const read = evaluationsIn(message);
      if (read === undefined) {
        const request = readEvaluation(message);
        if (request instanceof AppError) throw request;
        return single(organisationId, request);
      }
      const answers = (await answerSound(read, (sound) => point.evaluate(organisationId, sound))).map(
        (answer, index) => (answer instanceof AppError ? faultAsDecision(answer, index) : answer),
      );
      return { evaluations: upToSettled(answers, options?.evaluations_semantic ?? 'execute_all') };
    },
  );

  app.post(
    paths.subject,
    {
      onRequest,
      schema: {
        ...about('Who may do this? (AuthZEN Subject Search)'),
        body: SubjectSearchRequest,
        response: { 200: FoundEntities },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const { page, ...query } = request.body;
      const { items, ...rest } = await paged('subject', organisationId, query, page, async (place) => {
        const { ids, ...more } = await point.search.subject(organisationId, query, place);
        return { items: ids.map((id) => ({ type: query.subject.type, id })), ...more };
      });
      return { ...rest, results: items };
    },
  );

  app.post(
    paths.resource,
    {
      onRequest,
      schema: {
        ...about('To what may this subject do it? (AuthZEN Resource Search)'),
        body: ResourceSearchRequest,
        response: { 200: FoundEntities },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const { page, ...query } = request.body;
      const { items, ...rest } = await paged('resource', organisationId, query, page, async (place) => {
        const { ids, ...more } = await point.search.resource(organisationId, query, place);
        return { items: ids.map((id) => ({ type: query.resource.type, id })), ...more };
      });
      return { ...rest, results: items };
    },
  );

  app.post(
    paths.action,
    {
      onRequest,
      schema: {
        ...about('What may this subject do? (AuthZEN Action Search)'),
        body: ActionSearchRequest,
        response: { 200: FoundActions },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const { page, ...query } = request.body;
      const { items, ...rest } = await paged(
        'action',
        organisationId,
        query,
        page,
        async ({ after, limit }) => {
          const names = await point.search.action(organisationId, query);
          const start = after === '' ? 0 : names.indexOf(after) + 1;
          const items = names.slice(start, start + limit);
          const last = items.at(-1) ?? after;
          return { items, ...(start + limit < names.length ? { after: last } : {}) };
        },
      );
      return { ...rest, results: items.map((name) => ({ name })) };
    },
  );

  app.get(
    '/.well-known/authzen-configuration',
    {
      schema: { summary: 'Where the AuthZEN endpoints are', tags: ['authzen'], response: { 200: Metadata } },
    },
    (_request, reply) => {
      reply.header('cache-control', 'public, max-age=300');
      return {
        policy_decision_point: publicUrl,
        access_evaluation_endpoint: publicUrl + paths.evaluation,
        access_evaluations_endpoint: publicUrl + paths.evaluations,
        search_subject_endpoint: publicUrl + paths.subject,
        search_resource_endpoint: publicUrl + paths.resource,
        search_action_endpoint: publicUrl + paths.action,
      };
    },
  );

  async function single(organisationId: string, request: EvaluationRequest): Promise<Decision> {
    const [answer] = await point.evaluate(organisationId, [request]);
    if (answer === undefined) throw new Error('The decision point gave no answer.');
    if (answer instanceof AppError) throw answer;
    return answer;
  }
}

/** The page that a search asks for, with the token of the next one. */
async function paged<T>(
  kind: string,
  organisationId: string,
  query: object,
  page: PageRequest,
  find: (place: Place) => Promise<{ items: T[]; after?: string }>,
) {
  const mark = markOf(kind, organisationId, { ...query, page: page?.properties });
  const place = placeOf(page, mark);
  const { items, after } = await find(place);
  return { page: { next_token: nextToken(mark, place.limit, after), count: items.length }, items };
}
