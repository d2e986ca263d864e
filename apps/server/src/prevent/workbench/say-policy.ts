import { type Expr, policyToJson, policyToText } from '@cedar-policy/cedar-wasm/nodejs';
import type { LocalText } from '../../base/vocabulary.ts';
import type { ActionName } from '../actions.ts';
import { catalogue } from '../catalogue.ts';
import { obligations } from '../obligations.ts';
import type { Safeguard } from '../safeguards.ts';
import {
  accountFlags,
  actionWords,
  actor,
  bandWords,
  contextFlags,
  contextNouns,
  obligationWords,
  other,
  riskWords,
  valueWords,
} from './words.ts';

/** A condition in words: one fact, or several of which all or one must hold. `cedar`: told as Cedar text, for want of words. */
export type Clause = { kind: 'fact'; text: LocalText; cedar?: true } | { kind: 'all' | 'any'; of: Clause[] };

/** A policy as people read it. */
export interface PolicyWords {
  /** "Does not allow", "Allows", "Allows only so: …", "Allows, with …". */
  effect: LocalText;
  actions: LocalText[];
  /** Absent when it always holds. */
  condition?: Clause;
  sentence: LocalText;
  /** Everything was put in words. */
  whole: boolean;
}

const say = (vi: string, en: string): LocalText => ({ vi, en });
const quoted = (text: LocalText) => say(`“${text.vi}”`, `“${text.en}”`);

/** Puts one policy into words, from its Cedar syntax tree. Throws when the text is no policy. */
export function sayPolicy({
  text,
  effect,
  obligation,
}: Pick<Safeguard, 'text' | 'effect' | 'obligation'>): PolicyWords {
  const parsed = policyToJson(text);
  if (parsed.type === 'failure') throw new Error(`not a policy: ${parsed.errors[0]?.message}`);
  const { action, conditions } = parsed.json;
  const clauses = conditions.map(({ kind, body }) => clauseOf(body, kind === 'unless'));
  const condition = clauses.length > 0 ? join('all', clauses) : undefined;
  const actions = actionsOf(action);
  const opening = effectOf(effect, obligation);
  const names = list(actions, say(', ', ', '));
  const when = condition && flat(condition);
  return {
    effect: opening,
    actions,
    ...(condition ? { condition } : {}),
    sentence: say(
      `${opening.vi}: ${names.vi}${when ? `, khi ${when.vi}` : ''}.`,
      `${opening.en}: ${names.en}${when ? `, when ${when.en}` : ''}.`,
    ),
    whole: condition === undefined || isWhole(condition),
  };
}

function effectOf(effect: Safeguard['effect'], obligation: Safeguard['obligation']): LocalText {
  if (effect === 'permit') return say('Cho phép', 'Allows');
  if (obligation === undefined) return say('Không cho', 'Does not allow');
  const words = obligationWords[obligation];
  return obligations[obligation] === 'warn'
    ? say(`Cho phép, kèm ${words.vi}`, `Allows, with ${words.en}`)
    : say(`Chỉ cho có điều kiện (${words.vi})`, `Allows with a limit (${words.en})`);
}

function actionsOf(scope: unknown): LocalText[] {
  const { op, entity, entities } = scope as { op: string; entity?: unknown; entities?: unknown[] };
  if (op === 'All') return [say('mọi việc', 'anything')];
  return [...(entity === undefined ? [] : [entity]), ...(entities ?? [])].map((one) => {
    const { id } = one as { id: string };
    return actionWords[id as ActionName] ?? say(id, id);
  });
}

export const isWhole = (clause: Clause): boolean =>
  clause.kind === 'fact' ? clause.cedar !== true : clause.of.every(isWhole);

/** Nested clauses of one kind become one list. */
function join(kind: 'all' | 'any', of: Clause[]): Clause {
  const parts = of.flatMap((one) => (one.kind === kind ? one.of : [one]));
  return parts.length === 1 && parts[0] ? parts[0] : { kind, of: parts };
}

/** A condition as one phrase. */
export function flat(clause: Clause): LocalText {
  if (clause.kind === 'fact') return clause.text;
  const parts = clause.of.map((one) => {
    const words = flat(one);
    return one.kind === 'fact' || clause.kind === 'all' ? words : say(`(${words.vi})`, `(${words.en})`);
  });
  if (clause.kind === 'all') {
    const safe = parts.map((words, at) =>
      clause.of[at]?.kind === 'any' ? say(`(${words.vi})`, `(${words.en})`) : words,
    );
    return list(safe, say(' và ', ' and '));
  }
  return list(parts, say(' hoặc ', ' or '));
}

