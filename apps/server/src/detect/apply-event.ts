import { analyse } from '@keben/cues';
import { type AgeBand, type Harm, isMinor, rank } from '../base/vocabulary.ts';
import type { Assessment } from './assessment.ts';
import { adultAmongMinors, answered, isGroup, type Target, targetsOf } from './audience.ts';
import { type AccountState, featuresOf, newAccount, observeBehaviour } from './behaviour.ts';
import { conclude, severityOf } from './conclude.ts';
import { actorOf, type DetectionEvent, type EventBody, type ReadEvent, type Relationship } from './event.ts';
import { markDevice, markPair, markPile, markStandOut } from './mark-event.ts';
import type { Mark } from './marks.ts';
import type { DetectionPolicy } from './policy.ts';
import {
  featuresOfPair,
  isKnown,
  newPair,
  type Observation,
  observeCues,
  observeResemblance,
  type PairState,
  type Risk,
  riskOfAccount,
  riskOfPair,
} from './risk.ts';
import { combine, type SecondReading } from './second-reader/index.ts';
import { stageNames } from './stages.ts';

/** States by key, loaded for the event ({@link pairsOf}, {@link touchesAccount}); the step changes them in place. */
export interface States {
  account(id: string): AccountState | undefined;
  pair(actor: string, other: string): PairState | undefined;
  /** Called when a state is new or was changed, so that it will be written. */
  setAccount(id: string, state: AccountState): void;
  setPair(actor: string, other: string, state: PairState): void;
}

export interface Outcome {
  raised: Assessment[];
  /** What must be known across accounts (marks.ts). */
  marks: Mark[];
}
const nothing: Outcome = { raised: [], marks: [] };

/** Reads the cues of an event's text and links; `second` is what a second reader said of the text. Pure. */
export function readEvent(event: DetectionEvent, text: string | null, second?: SecondReading): ReadEvent {
  const { organisationId, position, source, eventId, time, body } = event;
  const read = readText(body, text, undefined, second);
  return { organisationId, position, source, eventId, time, body, text, ...read, ...(second && { second }) };
}

/** What a text and the links beside it show: their cues and the likeliest harm's probability; after `before` when it goes on with that. */
export function readText(
  body: EventBody,
  text: string | null,
  before?: string,
  second?: SecondReading,
): Pick<ReadEvent, 'cues' | 'resemblance'> {
  const links = 'links' in body.data ? body.data.links : undefined;
  if (text === null && !links?.length) return { cues: [], resemblance: 0 };
  const lang = body.type === 'message.sent' ? body.data.lang : undefined;
  const first = analyse(text ?? '', {
    ...(lang === undefined ? {} : { lang }),
    ...(before === undefined ? {} : { before }),
    links,
  });
  const { cues, harms } = second === undefined ? first : combine(first, second, text ?? '');
  let resemblance = 0;
  for (const harm in harms) resemblance = Math.max(resemblance, harms[harm as Harm] ?? 0);
  return { cues, resemblance };
}

/** Pairs whose state the event needs: none for a message without a cue between people who know each other, nearly all. */
export function pairsOf({ body, cues }: ReadEvent): { actor: string; other: string }[] {
  switch (body.type) {
    case 'message.sent':
      if (cues.length > 0)
        return targetsOf(body.data).map(({ key }) => ({ actor: body.data.from.id, other: key }));
      return unknownOne(body.data.to, body.data.relationship).map((other) => ({
        actor: body.data.from.id,
        other,
      }));
    case 'gift.sent':
    case 'payment.requested':
      return [{ actor: body.data.from.id, other: body.data.to.id }];
    default:
      return [];
  }
}

/** The pair that an answer belongs to as well: the other side's towards the writer ({@link applyAnswer}). */
export function pairAnswered({
  body,
}: Pick<DetectionEvent, 'body'>): { actor: string; other: string } | undefined {
  const actor = answered(body);
  return actor === undefined || !('from' in body.data) ? undefined : { actor, other: body.data.from.id };
}

