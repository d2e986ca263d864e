import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CedarValueJson,
  type EntityJson,
  policySetTextToParts,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import { AppError } from '../../../base/errors.ts';
import type { DecisionPoint, Place } from '../decision-point.ts';
import type { Decision, Entity, EvaluationRequest } from '../messages.ts';
import { scan } from '../scan.ts';

type Attributes = Record<string, CedarValueJson>;
type Stored = Record<string, Record<string, Attributes>>;

/** What a scenario holds beside its policies (`NAME.cedar`, `NAME.cedarschema`), by AuthZEN type and id. */
export interface Scenario {
  name: string;
  /** Cedar's name of each AuthZEN type. */
  types: Record<string, string>;
  /** Subjects that are known; another one may nothing. */
  subjects: Stored;
  /** Resources that are known, for the types that are kept; of others, what the request says. */
  resources: Stored;
  /** Properties that a request may say, by type; others are not read. */
  takes: Record<string, string[]>;
  /** Actions by type of the resource, in the order of a search, with the properties that they take. */
  actions: Record<string, Record<string, string[]>>;
}

/** A decision point for one scenario, on the engine that our safeguards run on. */
export function cedarPoint(scenario: Scenario): DecisionPoint {
  const { types, subjects, resources, takes, actions } = scenario;
  const engine = `interop-${scenario.name}`;
  prepare(engine, scenario.name);

  const attributesOf = (stored: Stored, { type, id, properties }: Entity): Attributes => ({
    ...stored[type]?.[id],
    ...taken(properties, takes[type] ?? []),
  });
  const isKnown = (stored: Stored, { type, id }: Entity) =>
    stored[type] === undefined || Object.hasOwn(stored[type], id);

  function evaluateOne({ subject, action, resource }: EvaluationRequest): Decision | AppError {
    for (const [pointer, { type }] of [
      ['/subject/type', subject],
      ['/resource/type', resource],
    ] as const) {
      if (types[type] === undefined) return fault(pointer, `The type ${type} is not known.`);
    }
    const properties = actions[resource.type]?.[action.name];
    if (properties === undefined) return fault('/action/name', `The action ${action.name} is not known.`);
    if (!isKnown(subjects, subject) || !isKnown(resources, resource)) return { decision: false };
    const principal = { type: types[subject.type] ?? '', id: subject.id };
    const target = { type: types[resource.type] ?? '', id: resource.id };
    const entities: EntityJson[] = [{ uid: principal, attrs: attributesOf(subjects, subject), parents: [] }];
    const attrs = attributesOf(resources, resource);
    if (Object.keys(attrs).length > 0) entities.push({ uid: target, attrs, parents: [] });
    const answer = statefulIsAuthorized({
      principal,
      action: { type: 'Action', id: action.name },
      resource: target,
      context: taken(action.properties, properties),
      preparsedPolicySetId: engine,
      preparsedSchemaName: engine,
      validateRequest: true,
      entities,
    });
    if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
    const { decision, diagnostics } = answer.response;
    if (diagnostics.errors.length > 0) throw new Error(diagnostics.errors[0]?.error.message);
    return { decision: decision === 'allow', context: { policies: diagnostics.reason } };
  }

  /** Candidates in the order of their ids, as a database would read them. */
  const find = (
    stored: Record<string, Attributes> | undefined,
    place: Place,
    ask: (id: string) => EvaluationRequest,
  ) =>
    scan(place, {
      read: async (after, count) =>
        Object.keys(stored ?? {})
          .sort()
          .filter((id) => id > after)
          .slice(0, count),
      judge: async (ids) => ids.map((id) => permits(evaluateOne(ask(id)))),
    });

  return {
    evaluate: async (_organisationId, requests) => requests.map(evaluateOne),
    search: {
      subject: (_organisationId, query, place) =>
        find(subjects[query.subject.type], place, (id) => ({ ...query, subject: { ...query.subject, id } })),
      resource: (_organisationId, query, place) =>
        find(resources[query.resource.type], place, (id) => ({
          ...query,
          resource: { ...query.resource, id },
        })),
      action: async (_organisationId, query) =>
        Object.keys(actions[query.resource.type] ?? {}).filter((name) =>
          permits(evaluateOne({ ...query, action: { name } })),
        ),
    },
  };
}

function prepare(engine: string, name: string): void {
  const schema = readFileSync(join(import.meta.dirname, `${name}.cedarschema`), 'utf8');
  const text = readFileSync(join(import.meta.dirname, `${name}.cedar`), 'utf8');
  const checked = validate({ schema, policies: { staticPolicies: text } });
  if (checked.type === 'failure') throw new Error(checked.errors.map(({ message }) => message).join('; '));
  if (checked.validationErrors.length > 0) throw new Error(checked.validationErrors[0]?.error.message);
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') throw new Error(parts.errors.map(({ message }) => message).join('; '));
  const named = Object.fromEntries(
    parts.policies.map((policy) => [/@id\("([^"]+)"\)/.exec(policy)?.[1] ?? policy, policy]),
  );
  for (const done of [preparsePolicySet(engine, { staticPolicies: named }), preparseSchema(engine, schema)]) {
    if (done.type === 'failure') throw new Error(done.errors.map(({ message }) => message).join('; '));
  }
}

function taken(properties: Record<string, unknown> | undefined, names: string[]): Attributes {
  const entries = names.flatMap((name) => {
    const value = properties?.[name];
    return typeof value === 'string' || typeof value === 'boolean' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

const permits = (answer: Decision | AppError) => !(answer instanceof AppError) && answer.decision;

const fault = (pointer: string, detail: string) => new AppError('invalid-request', detail, { pointer });