/** Commas, and `last` before the last. */
function list(parts: LocalText[], last: LocalText): LocalText {
  const inOne = (lang: 'vi' | 'en') => {
    const words = parts.map((part) => part[lang]);
    return [...(words.length > 1 ? [words.slice(0, -1).join(', ')] : []), ...words.slice(-1)].join(
      last[lang],
    );
  };
  return say(inOne('vi'), inOne('en'));
}

/** The one operator of an expression and what it holds. */
function open(expression: Expr): [operator: string, inner: Record<string, Expr>] {
  const [entry] = Object.entries(expression as Record<string, unknown>);
  return [entry?.[0] ?? '', (entry?.[1] ?? {}) as Record<string, Expr>];
}

function clauseOf(expression: Expr, negated: boolean): Clause {
  const [operator, inner] = open(expression);
  const { left, right, arg } = inner;
  if (operator === '!' && arg) return clauseOf(arg, !negated);
  if ((operator === '&&' || operator === '||') && left && right) {
    // Not (a and b) is: not a, or not b.
    const kind = (operator === '&&') === negated ? 'any' : 'all';
    return join(kind, [clauseOf(left, negated), clauseOf(right, negated)]);
  }
  const words = flagOf(expression, negated) ?? comparisonOf(expression, negated);
  return words
    ? { kind: 'fact', text: words }
    : { kind: 'fact', text: cedarOf(expression, negated), cedar: true };
}

/** `principal.settings.x` as ['principal', 'settings', 'x']. */
function pathOf(expression: Expr): string[] | undefined {
  const [operator, inner] = open(expression);
  if (operator === 'Var') return [String(inner)];
  if (operator !== '.' || !inner.left) return undefined;
  const before = pathOf(inner.left);
  return before && [...before, String(inner.attr)];
}

const person = (variable: string | undefined) => (variable === 'principal' ? actor : other);

function flagOf(expression: Expr, negated: boolean): LocalText | undefined {
  const path = pathOf(expression);
  if (!path) return undefined;
  const [variable, attribute = '', setting] = path;
  if (variable === 'context' && path.length === 2) {
    const flag = Object.hasOwn(contextFlags, attribute) ? contextFlags[attribute] : undefined;
    return flag && (negated ? flag.no : flag.yes);
  }
  if (path.length === 2 && Object.hasOwn(accountFlags, attribute)) {
    const flag = accountFlags[attribute];
    return flag && (negated ? flag.no : flag.yes)(person(variable));
  }
  if (attribute === 'settings' && setting !== undefined) {
    const name = settingName(setting, person(variable));
    return (
      name &&
      (negated
        ? say(`${name.vi} đang tắt`, `${name.en} is off`)
        : say(`${name.vi} đang bật`, `${name.en} is on`))
    );
  }
  return undefined;
}

function settingName(id: string, who: LocalText): LocalText | undefined {
  const name = catalogue.get(id)?.name;
  return name && say(`cài đặt “${name.vi}” của ${who.vi}`, `the setting “${name.en}” of ${who.en}`);
}

const opposite: Record<string, string> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};
const mirrored: Record<string, string> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
};

const comparisons: Record<string, LocalText> = {
  '==': say('là', 'is'),
  '!=': say('không phải', 'is not'),
  '<': say('thấp hơn', 'is below'),
  '<=': say('không quá', 'is at most'),
  '>': say('cao hơn', 'is above'),
  '>=': say('đã đến', 'has reached'),
};

function comparisonOf(expression: Expr, negated: boolean): LocalText | undefined {
  const [given, { left, right }] = open(expression);
  if (opposite[given] === undefined || !left || !right) return undefined;
  // A literal on the left is read from the right.
  const turned = open(left)[0] === 'Value';
  const [subject, object] = turned ? [right, left] : [left, right];
  const wanted = turned ? (mirrored[given] ?? given) : given;
  const operator = negated ? (opposite[wanted] ?? wanted) : wanted;
  const path = pathOf(subject);
  if (!path) return undefined;
  const [kind, value] = open(object);
  if (kind === 'Value') return literalOf(path, operator, value as unknown);
  const noun = nounOf(path);
  const than = pathOf(object);
  const against = than && nounOf(than);
  const word = comparisons[operator];
  return (
    noun &&
    against &&
    word &&
    say(`${noun.vi} ${word.vi} ${against.vi}`, `${noun.en} ${word.en} ${against.en}`)
  );
}

