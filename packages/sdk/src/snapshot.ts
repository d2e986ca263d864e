import type { AgeBand } from './event-data.ts';
import type { Answer, Decision } from './shapes.ts';

/** A condition as the server tells it (`GET /v1/safeguards/snapshot`). */
type Expression = readonly [string, ...unknown[]];

export type Snapshot = Omit<Answer<'/v1/safeguards/snapshot', 'get', 200>, 'bands'> & {
  bands: Partial<Record<AgeBand, BandFacts>>;
};
type BandFacts = Answer<'/v1/safeguards/snapshot', 'get', 200>['bands'][AgeBand];
type Policy = Snapshot['policies'][number];
type Value = boolean | number | string;

/** What is known of an account while the server is away. */
export interface AccountAway {
  band: AgeBand;
  /** Last known values; the defaults of the band where there are none. */
  settings?: Record<string, Value> | undefined;
  /** 0 unless the last answer of the server showed a risk. */
  risk: number;
}

export interface SituationAway {
  action: string;
  resourceType: string;
  actor: AccountAway;
  /** The account acted upon or the host of a stream; `self` where it is the actor. */
  other?: AccountAway | 'self' | undefined;
  blocked: boolean;
  /** When they accepted each other (milliseconds since 1970), as far as this process saw it. */
  connectedSince?: number | undefined;
  /** What the platform says: properties of the resource and context. */
  given: Record<string, unknown>;
  /** Milliseconds since 1970. */
  now: number;
}

const DAY = 86_400_000;

type Verdict = Omit<Decision, 'unavailable'>;
type Facts = Record<'principal' | 'resource' | 'context', Record<string, unknown> | undefined>;

/**
 * Judges a situation by the policies that the server told last. Undefined where they cannot tell: an unknown action, a
 * missing attribute, a condition that only the server understands.
 */
export function judgeAway(snapshot: Snapshot, situation: SituationAway): Verdict | undefined {
  const action = snapshot.actions[situation.action];
  if (!action || action.resource !== situation.resourceType) return undefined;
  const given = { ...action.defaults, ...situation.given };
  if (action.required.some((attribute) => given[attribute] === undefined)) return undefined;
  const facts = factsOf(snapshot, situation, given);
  if (!facts) return undefined;
  const covering = snapshot.policies.filter(
    ({ actions }) => actions === 'all' || actions.includes(situation.action),
  );
  const judged = covering.map((policy) => ({ policy, holds: holds(policy, facts) }));
  const forbids = judged.filter(({ policy }) => policy.effect === 'forbid');
  const against = forbids.flatMap(({ policy, holds }) => (holds === true ? [policy] : []));
  // A forbid that may hold leaves the answer open, unless another refuses anyway.
  const isOpen = forbids.some(({ holds }) => holds === undefined);
  if (isOpen && !against.some(({ obligation }) => obligation === undefined)) return undefined;
  const permits = judged.flatMap(({ policy, holds }) =>
    policy.effect === 'permit' && holds === true ? [policy] : [],
  );
  return verdictOf(against.length === 0 && permits.length > 0, against.length > 0 ? against : permits);
}

function factsOf(
  snapshot: Snapshot,
  { actor, other, blocked, connectedSince, now, resourceType }: SituationAway,
  given: Record<string, unknown>,
): Facts | undefined {
  const principal = accountFacts(snapshot, actor);
  const target =
    other === 'self' ? principal : other === undefined ? undefined : accountFacts(snapshot, other);
  if (!principal || (other !== undefined && !target)) return undefined;
  const isSelf = other === 'self';
  const { relationship, localTime, rating, ...flags } = given;
  const hasRole = snapshot.roles.includes(String(relationship));
  // Whom a child accepted is known from events; the word that a grown person is a friend is not enough.
  const isAcross =
    target !== undefined && ((principal.grown && target.minor) || (principal.minor && target.grown));
  const isFriend = relationship === 'friend' && !isAcross;
  const rests = resourceType === 'account' && target ? target : principal;
  return {
    principal,
    resource: target,
    context: {
      ...flags,
      ...(rating === undefined ? {} : { rating: Number.parseInt(String(rating), 10) }),
      self: isSelf,
      connected: isSelf || connectedSince !== undefined || hasRole || isFriend,
      newContact:
        connectedSince !== undefined && !hasRole && now - connectedSince < snapshot.newContactDays * DAY,
      relationship: hasRole || relationship === 'friend' ? relationship : 'none',
      peers:
        target !== undefined &&
        snapshot.peers.some(([one, two]) => one === principal.band && two === target.band),
      blocked,
      quiet: isQuiet(String(rests.settings.quietHours), localTime, now, snapshot.utcOffsetMinutes),
      leastAge: principal.leastAge,
      hostMinor: target?.minor ?? true,
      hostLive: String(target?.settings.live ?? 'off'),
      // Consents that the server holds cannot be seen from here.
      parentConsents: false,
      childConsents: false,
    },
  };
}

