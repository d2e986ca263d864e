import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Expr,
  type ExprNoExt,
  policySetTextToParts,
  policyToJson,
} from '@cedar-policy/cedar-wasm/nodejs';

/** A rule of a Cerbos resource policy (api.cerbos.dev/v1, "Resource policies"). */
export interface PeerRule {
  name: string;
  actions: string[];
  effect: 'EFFECT_ALLOW' | 'EFFECT_DENY';
  roles: ['*'];
  condition?: { match: { expr: string } };
}

export interface Translation {
  /** Rules by the kind of resource that their actions act upon. */
  rules: Map<string, PeerRule[]>;
  /** Which facts the policies read for an action, as paths: `principal.grown`, `resource.settings.live`, `context.self`. */
  reads: Map<string, Set<string>>;
  /** Policies left out because they change no decision: they warn and let through. */
  warnings: string[];
  policies: number;
}

const where = { principal: 'P.attr', resource: 'R.attr', context: 'R.attr.context' } as const;

/**
 * Our Cedar policies in the peer's own language: one Cerbos rule for each policy, its condition in CEL. Made from the
 * files in each run, so that both always say the same. `kindOf` tells which kind of resource an action acts upon. Cerbos
 * has no context of the request for a policy to read: those facts travel with the resource.
 * @throws Error on a construct of Cedar that the safeguards did not use when this was written.
 */
export function translate(
  folder: string,
  kindOf: ReadonlyMap<string, string>,
  warns: (obligation: string) => boolean,
): Translation {
  const made: Translation = { rules: new Map(), reads: new Map(), warnings: [], policies: 0 };
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.cedar')) continue;
    const parts = policySetTextToParts(readFileSync(join(folder, file), 'utf8'));
    if (parts.type === 'failure') throw new Error(`${file} is not Cedar.`);
    for (const text of parts.policies) {
      const parsed = policyToJson(text);
      if (parsed.type === 'failure') throw new Error(`${file} has a policy that cannot be read.`);
      addPolicy(made, parsed.json, kindOf, warns);
    }
  }
  return made;
}

type Policy = Extract<ReturnType<typeof policyToJson>, { type: 'success' }>['json'];

function addPolicy(
  made: Translation,
  policy: Policy,
  kindOf: ReadonlyMap<string, string>,
  warns: (obligation: string) => boolean,
): void {
  const { annotations = {}, effect, conditions } = policy;
  const id = annotations.id ?? '';
  made.policies++;
  if (policy.principal.op !== 'All' || policy.resource.op !== 'All') {
    throw new Error(`${id}: a scope on principal or resource is not translated.`);
  }
  if (typeof annotations.obligation === 'string' && warns(annotations.obligation)) {
    made.warnings.push(id);
    return;
  }
  const reads = new Set<string>();
  const expr = conditions
    .map(({ kind, body }) => (kind === 'when' ? cel(body, reads) : `!(${cel(body, reads)})`))
    .join(' && ');
  const named = actionsOf(policy);
  for (const kind of new Set(kindOf.values())) {
    const actions = [...kindOf].flatMap(([action, its]) =>
      its === kind && (named === 'all' || named.includes(action)) ? [action] : [],
    );
    if (actions.length === 0) continue;
    const rules = made.rules.get(kind) ?? [];
    rules.push({
      name: id,
      actions,
      effect: effect === 'permit' ? 'EFFECT_ALLOW' : 'EFFECT_DENY',
      roles: ['*'],
      ...(expr === '' ? {} : { condition: { match: { expr } } }),
    });
    made.rules.set(kind, rules);
    for (const action of actions) {
      made.reads.set(action, new Set([...(made.reads.get(action) ?? []), ...reads]));
    }
  }
}

function actionsOf({ action }: Policy): 'all' | string[] {
  switch (action.op) {
    case 'All':
      return 'all';
    case '==':
      return 'entity' in action ? [idOf(action.entity)] : [];
    case 'in':
      return 'entities' in action
        ? action.entities.map(idOf)
        : 'entity' in action
          ? [idOf(action.entity)]
          : [];
  }
}

function idOf(entity: { type: string; id: string } | { __entity: { type: string; id: string } }): string {
  return '__entity' in entity ? entity.__entity.id : entity.id;
}

const binary = { '&&': '&&', '||': '||', '==': '==', '!=': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

/** A Cedar expression in CEL; notes in `reads` which facts it reads. */
function cel(whole: Expr, reads: Set<string>): string {
  const expr = whole as ExprNoExt;
  const path = pathOf(expr);
  if (path) {
    const [root, ...rest] = path;
    reads.add(path.join('.'));
    return [where[root as keyof typeof where], ...rest].join('.');
  }
  for (const [name, symbol] of Object.entries(binary)) {
    if (!(name in expr)) continue;
    const { left, right } = (expr as Record<string, { left: Expr; right: Expr }>)[name] as {
      left: Expr;
      right: Expr;
    };
    return `(${cel(left, reads)} ${symbol} ${cel(right, reads)})`;
  }
  if ('!' in expr) return `!${cel(expr['!'].arg, reads)}`;
  if ('Value' in expr) return JSON.stringify(expr.Value);
  throw new Error(`A policy uses ${Object.keys(expr).join()}, which is not translated to CEL.`);
}

/** `principal.settings.live` as its parts, when the expression is an attribute of a variable. */
function pathOf(whole: Expr): string[] | undefined {
  const expr = whole as ExprNoExt;
  if ('Var' in expr) return [expr.Var];
  if (!('.' in expr)) return undefined;
  const { left, attr } = expr['.'];
  const before = pathOf(left);
  return before && [...before, attr];
}