/** True when the event can change the actor's own state, or its features are asked for (so that it must be loaded). */
export function touchesAccount({ body, cues }: ReadEvent): boolean {
  switch (body.type) {
    case 'message.sent': {
      const { relationship = 'stranger', from, to } = body.data;
      if (cues.length > 0 || relationship === 'stranger') return true;
      return relationship === 'contact' && (to.length === 1 || !isMinor(from.ageBand));
    }
    case 'media.shared':
      return (body.data.relationship ?? 'stranger') === 'stranger';
    case 'account.registered':
    case 'account.updated':
    case 'contact.requested':
    case 'contact.accepted':
    case 'contact.removed':
    case 'user.blocked':
    case 'user.reported':
      return true;
    case 'account.deleted':
    case 'content.published':
    case 'stream.started':
    case 'gift.sent':
    case 'payment.requested':
    case 'user.unblocked':
      return false;
  }
}

/** One step of detection: changes `states` and returns what the event raised and marked. No clock, no database. */
export function applyEvent(policy: DetectionPolicy, states: States, event: ReadEvent): Outcome {
  const { body } = event;
  if (body.type === 'gift.sent' || body.type === 'payment.requested') {
    countGift(states, body.type, body.data.from.id, body.data.to.id);
    return nothing;
  }
  if (!touchesAccount(event)) return nothing;
  const actor = actorOf(body);
  const time = event.time.getTime();
  const outcome: Outcome = { raised: [], marks: [] };
  const known = states.account(actor);
  const account = known ?? newAccount(bandOfActor(event));
  const learned = observeBehaviour(account, body, event.text, severityOf(event.cues), time);
  if (learned) states.setAccount(actor, account);
  if (body.type === 'account.registered' || body.type === 'account.updated') {
    // The age it is told with first is what a later one is compared with.
    if (!known) states.setAccount(actor, account);
    outcome.marks.push(...markDevice(event, body.data.account));
    return outcome;
  }
  if (!learned && event.cues.length === 0 && !tracked(states, event)) return nothing;
  const features = featuresOf(account, time);
  if (learned) stepAccount(policy, states, event, actor, account, features, outcome);
  if (body.type === 'message.sent') stepTargets(policy, states, event, features, outcome);
  return outcome;
}

/** What an answer means for the account it goes to (read in that account's partition). */
export function applyAnswer(states: States, { body }: Pick<DetectionEvent, 'body'>): void {
  const at = pairAnswered({ body });
  const pair = at && states.pair(at.actor, at.other);
  if (!at || !pair) return;
  pair.replies++;
  pair.unanswered = 0;
  const pictures =
    body.type === 'media.shared' || (body.type === 'message.sent' && (body.data.media?.length ?? 0) > 0);
  if (pictures) pair.pictures = (pair.pictures ?? 0) + 1;
  states.setPair(at.actor, at.other, pair);
}

function stepAccount(
  policy: DetectionPolicy,
  states: States,
  event: ReadEvent,
  actor: string,
  account: AccountState,
  features: Record<string, number>,
  { raised, marks }: Outcome,
): void {
  const risk = riskOfAccount(policy.risk, features);
  if (risk.level === account.level) return;
  if (rank(risk.level) > rank(account.level)) {
    raised.push(
      assess(policy, event, {
        actor,
        band: account.band,
        target: null,
        relationship: 'stranger',
        risk,
        stages: [],
        features,
      }),
    );
    marks.push(...markStandOut(event, actor, account.band, risk.level));
  }
  account.level = risk.level;
  states.setAccount(actor, account);
}

