import type { Tx } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import { type AgeBand, rank } from '../base/vocabulary.ts';
import { risksOf } from '../detect/index.ts';
import { type ActionName, actionFor, type Given, type ResourceType, readGiven } from './actions.ts';
import { leastAge } from './age.ts';
import { within } from './catalogue.ts';
import {
  type AccountFacts,
  accountFacts,
  arePeers,
  knowing,
  nobodyKnown,
  type Situation,
  type StoredAccount,
  type StoredRelation,
} from './facts.ts';
import type { Safeguards, Verdict } from './safeguards.ts';
import { accountsForDecisions, relationsOf } from './store.ts';

/** What a platform asks: may `subject` do `action` to `resource`? */
export interface AccessQuestion {
  subject: { id: string; ageBand?: AgeBand | undefined };
  action: string;
  resource: {
    type: ResourceType;
    id: string;
    ageBand?: AgeBand | undefined;
    properties?: Record<string, unknown> | undefined;
  };
  context?: Record<string, unknown> | undefined;
}

/** A question whose words were checked. */
interface Asked {
  question: AccessQuestion;
  action: ActionName;
  given: Given<ActionName>;
  /** The other account: the one acted upon, or the host of a stream. */
  other?: { id: string; ageBand: AgeBand | undefined } | undefined;
}

/** A verdict and the situation it was about; a question that cannot be asked so gives its own error in place. */
export type Answer = { verdict: Verdict; situation: Situation } | AppError;

/**
 * Judges questions of one organisation with what the platform's events taught: ages, choices, contacts, blocks and risk.
 * All facts are read together, so many questions cost hardly more than one.
 */
export async function decideAccess(
  tx: Tx,
  policies: Promise<Safeguards>,
  organisationId: string,
  questions: readonly AccessQuestion[],
  now: Date,
): Promise<Answer[]> {
  const asked = questions.map(check);
  const good = asked.filter((one): one is Asked => !(one instanceof AppError));
  const pairs = good.flatMap(({ question, other }) =>
    other && other.id !== question.subject.id ? [[question.subject.id, other.id] as [string, string]] : [],
  );
  const ids = new Set(
    good.flatMap(({ question, other }) => [question.subject.id, ...(other ? [other.id] : [])]),
  );
  // Started together: on a Postgres server they travel together (Database.read).
  const [safeguards, stored, relations, risks] = await Promise.all([
    policies,
    accountsForDecisions(tx, organisationId, [...ids]),
    relationsOf(tx, organisationId, pairs),
    risksOf(
      tx,
      organisationId,
      good.flatMap(({ question: { subject }, action, other }) => [
        { account: subject.id, counterpart: other?.id },
        ...(other && readsRiskOfOther(action) ? [{ account: other.id, counterpart: subject.id }] : []),
      ]),
      now,
    ),
  ]);
  let pair = 0;
  let risk = 0;
  const nextRisk = () => rank(risks[risk++] ?? 'none');
  return asked.map((one) => {
    if (one instanceof AppError) return one;
    const isPair = one.other !== undefined && one.other.id !== one.question.subject.id;
    const relation = isPair ? relations[pair++] : undefined;
    const own = nextRisk();
    const others = one.other && readsRiskOfOther(one.action) ? nextRisk() : 0;
    const situation = situationOf(one, stored, relation, { own, others }, now);
    return judged(safeguards, situation);
  });
}

/** A policy that fails while it is evaluated fails its own question, closed, and none of those that share the read. */
function judged(safeguards: Safeguards, situation: Situation): Answer {
  try {
    return { verdict: safeguards.judge(situation), situation };
  } catch (cause) {
    return new AppError('internal-error', 'The policies could not judge this question.', {}, { cause });
  }
}

/** Only whoever is about to accept somebody is told how risky that account is; elsewhere it is the actor's risk. */
const readsRiskOfOther = (action: ActionName) => action === 'contact.accept';

