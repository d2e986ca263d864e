import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';

/**
 * A Cedar condition as nested lists, small enough to be judged without Cedar: `['value', true]`,
 * `['get', 'resource', 'settings', 'messagesFrom']`, `['and', a, b]`, `['not', a]`, `['==', a, b]`, `['in', a, ['value', …]]`.
 */
export type Expression =
  | ['value', boolean | number | string | (boolean | number | string)[]]
  | ['get', 'principal' | 'resource' | 'context', ...string[]]
  | ['not', Expression]
  | ['if', Expression, Expression, Expression]
  | [Operator, Expression, Expression];
type Operator = 'and' | 'or' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | 'in';

/** The scope and condition of a policy; `undefined` where it says something that only Cedar can judge. */
export interface Portable {
  /** Names of actions, or all of them. */
  actions: string[] | 'all';
  when: Expression | undefined;
}

const operators: Record<string, Operator> = {
  '&&': 'and',
  '||': 'or',
  '==': '==',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '+': '+',
  '-': '-',
  '*': '*',
};

/** Reads one policy in Cedar's JSON form (docs.cedarpolicy.com, "JSON policy format") into the small form. */
export function portable(text: string): Portable {
  const parsed = policyToJson(text);
  if (parsed.type === 'failure') throw new Error(`not a policy: ${text.slice(0, 80)}`);
  const { action, principal, resource, conditions } = parsed.json;
  const actions = actionsOf(action);
  const everybody = isOpen(principal) && isOpen(resource);
  if (actions === undefined || !everybody) return { actions: actions ?? 'all', when: undefined };
  const parts = conditions.map(({ kind, body }) => {
    const part = expression(body);
    return part && kind === 'unless' ? (['not', part] satisfies Expression) : part;
  });
  if (parts.some((part) => part === undefined)) return { actions, when: undefined };
  const [first = ['value', true], ...rest] = parts as Expression[];
  return { actions, when: rest.reduce<Expression>((all, part) => ['and', all, part], first) };
}

interface Scope {
  op: string;
  entity?: { id?: unknown };
  entities?: { id?: unknown }[];
  entity_type?: string;
  in?: unknown;
}

/** Accounts are the only principals, and an action has one type of resource: `is` says nothing more than the schema. */
function isOpen(scope: unknown): boolean {
  const { op, in: within } = scope as Scope;
  return op === 'All' || (op === 'is' && within === undefined);
}

function actionsOf(scope: unknown): string[] | 'all' | undefined {
  const { op, entity, entities } = scope as Scope;
  if (op === 'All') return 'all';
  const named = entities ?? (entity ? [entity] : []);
  const ids = named.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  return ids.length === named.length && ids.length > 0 ? ids : undefined;
}

function expression(body: unknown): Expression | undefined {
  const entries = Object.entries(body as Record<string, unknown>);
  const [name, part] = entries[0] ?? [];
  if (entries.length !== 1 || name === undefined) return undefined;
  if (name === 'Value') return isPlain(part) ? ['value', part] : undefined;
  if (name === 'Var' || name === '.') return path(body);
  const { left, right, arg } = part as { left?: unknown; right?: unknown; arg?: unknown };
  if (name === '!') {
    const inner = expression(arg);
    return inner && ['not', inner];
  }
  if (name === 'contains') {
    const members = listOf(left);
    const one = expression(right);
    return members && one && ['in', one, ['value', members]];
  }
  if (name === 'if-then-else') {
    const choice = part as { if: unknown; then: unknown; else: unknown };
    const [test, yes, no] = [expression(choice.if), expression(choice.then), expression(choice.else)];
    return test && yes && no && ['if', test, yes, no];
  }
  const operator = operators[name];
  const [a, b] = operator ? [expression(left), expression(right)] : [];
  return operator && a && b && [operator, a, b];
}

/** `principal.settings.live` as a list of names; `undefined` for a record as a whole or anything stranger. */
function path(body: unknown): Expression | undefined {
  const names: string[] = [];
  for (let rest = body; ; ) {
    const { '.': step, Var: root } = rest as { '.'?: { left: unknown; attr: string }; Var?: string };
    if (root === 'principal' || root === 'resource' || root === 'context')
      return names.length > 0 ? ['get', root, ...names] : undefined;
    if (!step) return undefined;
    names.unshift(step.attr);
    rest = step.left;
  }
}

function listOf(set: unknown): (boolean | number | string)[] | undefined {
  const { Set: members } = set as { Set?: { Value?: unknown }[] };
  const values = members?.map(({ Value }) => Value);
  return values?.every(isPlain) ? values : undefined;
}

function isPlain(value: unknown): value is boolean | number | string {
  return typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string';
}