function nounOf([variable, attribute = '', setting]: string[]): LocalText | undefined {
  if (variable === 'context')
    return Object.hasOwn(contextNouns, attribute) ? contextNouns[attribute] : undefined;
  if (attribute === 'settings' && setting !== undefined) return settingName(setting, person(variable));
  if (attribute === 'band')
    return say(`nhóm tuổi của ${person(variable).vi}`, `the age group of ${person(variable).en}`);
  return undefined;
}

function literalOf(path: string[], operator: string, value: unknown): LocalText | undefined {
  const [variable, attribute, setting] = path;
  const who = person(variable);
  if (typeof value === 'boolean') {
    const expression = path
      .slice(1)
      .reduce<Expr>((left, attr) => ({ '.': { left, attr } }), { Var: variable } as Expr);
    if (operator !== '==' && operator !== '!=') return undefined;
    return flagOf(expression, (operator === '==') !== value);
  }
  if (attribute === 'risk' && typeof value === 'number') return riskOf(who, operator, value);
  if (attribute === 'band' && typeof value === 'string' && Object.hasOwn(bandWords, value)) {
    const band = bandWords[value as keyof typeof bandWords];
    if (operator === '==') return say(`${who.vi} ${band.vi}`, `${who.en} is ${band.en}`);
    return operator === '!='
      ? say(`${who.vi} không phải ${band.vi}`, `${who.en} is not ${band.en}`)
      : undefined;
  }
  const noun = nounOf(path);
  const word = comparisons[operator];
  if (!noun || !word) return undefined;
  if (attribute === 'settings' && typeof value === 'number') {
    const definition = catalogue.get(setting ?? '');
    const off = definition?.number?.off;
    if (value === off && (operator === '>' || operator === '!='))
      return say(`${noun.vi} có đặt giới hạn`, `${noun.en} sets a limit`);
    if (value === off && (operator === '<=' || operator === '=='))
      return say(`${noun.vi} không đặt giới hạn`, `${noun.en} sets no limit`);
  }
  if (typeof value === 'number') {
    const minutes = attribute === 'settings' || attribute?.startsWith('minutes');
    const amount = minutes ? say(`${value} phút`, `${value} minutes`) : say(`${value}`, `${value}`);
    return say(`${noun.vi} ${word.vi} ${amount.vi}`, `${noun.en} ${word.en} ${amount.en}`);
  }
  if (typeof value !== 'string') return undefined;
  const words = quoted(
    Object.hasOwn(valueWords, value) ? (valueWords[value] ?? say(value, value)) : say(value, value),
  );
  return say(`${noun.vi} ${word.vi} ${words.vi}`, `${noun.en} ${word.en} ${words.en}`);
}

function riskOf(who: LocalText, operator: string, level: number): LocalText | undefined {
  const name = riskWords[level] && quoted(riskWords[level]);
  if (!name) return undefined;
  const risk = say(`nguy cơ của ${who.vi}`, `the risk of ${who.en}`);
  const words: Record<string, LocalText> = {
    '>=': say(`từ mức ${name.vi} trở lên`, `is ${name.en} or above`),
    '>': say(`trên mức ${name.vi}`, `is above ${name.en}`),
    '<': say(`dưới mức ${name.vi}`, `is below ${name.en}`),
    '<=': say(`từ mức ${name.vi} trở xuống`, `is ${name.en} or below`),
    '==': say(`đúng mức ${name.vi}`, `is ${name.en}`),
    '!=': say(`khác mức ${name.vi}`, `is not ${name.en}`),
  };
  const said = words[operator];
  return said && say(`${risk.vi} ${said.vi}`, `${risk.en} ${said.en}`);
}

/** The Cedar text of one expression, for what there are no words for. */
function cedarOf(expression: Expr, negated: boolean): LocalText {
  const written = policyToText({
    effect: 'permit',
    principal: { op: 'All' },
    action: { op: 'All' },
    resource: { op: 'All' },
    conditions: [{ kind: 'when', body: negated ? { '!': { arg: expression } } : expression }],
  });
  const text =
    written.type === 'success'
      ? (/when\s*\{\s*([\s\S]*?)\s*\}\s*;?\s*$/.exec(written.text)?.[1] ?? written.text)
      : JSON.stringify(expression);
  return say(text, text);
}
