import type { AgeBand, Harm, Level } from '../base/vocabulary.ts';
import { rank } from '../base/vocabulary.ts';
import type { Assessment, Contribution } from './assessment.ts';
import { conclude } from './conclude.ts';
import type { DetectionPolicy } from './policy.ts';
import { total, weightOf } from './risk.ts';

const DAY = 86_400_000;
/** Accounts and messages of others that a term points at. */
const MOST_EVIDENCE = 6;

/** How an account stood towards a target when it was marked. */
export interface Standing {
  /** Null when the target is a group. */
  counterpart: string | null;
  counterpartBand: AgeBand;
  relationship: string;
  score: number;
  harm: Harm | null;
  contributions: Contribution[];
}

/**
 * One row of what is known across accounts; detection only ever adds rows (forget-store.ts and a lifted action take some
 * away). `pair`, `pile`: `account` stood out towards the
 * target `subject` (step: level, or day). `device`: `account` uses the device `subject`. `account`: `account` reached high
 * risk (step: level) or a person acted on it (step `acted:ACTION`).
 */
export interface Mark {
  organisationId: string;
  kind: 'pair' | 'pile' | 'device' | 'account';
  subject: string;
  account: string;
  step: string;
  /** Event time in milliseconds. */
  at: number;
  position: number;
  source: string;
  eventId: string;
  /** Of `account`. */
  band: AgeBand;
  /** Only of `pair` and `pile`. */
  standing: Standing | null;
}

/** Why an account looks like the return of another: an account on its device that had stood out before this one was made. */
export interface Evasion {
  account: string;
  others: { account: string; at: number; position: number }[];
}

/**
 * The returns among the accounts of one device, from the set of its `device` marks and the `account` marks of these
 * accounts. Pure: the order of the marks does not matter.
 */
export function evasionsOn(
  policy: DetectionPolicy,
  devices: readonly Mark[],
  stoodOut: readonly Mark[],
): Evasion[] {
  const span = policy.risk.together.evasion.withinDays * DAY;
  return [...devices].sort(byTime).flatMap(({ account, at }) => {
    const others = new Map<string, { account: string; at: number; position: number }>();
    for (const mark of [...stoodOut].sort(byTime)) {
      const shared = mark.account !== account && devices.some((one) => one.account === mark.account);
      if (shared && mark.at < at && at - mark.at <= span && !others.has(mark.account))
        others.set(mark.account, { account: mark.account, at: mark.at, position: mark.position });
    }
    return others.size === 0 ? [] : [{ account, others: [...others.values()] }];
  });
}

/** One evasion an account, over all its devices; earliest first, each other account once. */
export function mergeEvasions(evasions: readonly Evasion[]): Evasion[] {
  const merged = new Map<string, Evasion>();
  for (const { account, others } of evasions) {
    const known = merged.get(account)?.others ?? [];
    const all = new Map(
      [...known, ...others]
        .sort((a, b) => b.at - a.at || compare(b.account, a.account))
        .map((one) => [one.account, one]),
    );
    const sorted = [...all.values()].sort((a, b) => a.at - b.at || compare(a.account, b.account));
    merged.set(account, { account, others: sorted });
  }
  return [...merged.values()].sort((a, b) => compare(a.account, b.account));
}

/** The earliest of some marks (at least one); the order they come in does not matter. */
export function earliest(marks: readonly Mark[]): Mark {
  const [first] = [...marks].sort(byTime);
  if (!first) throw new Error('earliest: no mark');
  return first;
}

/**
 * Assessments of one target that no account alone gives reason for: several accounts working on it, many turning on it,
 * or one that looks like a return. Pure function of the set of the target's marks of one kind (`pair` or `pile`) and of
 * what is known of their accounts: order of arrival does not matter, and more marks only ever add.
 */
