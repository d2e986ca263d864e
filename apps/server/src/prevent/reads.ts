import { type PolicyJson, policyToJson } from '@cedar-policy/cedar-wasm/nodejs';

/**
 * Which facts policies look at, as paths: `band`, `settings.live`. A path that ends at a record means all of it, an empty
 * path the whole context.
 */
export interface Reads {
  principal: ReadonlySet<string>;
  resource: ReadonlySet<string>;
  context: ReadonlySet<string>;
}

interface Scope {
  op: string;
  entity?: { id?: string };
  entities?: { id?: string }[];
}

/** True when the scope of a policy takes in an action. Our actions have no groups, so `in` is a list of actions. */
export function fitsAction(policy: PolicyJson, action: string): boolean {
  const { op, entity, entities } = policy.action as Scope;
  return op === 'All' || (entities ?? (entity ? [entity] : [])).some(({ id }) => id === action);
}

/** The facts that the conditions of policies look at. Entities themselves are compared by identity, not by facts. */
export function readsOf(policies: readonly PolicyJson[]): Reads {
  const reads = { principal: new Set<string>(), resource: new Set<string>(), context: new Set<string>() };
  const collect = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    if (Array.isArray(node)) {
      for (const part of node) collect(part);
      return;
    }
    const found = pathOf(node);
    if (found) {
      const [root, path] = found;
      if (root === 'context' || path !== '') reads[root].add(path);
      return;
    }
    for (const part of Object.values(node)) collect(part);
  };
  for (const { conditions } of policies) for (const { body } of conditions) collect(body);
  return reads;
}

/** `resource.settings.live`, or `resource.settings has live`, as its root and path; undefined for anything else. */
function pathOf(node: object): [keyof Reads, string] | undefined {
  const steps: string[] = [];
  for (let rest: unknown = node; ; ) {
    const {
      '.': step,
      has,
      Var: root,
    } = rest as { '.'?: Step; has?: Step<string | string[]>; Var?: keyof Reads };
    if (root === 'principal' || root === 'resource' || root === 'context') return [root, steps.join('.')];
    const next = step ?? has;
    if (!next) return undefined;
    steps.unshift(...[next.attr].flat());
    rest = next.left;
  }
}

interface Step<A = string> {
  left: unknown;
  attr: A;
}

/** A policy that was checked before, in Cedar's JSON form. */
export function jsonOf(text: string): PolicyJson {
  const parsed = policyToJson(text);
  if (parsed.type === 'failure') throw new Error(`not a policy: ${text.slice(0, 80)}`);
  return parsed.json;
}
