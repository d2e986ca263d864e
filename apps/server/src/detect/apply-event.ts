import { createHash } from 'node:crypto';
import { analyse, cueById } from '@keben/cues';
import { type AgeBand, isMinor, type Level, rank } from '../base/vocabulary.ts';
import type { Assessment } from './assessment.ts';
import { type AccountState, featuresOf, newAccount, observeBehaviour } from './behaviour.ts';
import { actorOf, type DetectionEvent, type Relationship } from './event.ts';
import { type DetectionPolicy, decideAssessment, type RuleFacts } from './policy.ts';
import {
  newPair,
  type Observation,
  observeCues,
  type PairState,
  type Risk,
  riskOfAccount,
  riskOfPair,
} from './risk.ts';

/** Recipients of one message for whom risk is tracked; a message to a crowd is judged for the first of them. */
const MOST_RECIPIENTS = 32;

/** An event with its text read: pure input of {@link applyEvent}. */
export interface ReadEvent extends DetectionEvent {
  text: string | null;
  cues: Observation[];
}

/** States by key; `get` gives what was loaded, `set` what will be written. */
export interface States {
  account(id: string): AccountState | undefined;
  pair(actor: string, other: string): PairState | undefined;
  setAccount(id: string, state: AccountState): void;
  setPair(actor: string, other: string, state: PairState): void;
}

/** Reads the cues of an event's text and links. Pure. */
export function readEvent(event: DetectionEvent, text: string | null): ReadEvent {
  const lang = event.body.type === 'message.sent' ? event.body.data.lang : undefined;
  const cues = text === null ? [] : analyse(text, lang === undefined ? {} : { lang }).cues;
  return { ...event, text, cues };
}

/** Pairs whose state the event needs: none for a message without a cue, which is nearly all of them. */
export function pairsOf(event: ReadEvent): { actor: string; other: string }[] {
  if (event.body.type !== 'message.sent') return [];
  if (event.cues.length === 0) return [];
  const { from, to } = event.body.data;
  return to
    .slice(0, MOST_RECIPIENTS)
    .filter((party) => party.id !== from.id)
    .map((party) => ({ actor: from.id, other: party.id }));
}

/** True when the event can change the actor's own state (so that it must be loaded). */
export function touchesAccount(event: ReadEvent): boolean {
  const { body } = event;
  switch (body.type) {
    case 'account.registered':
    case 'account.updated':
    case 'account.deleted':
    case 'content.published':
    case 'stream.started':
    case 'gift.sent':
    case 'payment.requested':
      return false;
    case 'message.sent':
      return event.cues.length > 0 || (body.data.relationship ?? 'stranger') === 'stranger';
    case 'media.shared':
      return (body.data.relationship ?? 'stranger') === 'stranger';
    case 'contact.requested':
    case 'contact.accepted':
    case 'contact.removed':
    case 'user.blocked':
    case 'user.reported':
      return true;
  }
}

/** One step of detection: changes `states` and returns the assessments that the event raised. No clock, no database. */
export function applyEvent(policy: DetectionPolicy, states: States, event: ReadEvent): Assessment[] {
  const actor = actorOf(event.body);
  const time = event.time.getTime();
  const raised: Assessment[] = [];
  let features: Record<string, number> = {};
  if (touchesAccount(event)) {
    const before = states.account(actor);
    const band = bandOfActor(event) ?? before?.band ?? 'unknown';
    const after = observeBehaviour(before ?? newAccount(band), event.body, event.text, time);
    features = featuresOf(after, time);
    const risk = riskOfAccount(policy.risk, features);
    if (after !== before && (before !== undefined || after !== undefined)) states.setAccount(actor, after);
    if (risk.level !== after.level) {
      states.setAccount(actor, { ...after, level: risk.level });
      if (rank(risk.level) > rank(after.level as Level)) {
        raised.push(
          assess(
            policy,
            event,
            actor,
            band,
            null,
            null,
            risk,
            facts(risk, event, [], 'stranger', band, 'unknown', features),
          ),
        );
      }
    }
  }
  if (event.body.type !== 'message.sent') return raised;
  const { from, to, relationship = 'stranger' } = event.body.data;
  const bands = new Map(to.map((party) => [party.id, party.ageBand]));
  for (const { other } of pairsOf(event)) {
    const otherBand = bands.get(other) ?? 'unknown';
    const before = states.pair(actor, other);
    const { pair, risk } = stepPair(policy, before, event, from.ageBand, otherBand, relationship, features);
    const known = facts(
      risk,
      event,
      Object.keys(pair.stages),
      relationship,
      from.ageBand,
      otherBand,
      features,
    );
    // At high risk a grave sign of a new kind is told too: whoever handles the case must see the demand after the threat.
    const newKind =
      rank(risk.level) >= rank('high') &&
      event.cues.some(({ cue }) => severityOf([{ cue }]) >= 3 && before?.terms[cue] === undefined);
    if (rank(risk.level) > rank(pair.level) || newKind) {
      raised.push(assess(policy, event, actor, from.ageBand, other, otherBand, risk, known));
    }
    states.setPair(actor, other, { ...pair, level: risk.level });
  }
  return raised;
}