function stepTargets(
  policy: DetectionPolicy,
  states: States,
  event: ReadEvent,
  accountFeatures: Record<string, number>,
  { raised, marks }: Outcome,
): void {
  if (event.body.type !== 'message.sent') return;
  const { from, to, relationship = 'stranger' } = event.body.data;
  const targets =
    event.cues.length > 0
      ? targetsOf(event.body.data)
      : to.slice(0, 1).map((party) => ({ key: party.id, account: party.id, band: party.ageBand }));
  const severity = severityOf(event.cues);
  for (const target of targets) {
    const before = states.pair(from.id, target.key);
    if (event.cues.length === 0 && !before) continue;
    const kinds = before ? new Set(Object.keys(before.terms)) : undefined;
    const seen = before ? severityOf(Object.keys(before.terms).map((cue) => ({ cue }))) >= 2 : false;
    const outsider = target.account === null && adultAmongMinors(from, to, relationship);
    const { pair, risk, features } = stepPair(policy, before, event, {
      band: from.ageBand,
      otherBand: target.band,
      relationship,
      outsider,
      accountFeatures,
    });
    // At high risk a grave sign of a new kind is told too: whoever handles the case must see the demand after the threat.
    const newKind =
      rank(risk.level) >= rank('high') &&
      event.cues.some(({ cue }) => !kinds?.has(cue) && severityOf([{ cue }]) >= 3);
    const rises = rank(risk.level) > rank(pair.level);
    if (rises || newKind) {
      raised.push(
        assess(policy, event, {
          actor: from.id,
          band: from.ageBand,
          target,
          relationship,
          risk,
          stages: stageNames(pair.paths),
          features,
        }),
      );
    }
    if (rises) marks.push(...markStandOut(event, from.id, from.ageBand, risk.level));
    // Of a team each may play a small part: a grown person's first real cue to somebody young counts for the others too.
    if (
      target.account !== null &&
      !isKnown(relationship) &&
      !isMinor(from.ageBand) &&
      target.band !== 'adult'
    ) {
      if (rises) marks.push(markPair(event, from, target, relationship, risk, risk.level));
      else if (isMinor(target.band) && severity >= 2 && !seen)
        marks.push(markPair(event, from, target, relationship, risk, 'seen'));
    }
    marks.push(...markPile(event, from, target, isGroup(to), relationship, risk));
    pair.level = risk.level;
    states.setPair(from.id, target.key, pair);
  }
}

/** The pair after the message, changed in place, and its risk then. */
export function stepPair(
  policy: Pick<DetectionPolicy, 'risk'>,
  before: PairState | undefined,
  event: { cues: readonly Observation[]; resemblance: number; position: number; time: Date },
  whose: {
    band: AgeBand;
    otherBand: AgeBand;
    relationship: Relationship;
    /** A grown stranger in a group of minors. */
    outsider: boolean;
    accountFeatures: Record<string, number>;
  },
): { pair: PairState; risk: Risk; features: Record<string, number> } {
  const time = event.time.getTime();
  const pair = before ?? newPair(whose.band, whose.otherBand, whose.relationship);
  pair.band = whose.band;
  pair.otherBand = whose.otherBand;
  pair.relationship = whose.relationship;
  observeCues(policy.risk, pair, event.cues, event.position, time);
  pair.unanswered++;
  observeResemblance(pair, event.resemblance);
  const features = Object.assign(featuresOfPair(pair), whose.accountFeatures);
  if (whose.outsider) features['adult-in-group-of-minors'] = 1;
  return { pair, risk: riskOfPair(policy.risk, pair, features, time), features };
}

function assess(
  policy: DetectionPolicy,
  event: ReadEvent,
  {
    actor,
    band,
    target,
    relationship,
    risk,
    stages,
    features,
  }: {
    actor: string;
    band: AgeBand;
    target: Target | null;
    relationship: Relationship;
    risk: Risk;
    stages: string[];
    features: Record<string, number>;
  },
): Assessment {
  return conclude(policy, {
    key: [event.organisationId, event.source, event.eventId, actor, target?.key ?? '', risk.level],
    event,
    account: actor,
    accountBand: band,
    counterpart: target?.account ?? null,
    counterpartBand: target?.band ?? null,
    relationship,
    risk,
    cues: event.cues,
    stages,
    features,
  });
}

function countGift(
  states: States,
  type: 'gift.sent' | 'payment.requested',
  actor: string,
  other: string,
): void {
  const pair = states.pair(actor, other);
  if (!pair) return;
  if (type === 'gift.sent') pair.gifts = (pair.gifts ?? 0) + 1;
  else pair.payments = (pair.payments ?? 0) + 1;
  states.setPair(actor, other, pair);
}

function tracked(states: States, { body }: ReadEvent): boolean {
  if (body.type !== 'message.sent') return false;
  const [other] = unknownOne(body.data.to, body.data.relationship);
  return other !== undefined && states.pair(body.data.from.id, other) !== undefined;
}

/** The one recipient of a message between people who are not known to each other. */
function unknownOne(to: readonly { id: string }[], relationship: Relationship = 'stranger'): string[] {
  return to.length === 1 && to[0] && !isKnown(relationship) ? [to[0].id] : [];
}

function bandOfActor({ body }: ReadEvent): AgeBand {
  if ('target' in body.data) return body.data.target.ageBand;
  if (body.type === 'account.registered' || body.type === 'account.updated') return body.data.account.ageBand;
  return 'from' in body.data ? body.data.from.ageBand : 'unknown';
}
