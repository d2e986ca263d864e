import {
  type PolicyJson,
  preparsePolicySet,
  preparseSchema,
  type SchemaJson,
  schemaToJsonWithResolvedTypes,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import { type ActionName, actions } from './actions.ts';
import type { AccountFacts, Situation } from './facts.ts';
import { fitsAction, jsonOf, type Reads, readsOf } from './reads.ts';

/** What a judged set gives: allowed or not, and the ids of the policies that made it so. */
export interface Judgement {
  allowed: boolean;
  policies: string[];
}

/** Policies of one action, with what they look at: nothing else can change a verdict, so nothing else is handed over. */
interface Bench {
  /** Name of the prepared policies and of the prepared schema. */
  name: string;
  /** Attributes of accounts, without settings. */
  attributes: string[];
  settings: string[];
  context: string[];
  key(situation: Situation): string;
}

const entityType = {
  account: 'Account',
  content: 'Content',
  stream: 'Stream',
  app: 'App',
  game: 'Game',
} as const;

/**
 * Judges situations by checked policies (`texts`: id → Cedar) and their schema. Policies are split by action, and Cedar
 * gets only the facts that those of the action read, type-checked by a schema cut to them: less than half the work of the
 * whole set with all settings. Verdicts, made by `decide`, are remembered by the facts that are read. `digest` names
 * texts and schema: no two sets may share it.
 */
export function createJudge<V>(
  digest: string,
  texts: Readonly<Record<string, string>>,
  schema: string,
  decide: (judgement: Judgement) => V,
): (situation: Situation) => V {
  const whole = schemaToJsonWithResolvedTypes(schema);
  if (whole.type === 'failure') throw new Error('judging needs a checked schema');
  const policies = Object.entries(texts).map(([id, text]) => ({ id, text, json: jsonOf(text) }));
  const benches = new Map<ActionName, { bench: Bench; verdicts: Map<string, V> }>();
  return (situation) => {
    const { action } = situation;
    let seat = benches.get(action);
    if (!seat) {
      seat = { bench: prepare(`${digest} ${action}`, action, policies, whole.json), verdicts: new Map() };
      benches.set(action, seat);
    }
    const { bench, verdicts } = seat;
    const key = bench.key(situation);
    let verdict = verdicts.get(key);
    if (verdict === undefined) {
      verdict = decide(authorize(bench, situation));
      if (verdicts.size >= MOST_VERDICTS) verdicts.clear();
      verdicts.set(key, verdict);
    }
    return verdict;
  };
}

/** Most verdicts kept for an action. Facts that are read come in few combinations; only minutes of use come in many. */
const MOST_VERDICTS = 10_000;

function prepare(
  name: string,
  action: ActionName,
  all: readonly { id: string; text: string; json: PolicyJson }[],
  whole: SchemaJson<string>,
): Bench {
  const fitting = all.filter(({ json }) => fitsAction(json, action));
  const reads = readsOf(fitting.map(({ json }) => json));
  const shape = cut(whole, action, reads);
  const policies = preparsePolicySet(name, {
    staticPolicies: Object.fromEntries(fitting.map(({ id, text }) => [id, text])),
  });
  const schema = preparseSchema(name, shape.schema);
  for (const prepared of [policies, schema]) {
    if (prepared.type === 'failure')
      throw new Error(`safeguards: ${name}: ${prepared.errors.map(({ message }) => message).join('; ')}`);
  }
  const { attributes, settings, context } = shape;
  const principalPart = partOf(reads.principal, attributes, settings);
  const resourcePart = partOf(reads.resource, attributes, settings);
  return {
    name,
    attributes,
    settings,
    context,
    key: ({ principal, resource, context: around }) => {
      // A mark for "acts on itself": policies may compare the two accounts.
      let key = resource ? '' : '=';
      key += principalPart(principal);
      key += resourcePart(resource ?? principal);
      for (const name of context) key += `\n${around[name]}`;
      return key;
    },
  };
}

/** Writes the facts of an account that are read, one a line: each has one type, and none of them holds a line break. */
function partOf(
  paths: ReadonlySet<string>,
  attributes: readonly string[],
  settings: readonly string[],
): (facts: AccountFacts) => string {
  const own = attributes.filter((name) => paths.has(name)) as (keyof AccountFacts)[];
  const chosen = settings.filter((name) => paths.has('settings') || paths.has(`settings.${name}`));
  return (facts) => {
    let text = '';
    for (const name of own) text += `\n${facts[name]}`;
    for (const name of chosen) text += `\n${facts.settings[name]}`;
    return text;
  };
}

type Attributes = Record<string, { type: string }>;

/** A schema of one action with the attributes that are read, and the names of those. */
function cut(whole: SchemaJson<string>, action: ActionName, reads: Reads) {
  const space = whole[''];
  const definition = space?.actions[action];
  if (!space || !definition?.appliesTo) throw new Error(`the schema has no action ${action}`);
  const record = (type: unknown): Attributes => {
    const { type: kind, attributes } = type as { type: string; attributes?: Attributes };
    return attributes ?? record(space.commonTypes?.[kind]);
  };
  const account = record(
    space.entityTypes.Account && (space.entityTypes.Account as { shape: unknown }).shape,
  );
  const settingsType = record(account.settings);
  const ofAccounts = new Set([...reads.principal, ...reads.resource]);
  const attributes = Object.keys(account).filter((name) => name !== 'settings' && ofAccounts.has(name));
  const settings = Object.keys(settingsType).filter(
    (name) => ofAccounts.has('settings') || ofAccounts.has(`settings.${name}`),
  );
  const around = record(definition.appliesTo.context);
  const context = Object.keys(around).filter((name) => reads.context.has('') || reads.context.has(name));
  const pick = (all: Attributes, names: string[]) =>
    Object.fromEntries(names.map((name) => [name, all[name]]));
  const shape = {
    ...pick(account, attributes),
    ...(settings.length > 0
      ? { settings: { type: 'Record', attributes: pick(settingsType, settings) } }
      : {}),
  };
  const schema = {
    '': {
      entityTypes: { ...space.entityTypes, Account: { shape: { type: 'Record', attributes: shape } } },
      actions: {
        [action]: {
          appliesTo: {
            ...definition.appliesTo,
            context: { type: 'Record', attributes: pick(around, context) },
          },
        },
      },
    },
  } as SchemaJson<string>;
  return { schema, attributes, settings, context };
}

/** Entities carry placeholder ids: a verdict depends on facts alone. */
function authorize(bench: Bench, { action, principal, resource, context }: Situation): Judgement {
  const type = entityType[actions[action].resource];
  const actor = { type: 'Account', id: 'actor' };
  const target = type === 'Account' && !resource ? actor : { type, id: 'target' };
  const answer = statefulIsAuthorized({
    principal: actor,
    action: { type: 'Action', id: action },
    resource: target,
    context: picked(context, bench.context),
    preparsedPolicySetId: bench.name,
    preparsedSchemaName: bench.name,
    validateRequest: true,
    entities: [
      { uid: actor, attrs: factsFor(bench, principal), parents: [] },
      ...(target === actor
        ? []
        : [{ uid: target, attrs: resource ? factsFor(bench, resource) : {}, parents: [] }]),
    ],
  });
  if (answer.type === 'failure') {
    throw new Error(`safeguards could not judge: ${answer.errors.map((error) => error.message).join('; ')}`);
  }
  const { decision, diagnostics } = answer.response;
  // A policy that fails while it is evaluated would silently not count (Cedar skips it): that is never a yes.
  const [failed] = diagnostics.errors;
  if (failed) throw new Error(`safeguard ${failed.policyId} failed: ${failed.error.message}`);
  return { allowed: decision === 'allow', policies: diagnostics.reason };
}

function factsFor({ attributes, settings }: Bench, facts: AccountFacts) {
  const own = picked(facts as unknown as Readonly<Record<string, boolean | number | string>>, attributes);
  return settings.length === 0 ? own : { ...own, settings: picked(facts.settings, settings) };
}

/** What is missing stays missing: Cedar then refuses the request, which is better than a guess. */
function picked<T>(all: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  const some: Record<string, T> = {};
  for (const name of names) {
    const value = all[name];
    if (value !== undefined) some[name] = value;
  }
  return some;
}