/** The pair after the message, and its risk then. Pure; screening uses it without keeping the result. */
export function stepPair(
  policy: DetectionPolicy,
  before: PairState | undefined,
  event: Pick<ReadEvent, 'cues' | 'position' | 'time'>,
  band: AgeBand,
  otherBand: AgeBand,
  relationship: Relationship,
  features: Record<string, number>,
): { pair: PairState; risk: Risk } {
  const time = event.time.getTime();
  const start = before
    ? { ...before, band, otherBand, relationship }
    : newPair(band, otherBand, relationship);
  const pair = observeCues(policy.risk, start, event.cues, event.position, time);
  return { pair, risk: riskOfPair(policy.risk, pair, features, time) };
}

/** What the rules may look at. */
export function facts(
  risk: Risk,
  event: Pick<ReadEvent, 'cues'>,
  stages: string[],
  relationship: Relationship,
  band: AgeBand,
  otherBand: AgeBand,
  features: Record<string, number>,
): RuleFacts {
  return {
    level: rank(risk.level),
    score: risk.score,
    severity: severityOf(event.cues),
    cues: [...new Set(event.cues.map((cue) => cue.cue))],
    stages,
    harm: risk.harm ?? '',
    relationship,
    known: relationship === 'friend' || relationship === 'family' || relationship === 'teacher',
    actorBand: band,
    actorAdult: band === 'adult' || band === '18-24',
    recipientBand: otherBand,
    recipientMinor: isMinor(otherBand),
    features,
  };
}

/** The gravest cue's severity, 0 without cues. */
export function severityOf(cues: readonly { cue: string }[]): number {
  return Math.max(0, ...cues.map(({ cue }) => cueById(cue)?.severity ?? 0));
}

function assess(
  policy: DetectionPolicy,
  event: ReadEvent,
  account: string,
  accountBand: AgeBand,
  counterpart: string | null,
  counterpartBand: AgeBand | null,
  risk: Risk,
  known: RuleFacts,
): Assessment {
  const { actions, rules, silent } = decideAssessment(policy, known);
  return {
    id: stableId([event.organisationId, event.source, event.eventId, account, counterpart ?? '', risk.level]),
    organisationId: event.organisationId,
    position: event.position,
    eventId: event.eventId,
    account,
    accountBand,
    counterpart,
    counterpartBand,
    level: risk.level,
    score: risk.score,
    harm: risk.harm,
    cues: risk.contributions.filter((term) => term.kind === 'cue').map((term) => term.id),
    contributions: risk.contributions,
    rules,
    actions,
    version: policy.version,
    at: event.time,
    ...(silent === undefined ? {} : { silent }),
  };
}

function bandOfActor({ body }: ReadEvent): AgeBand | undefined {
  if (body.type === 'user.blocked' || body.type === 'user.reported') return body.data.target.ageBand;
  return 'from' in body.data ? body.data.from.ageBand : undefined;
}

/** A UUID (version 8, RFC 9562) that follows from its parts: the same event gives the same assessment, always. */
function stableId(parts: string[]): string {
  const hex = createHash('sha256').update(parts.join('\n')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