function accountFacts({ bands }: Snapshot, { band, settings, risk }: AccountAway) {
  const facts = bands[band];
  if (!facts) return undefined;
  return { ...facts, band, risk, ageInDoubt: false, settings: { ...facts.settings, ...settings } };
}

/** Whether local time lies in an interval `HH:MM-HH:MM`, over midnight if need be; undefined when the time is no time. */
function isQuiet(interval: string, localTime: unknown, now: number, offset: number): boolean | undefined {
  const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  const [, start, end] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(interval) ?? [];
  if (start === undefined || end === undefined) return false;
  if (localTime !== undefined && !/^\d\d:\d\d$/.test(String(localTime))) return undefined;
  const minute =
    localTime === undefined ? (Math.floor(now / 60_000) + offset) % 1440 : minutes(String(localTime));
  const [from, to] = [minutes(start), minutes(end)];
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

function holds(policy: Policy, facts: Facts): boolean | undefined {
  if (policy.when === undefined) return undefined;
  const value = evaluate(policy.when as unknown as Expression, facts);
  return typeof value === 'boolean' ? value : undefined;
}

/** The value of a condition; undefined where a fact is missing (`false && unknown` is false all the same). */
function evaluate(expression: Expression, facts: Facts): unknown {
  const [operator, ...parts] = expression;
  const part = (index: number) => evaluate(parts[index] as Expression, facts);
  switch (operator) {
    case 'value':
      return parts[0];
    case 'get': {
      const [root, ...names] = parts as ['principal' | 'resource' | 'context', ...string[]];
      return names.reduce<unknown>(
        (value, name) => (value as Record<string, unknown> | undefined)?.[name],
        facts[root],
      );
    }
    case 'not': {
      const value = part(0);
      return typeof value === 'boolean' ? !value : undefined;
    }
    case 'and':
    case 'or': {
      const decides = operator === 'or';
      const [left, right] = [part(0), part(1)];
      if (left === decides || right === decides) return decides;
      return left === !decides && right === !decides ? !decides : undefined;
    }
    case 'if': {
      const test = part(0);
      return typeof test === 'boolean' ? part(test ? 1 : 2) : undefined;
    }
    default:
      return compare(operator, part(0), part(1));
  }
}

function compare(operator: string, left: unknown, right: unknown): unknown {
  if (left === undefined || right === undefined) return undefined;
  if (operator === 'in') return Array.isArray(right) ? right.includes(left) : undefined;
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (!Number.isInteger(left) || !Number.isInteger(right)) return undefined;
  const [a, b] = [left as number, right as number];
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    default:
      return undefined;
  }
}

/** As the server makes it: a forbid without an obligation denies, warnings alone allow, other obligations limit. */
function verdictOf(allowed: boolean, determining: Policy[]): Verdict {
  const sorted = [...determining].sort((a, b) => (a.id < b.id ? -1 : 1));
  const obligations = sorted.flatMap(({ id, obligation }) =>
    obligation === undefined ? [] : [{ ...obligation, policy: id }],
  );
  const hard = sorted.length === 0 || sorted.some(({ obligation }) => obligation === undefined);
  const decision =
    allowed || (!hard && obligations.every(({ kind }) => kind === 'warn'))
      ? 'allow'
      : hard
        ? 'deny'
        : 'limit';
  return {
    decision,
    policies: sorted.map(({ id }) => id),
    reasons: sorted.map(({ id, cue, law, reason }) => ({
      policy: id,
      ...(cue === undefined ? {} : { cue }),
      ...(law === undefined ? {} : { law }),
      text: reason,
    })),
    obligations,
  };
}

const severity = { allow: 0, limit: 1, deny: 2 };

/** The stricter of two verdicts; what both ask for where they are equally strict. */
export function stricter(one: Verdict, other: Verdict): Verdict {
  if (severity[one.decision] !== severity[other.decision])
    return severity[one.decision] > severity[other.decision] ? one : other;
  const fresh = new Set(other.policies.filter((id) => !one.policies.includes(id)));
  return {
    decision: one.decision,
    policies: [...one.policies, ...fresh],
    reasons: [...one.reasons, ...other.reasons.filter(({ policy }) => fresh.has(policy))],
    obligations: [...one.obligations, ...other.obligations.filter(({ policy }) => fresh.has(policy))],
  };
}

const found = new WeakMap<Snapshot, Map<string, Set<string>>>();

/** Ids of policies whose condition reads a fact, such as `context.blocked`; looked up once for each snapshot. */
export function readers(
  snapshot: Snapshot,
  fact: 'context.blocked' | 'principal.risk' | 'resource.risk',
): Set<string> {
  const known = found.get(snapshot) ?? new Map<string, Set<string>>();
  found.set(snapshot, known);
  let ids = known.get(fact);
  if (!ids) {
    const reads = (part: unknown): boolean =>
      Array.isArray(part) && ((part[0] === 'get' && `${part[1]}.${part[2]}` === fact) || part.some(reads));
    ids = new Set(snapshot.policies.flatMap(({ id, when }) => (reads(when) ? [id] : [])));
    known.set(fact, ids);
  }
  return ids;
}
