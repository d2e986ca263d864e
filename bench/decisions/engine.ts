import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  policySetTextToParts,
  policyToJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import { type Facts, type Shapes, safeguardsFolder } from './facts.ts';
import type { Question } from './questions.ts';

/**
 * The limit of the engine: Cedar (WebAssembly) called directly in this process, policies and schema parsed ahead, without
 * our memory of verdicts, without database and HTTP. Returns decisions a second by the clock, on one core.
 */
export function measureEngine(questions: readonly Question[], shapes: Shapes, seconds = 2): number {
  prepare();
  const calls = questions.slice(0, 2000).map((question) => callFor(question, shapes));
  for (const call of calls.slice(0, 500)) judge(call);
  let done = 0;
  const began = performance.now();
  while (performance.now() - began < seconds * 1000) {
    for (let n = 0; n < 100; n++) judge(calls[done++ % calls.length] as Call);
  }
  return done / ((performance.now() - began) / 1000);
}

const NAME = 'bench';
type Call = Parameters<typeof statefulIsAuthorized>[0];

function prepare(): void {
  const policies: Record<string, string> = {};
  for (const file of readdirSync(safeguardsFolder).filter((name) => name.endsWith('.cedar'))) {
    const parts = policySetTextToParts(readFileSync(join(safeguardsFolder, file), 'utf8'));
    if (parts.type === 'failure') throw new Error(`${file} is not Cedar.`);
    for (const text of parts.policies) {
      const parsed = policyToJson(text);
      const id = parsed.type === 'success' ? parsed.json.annotations?.id : undefined;
      policies[id ?? `${file}-${Object.keys(policies).length}`] = text;
    }
  }
  const set = preparsePolicySet(NAME, { staticPolicies: policies });
  const schema = preparseSchema(NAME, readFileSync(join(safeguardsFolder, 'schema.cedarschema'), 'utf8'));
  if (set.type === 'failure' || schema.type === 'failure')
    throw new Error('The policies cannot be prepared.');
}

function callFor({ subject, action, resource, facts }: Question, shapes: Shapes): Call {
  const principal = { type: 'Account', id: subject };
  const kind = shapes.kindOf.get(action) ?? '';
  const target = { type: kind.charAt(0).toUpperCase() + kind.slice(1), id: resource.id };
  return {
    principal,
    action: { type: 'Action', id: action },
    resource: target,
    context: shaped(facts.context, shapes.context(action)),
    preparsedPolicySetId: NAME,
    preparsedSchemaName: NAME,
    validateRequest: true,
    entities: [
      { uid: principal, attrs: shaped(facts.principal, shapes.account), parents: [] },
      { uid: target, attrs: shaped(facts.resource, shapes.target(action)), parents: [] },
    ],
  } as Call;
}

function shaped(facts: Facts, names: string[]): Facts {
  return Object.fromEntries(names.map((name) => [name, facts[name]]));
}

function judge(call: Call): boolean {
  const answer = statefulIsAuthorized(call);
  if (answer.type === 'failure' || answer.response.diagnostics.errors.length > 0) {
    throw new Error(`Cedar could not judge: ${JSON.stringify(answer)}`);
  }
  return answer.response.decision === 'allow';
}