export function assessTogether(
  policyOf: (account: string) => DetectionPolicy,
  marks: readonly Mark[],
  evasions: ReadonlyMap<string, Evasion>,
): Assessment[] {
  const sorted = [...marks].sort(byTime);
  const kind = sorted[0]?.kind === 'pile' ? 'pile' : 'pair';
  const { together } = policyOf(sorted[0]?.account ?? '').risk;
  const rule = kind === 'pile' ? together.pileOn : together.collusion;
  const span = rule.withinDays * DAY;
  const raised: Assessment[] = [];
  for (const account of [...new Set(sorted.map((mark) => mark.account))].sort()) {
    const policy = policyOf(account);
    const own = sorted.filter((mark) => mark.account === account);
    const near = sorted.filter(
      (mark) => mark.account !== account && own.some((one) => Math.abs(one.at - mark.at) <= span),
    );
    const others = new Map(near.map((mark) => [mark.account, mark]).reverse() as [string, Mark][]);
    const terms: Contribution[] = [];
    const weight = weightOf(rule, others.size);
    if (weight > 0) {
      const evidence = [...others.values()]
        .sort(byTime)
        .slice(0, MOST_EVIDENCE)
        .map((mark) => mark.position);
      terms.push({
        kind: kind === 'pile' ? 'pile-on' : 'collusion',
        id: `accounts-${others.size + 1}`,
        weight,
        evidence,
      });
    }
    const evasion = evasions.get(account);
    if (evasion) terms.push(evasionTerm(policy, evasion));
    const strongest = own.reduce<Mark | undefined>(
      (best, mark) => ((mark.standing?.score ?? -99) > (best?.standing?.score ?? -99) ? mark : best),
      undefined,
    );
    if (terms.length === 0 || !strongest?.standing) continue;
    const last = [...own, ...(weight > 0 ? near : [])].sort(byTime).at(-1) ?? strongest;
    const { standing } = strongest;
    const risk = total(policy.risk, [...standing.contributions, ...terms], standing.harm);
    if (rank(risk.level) < rank('elevated')) continue;
    raised.push(
      conclude(policy, {
        key: ['together', kind, strongest.organisationId, strongest.subject, account],
        event: { ...last, time: new Date(last.at) },
        account,
        accountBand: strongest.band,
        counterpart: standing.counterpart,
        counterpartBand: standing.counterpartBand,
        relationship: standing.relationship,
        risk,
      }),
    );
  }
  return raised;
}

/** The hint that an account is a return, without looking at what it has done since. */
export function assessReturn(
  policy: DetectionPolicy,
  device: Mark,
  evasion: Evasion,
): Assessment | undefined {
  const prior = policy.risk.prior.stranger;
  const risk = total(
    policy.risk,
    [{ kind: 'prior', id: 'stranger', weight: prior, evidence: [] }, evasionTerm(policy, evasion)],
    null,
  );
  if (risk.level === 'none') return undefined;
  // A hint is worth a look beside other signs, never a case by itself.
  const level: Level = rank(risk.level) > rank('elevated') ? 'elevated' : risk.level;
  return conclude(policy, {
    key: ['return', device.organisationId, evasion.account],
    event: { ...device, time: new Date(device.at) },
    account: evasion.account,
    accountBand: device.band,
    counterpart: null,
    counterpartBand: null,
    relationship: 'stranger',
    risk: { ...risk, level },
  });
}

function evasionTerm(policy: DetectionPolicy, { others }: Evasion): Contribution {
  return {
    kind: 'evasion',
    id: 'same-device-as-flagged-account',
    weight: policy.risk.together.evasion.weight,
    evidence: others
      .map(({ position }) => position)
      .filter((position) => position >= 0)
      .slice(0, MOST_EVIDENCE),
  };
}

/** Rising time; source and id of the event, then account and step break ties, so that the order is always the same. */
function byTime(a: Mark, b: Mark): number {
  return (
    a.at - b.at ||
    compare(a.source, b.source) ||
    compare(a.eventId, b.eventId) ||
    compare(a.account, b.account) ||
    compare(a.step, b.step)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
