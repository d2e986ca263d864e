import { z } from 'zod';

/**
 * Messages of the OpenID AuthZEN Authorization API 1.0 (final, January 2026), sections 5 to 9: the information model,
 * requests, answers. Objects drop members that they do not know, as section 10.1.1 wants of a receiver.
 */

/** Evaluations in one request: enough for a page of a feed, few enough for one read of the database. */
export const MOST_EVALUATIONS = 1000;
/** Results on a page of a search, unless the request says fewer. */
export const USUAL_PAGE = 100;
export const LARGEST_PAGE = 1000;

// I-JSON (RFC 7493), which section 11.6 asks for; a NUL character has no place in a database either.
const text = z
  .string()
  .min(1, 'must not be empty')
  .max(512, 'must be at most 512 characters long')
  .refine(
    (value) => value.isWellFormed() && !value.includes('\0'),
    'must not hold NUL or half a surrogate pair',
  );
const properties = z.record(z.string(), z.unknown()).optional();

export const Entity = z.object({ type: text, id: text, properties }).meta({ id: 'AuthzenEntity' });
export const Action = z.object({ name: text, properties }).meta({ id: 'AuthzenAction' });
/** What a search looks for: its id is not read (section 8.4.1, 8.5.1). */
export const Sought = z.object({ type: text, properties });
const context = z.record(z.string(), z.unknown()).optional();

export const EvaluationRequest = z
  .object({ subject: Entity, action: Action, resource: Entity, context })
  .meta({ id: 'AuthzenEvaluationRequest' });

export const semantics = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const;

/** Defaults may leave out what each evaluation brings; each evaluation is checked for itself, once merged. */
export const EvaluationsRequest = z
  .object({
    subject: Entity.partial().optional(),
    action: Action.partial().optional(),
    resource: Entity.partial().optional(),
    context,
    evaluations: z
      .array(
        z
          .unknown()
          .meta({ description: 'An AuthzenEvaluationRequest; what it leaves out, the defaults give' }),
      )
      .max(MOST_EVALUATIONS, `must hold at most ${MOST_EVALUATIONS}: send the rest in a further request`)
      .optional(),
    options: z.object({ evaluations_semantic: z.enum(semantics).optional() }).optional(),
  })
  .meta({ id: 'AuthzenEvaluationsRequest' });

const page = z
  .object({
    token: z.string().max(4096).optional(),
    limit: z.int().min(0, 'must be a whole number from 0').optional(),
    properties,
  })
  .optional();

export const SubjectSearchRequest = z
  .object({ subject: Sought, action: Action, resource: Entity, context, page })
  .meta({ id: 'AuthzenSubjectSearchRequest' });
export const ResourceSearchRequest = z
  .object({ subject: Entity, action: Action, resource: Sought, context, page })
  .meta({ id: 'AuthzenResourceSearchRequest' });
export const ActionSearchRequest = z
  .object({ subject: Entity, resource: Entity, context, page })
  .meta({ id: 'AuthzenActionSearchRequest' });

export const Decision = z
  .object({ decision: z.boolean(), context: z.record(z.string(), z.unknown()).optional() })
  .meta({ id: 'AuthzenDecision' });
export const Decisions = z.object({ evaluations: z.array(Decision) }).meta({ id: 'AuthzenDecisions' });

// `page` comes first, so that a reader of a long answer knows its count early (section 8.3).
const pageOfResults = z.object({ next_token: z.string(), count: z.int() });
export const FoundEntities = z.object({
  page: pageOfResults,
  results: z.array(z.object({ type: z.string(), id: z.string() })),
});
export const FoundActions = z.object({
  page: pageOfResults,
  results: z.array(z.object({ name: z.string() })),
});

export const Metadata = z
  .object({
    policy_decision_point: z.string(),
    access_evaluation_endpoint: z.string(),
    access_evaluations_endpoint: z.string(),
    search_subject_endpoint: z.string(),
    search_resource_endpoint: z.string(),
    search_action_endpoint: z.string(),
  })
  .meta({ id: 'AuthzenMetadata' });

export type Entity = z.infer<typeof Entity>;
export type Sought = z.infer<typeof Sought>;
export type EvaluationRequest = z.infer<typeof EvaluationRequest>;
export type EvaluationsRequest = z.infer<typeof EvaluationsRequest>;
export type Semantic = (typeof semantics)[number];
export type Decision = z.infer<typeof Decision>;
export type SubjectQuery = Omit<z.infer<typeof SubjectSearchRequest>, 'page'>;
export type ResourceQuery = Omit<z.infer<typeof ResourceSearchRequest>, 'page'>;
export type ActionQuery = Omit<z.infer<typeof ActionSearchRequest>, 'page'>;
export type PageRequest = z.infer<typeof page>;

const texts = new WeakMap<Decision, string>();

function textOf(decision: Decision): string {
  let text = texts.get(decision);
  if (text === undefined) {
    text = JSON.stringify(decision);
    texts.set(decision, text);
  }
  return text;
}

/** Decisions as JSON. An answer that is given again is one and the same object and is written once: never change one. */
export function writeDecisions(answer: Decision | { evaluations: Decision[] }): string {
  return 'evaluations' in answer
    ? `{"evaluations":[${answer.evaluations.map(textOf).join()}]}`
    : textOf(answer);
}