/** Checks the words of a question; an AppError says what is wrong with them. */
export function check(question: AccessQuestion): Asked | AppError {
  const { resource, context } = question;
  try {
    const action = actionFor(question.action, resource.type);
    const given = readGiven(action, context, resource.properties);
    const host = 'host' in given ? { id: given.host, ageBand: given.hostAgeBand } : undefined;
    const other = resource.type === 'account' ? { id: resource.id, ageBand: resource.ageBand } : host;
    return { question, action, given, other };
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** What the policies are told of a question: pure, from what is stored of the two accounts and between them. */
export function situationOf(
  { question, action, given, other }: Asked,
  stored: Map<string, StoredAccount>,
  relation: StoredRelation | undefined,
  risk: { own: number; others: number },
  now: Date,
): Situation {
  const today = now.toISOString().slice(0, 10);
  const { subject } = question;
  const isSelf = other?.id === subject.id;
  const principal = accountFacts(
    stored.get(subject.id) ?? nobodyKnown,
    subject.ageBand ?? (isSelf ? other?.ageBand : undefined),
    risk.own,
    today,
  );
  const otherStored = other ? (stored.get(other.id) ?? nobodyKnown) : nobodyKnown;
  const otherFacts = !other
    ? undefined
    : isSelf
      ? principal
      : accountFacts(otherStored, other.ageBand, risk.others, today);
  const known = knowing(
    relation,
    'relationship' in given ? given.relationship : undefined,
    principal,
    otherFacts,
    now,
  );
  const between = {
    ...known,
    connected: isSelf || known.connected,
    peers: otherFacts !== undefined && arePeers(principal, otherFacts),
  };
  const onAccount = question.resource.type === 'account';
  return {
    action,
    principal,
    ...(onAccount && otherFacts && !isSelf ? { resource: otherFacts } : {}),
    context: contextOf(action, given, {
      between,
      isSelf,
      otherFacts,
      otherStored,
      principal,
      now,
    }),
  };
}

interface Around {
  between: ReturnType<typeof knowing> & { peers: boolean };
  isSelf: boolean;
  otherFacts: AccountFacts | undefined;
  otherStored: StoredAccount;
  principal: AccountFacts;
  now: Date;
}

/** The context that the schema asks of each action (policy/safeguards/schema.cedarschema). */
function contextOf(
  action: ActionName,
  given: Given<ActionName>,
  { between, isSelf, otherFacts, otherStored, principal, now }: Around,
): Situation['context'] {
  switch (action) {
    case 'personal.publish': {
      const { audience } = given as Given<'personal.publish'>;
      return {
        self: isSelf,
        connected: between.connected,
        blocked: between.blocked,
        audience,
        parentConsents: otherStored.parentPublishes,
        childConsents: otherStored.selfPublishes,
      };
    }
    case 'content.view':
    case 'content.publish':
    case 'advert.show':
    case 'stream.start':
      return { ...(given as Given<'content.view'>) };
    case 'stream.join':
      return {
        hostMinor: otherFacts?.minor ?? true,
        hostLive: String(otherFacts?.settings.live ?? 'off'),
        connected: between.connected,
        peers: between.peers,
        blocked: between.blocked,
        self: isSelf,
      };
    case 'app.use': {
      const { minutesToday, minutesSinceBreak, localTime } = given as Given<'app.use'>;
      return { minutesToday, minutesSinceBreak, quiet: isQuiet(principal, localTime, now) };
    }
    case 'notification.receive': {
      const { localTime, urgent } = given as Given<'notification.receive'>;
      return { quiet: isQuiet(principal, localTime, now), urgent };
    }
    case 'game.play': {
      const { rating, ...minutes } = given as Given<'game.play'>;
      return { ...minutes, rating: Number.parseInt(rating, 10), leastAge: leastAge(principal.band) };
    }
    default: {
      const { localTime, relationship: _, ...shown } = given as Given<'message.send'>;
      return { ...between, ...shown, self: isSelf, quiet: isQuiet(otherFacts ?? principal, localTime, now) };
    }
  }
}

/** Viet Nam has one time zone, UTC+7, and no summer time; a platform elsewhere says its user's local time. */
export const VIET_NAM_MINUTES = 7 * 60;

function isQuiet({ settings }: AccountFacts, localTime: string | undefined, now: Date): boolean {
  const minute =
    localTime === undefined
      ? (now.getUTCHours() * 60 + now.getUTCMinutes() + VIET_NAM_MINUTES) % 1440
      : Number(localTime.slice(0, 2)) * 60 + Number(localTime.slice(3));
  return within(String(settings.quietHours), minute);
}
