import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DetailedError,
  policySetTextToParts,
  policyToJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import { StartError } from '../base/data-dir.ts';
import type { AgeBand, LocalText } from '../base/vocabulary.ts';

export const safeguardsFolder = join(import.meta.dirname, '../../../../policy/safeguards');

/** Actions that safeguards speak of, by the type of the thing acted upon. */
export const actions = {
  account: [
    'contact.request',
    'message.send',
    'call.start',
    'profile.view',
    'search.appear',
    'location.view',
  ],
  content: ['content.view'],
  stream: ['stream.start'],
} as const;
export type ResourceType = keyof typeof actions;

/** One Cedar policy as people read it: `@id`, `@reason_vi`, `@reason_en` are required, the rest as it fits. */
export interface Safeguard {
  id: string;
  effect: 'permit' | 'forbid';
  reason: LocalText;
  cue?: string;
  law?: string;
  /** What to do instead of refusing: turns a forbid into a limit. */
  obligation?: string;
}

/** A situation to judge, all facts given. */
export interface Situation {
  subject: { id: string; ageBand: AgeBand; risk: number };
  action: string;
  resource:
    | { type: 'account'; id: string; ageBand: AgeBand }
    | { type: 'content'; id: string; sensitive: boolean }
    | { type: 'stream'; id: string; audience: string };
  connected: boolean;
}

export interface Verdict {
  decision: 'allow' | 'deny' | 'limit';
  policies: string[];
  reasons: { policy: string; cue?: string; law?: string; text: LocalText }[];
  obligations: { id: string; policy: string }[];
}

export interface Safeguards {
  list: Safeguard[];
  judge(situation: Situation): Verdict;
}

/** Loads, type-checks and prepares the Cedar policies. Throws a StartError that names file and place. */
export function loadSafeguards(folder: string = safeguardsFolder): Safeguards {
  const schema = readFileSync(join(folder, 'schema.cedarschema'), 'utf8');
  const policies: Record<string, string> = {};
  const list: Safeguard[] = [];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.cedar'))
    .sort()) {
    const parts = policySetTextToParts(readFileSync(join(folder, file), 'utf8'));
    if (parts.type === 'failure') throw refused(file, parts.errors);
    for (const text of parts.policies) {
      const safeguard = readAnnotations(file, text);
      if (policies[safeguard.id])
        throw new StartError(`safeguards: ${file} has a second policy ${safeguard.id}.`);
      policies[safeguard.id] = text;
      list.push(safeguard);
    }
  }
  const checked = validate({ schema, policies: { staticPolicies: policies } });
  if (checked.type === 'failure') throw refused('the set', checked.errors);
  const wrong = checked.validationErrors[0];
  if (wrong) throw new StartError(`safeguards: policy ${wrong.policyId}: ${wrong.error.message}`);
  const name = `safeguards-${crypto.randomUUID()}`;
  const prepared = preparsePolicySet(name, { staticPolicies: policies });
  if (prepared.type === 'failure') throw refused('the set', prepared.errors);
  const preparedSchema = preparseSchema(name, schema);
  if (preparedSchema.type === 'failure') throw refused('schema.cedarschema', preparedSchema.errors);
  const byId = new Map(list.map((safeguard) => [safeguard.id, safeguard]));
  return { list, judge: (situation) => judge(name, byId, situation) };
}

function judge(name: string, byId: Map<string, Safeguard>, situation: Situation): Verdict {
  const { subject, resource } = situation;
  const principal = { type: 'Account', id: subject.id };
  const target =
    // Cedar holds one entity per id: acting on oneself must not give the account two sets of attributes.
    { type: entityType[resource.type], id: `${resource.id}` };
  const self = resource.type === 'account' && resource.id === subject.id;
  const answer = statefulIsAuthorized({
    principal,
    action: { type: 'Action', id: situation.action },
    resource: target,
    context: { connected: situation.connected || self },
    preparsedPolicySetId: name,
    preparsedSchemaName: name,
    validateRequest: true,
    entities: [
      { uid: principal, attrs: accountFacts(subject.ageBand, subject.risk), parents: [] },
      ...(self ? [] : [{ uid: target, attrs: factsOf(resource), parents: [] }]),
    ],
  });
  if (answer.type === 'failure') {
    throw new Error(`safeguards could not judge: ${answer.errors.map((error) => error.message).join('; ')}`);
  }
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) {
    throw new Error(
      `safeguard ${diagnostics.errors[0]?.policyId} failed: ${diagnostics.errors[0]?.error.message}`,
    );
  }
  const determining = diagnostics.reason
    .flatMap((id) => byId.get(id) ?? [])
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const hard = determining.some((safeguard) => safeguard.obligation === undefined);
  return {
    decision: decision === 'allow' ? 'allow' : hard ? 'deny' : 'limit',
    policies: determining.map(({ id }) => id),
    reasons: determining.map(({ id, cue, law, reason }) => ({
      policy: id,
      ...(cue === undefined ? {} : { cue }),
      ...(law === undefined ? {} : { law }),
      text: reason,
    })),
    obligations: determining.flatMap(({ id, obligation }) =>
      obligation === undefined ? [] : [{ id: obligation, policy: id }],
    ),
  };
}

const entityType = { account: 'Account', content: 'Content', stream: 'Stream' } as const;

function factsOf(resource: Situation['resource']): Record<string, string | number | boolean> {
  switch (resource.type) {
    case 'account':
      return accountFacts(resource.ageBand, 0);
    case 'content':
      return { sensitive: resource.sensitive };
    case 'stream':
      return { audience: resource.audience };
  }
}

/** Unknown age is treated with care on both sides: as a minor when acted upon, as grown when acting. */
function accountFacts(band: AgeBand, risk: number) {
  const under18 = band === 'under-13' || band === '13-15' || band === '16-17';
  return { band, minor: under18 || band === 'unknown', grown: !under18, risk };
}

function readAnnotations(file: string, text: string): Safeguard {
  const parsed = policyToJson(text);
  if (parsed.type === 'failure') throw refused(file, parsed.errors);
  const { annotations = {}, effect } = parsed.json;
  const { id, reason_vi: vi, reason_en: en, cue, law, obligation } = annotations as Record<string, string>;
  if (!id || !vi || !en) {
    throw new StartError(
      `safeguards: a policy in ${file} lacks @id, @reason_vi or @reason_en: ${text.slice(0, 80)}`,
    );
  }
  return {
    id,
    effect,
    reason: { vi, en },
    ...(cue === undefined ? {} : { cue }),
    ...(law === undefined ? {} : { law }),
    ...(obligation === undefined ? {} : { obligation }),
  };
}

function refused(file: string, errors: DetailedError[]): StartError {
  return new StartError(
    `safeguards: ${file} is not valid Cedar: ${errors.map((error) => error.message).join('; ')}`,
  );
}
