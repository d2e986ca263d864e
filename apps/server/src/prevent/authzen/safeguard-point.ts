import type { Database } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import { AgeBand } from '../../base/vocabulary.ts';
import { actionsOn, ResourceType } from '../actions.ts';
import type { AccessQuestion } from '../decide-access.ts';
import type { QuestionDesk } from '../question-desk.ts';
import type { Verdict } from '../safeguards.ts';
import { accountsAfter } from './account-store.ts';
import type { DecisionPoint } from './decision-point.ts';
import { answerSound } from './evaluations.ts';
import type { Decision, Entity, EvaluationRequest } from './messages.ts';
import { scan } from './scan.ts';

const LONGEST_ID = 128;

/** Our safeguards as a decision point: subjects are accounts; resources are what our actions are done to. */
export function createSafeguardPoint(database: Database, desk: QuestionDesk): DecisionPoint {
  const evaluate: DecisionPoint['evaluate'] = async (organisationId, requests) => {
    const verdicts = await answerSound(requests.map(questionIn), (sound) => desk.ask(organisationId, sound));
    return verdicts.map((verdict, index) =>
      verdict instanceof AppError ? inTheirWords(verdict, requests[index]) : decisionOf(verdict),
    );
  };
  const read = (organisationId: string) => (after: string, count: number) =>
    database.transaction(
      { organisation: organisationId },
      (tx) => accountsAfter(tx, organisationId, after, count),
      { urgent: true },
    );
  const passes = async (organisationId: string, requests: EvaluationRequest[]) =>
    (await evaluate(organisationId, requests)).map((answer) => {
      // Candidates are ours, so the fault is in the words that all of them share.
      if (answer instanceof AppError) throw answer;
      return answer.decision;
    });

  return {
    evaluate,
    search: {
      async subject(organisationId, query, place) {
        if (query.subject.type !== 'account' || !fits(query.resource.type, query.action.name))
          return { ids: [] };
        return scan(place, {
          read: read(organisationId),
          judge: (ids) =>
            passes(
              organisationId,
              ids.map((id) => ({ ...query, subject: { ...query.subject, id } })),
            ),
        });
      },
      async resource(organisationId, query, place) {
        // Content and streams are the platform's: we store none, so there is none to name.
        if (query.subject.type !== 'account' || query.resource.type !== 'account') return { ids: [] };
        if (!fits('account', query.action.name)) return { ids: [] };
        return scan(place, {
          read: read(organisationId),
          judge: (ids) =>
            passes(
              organisationId,
              ids.map((id) => ({ ...query, resource: { ...query.resource, id } })),
            ),
        });
      },
      async action(organisationId, query) {
        const names =
          query.subject.type === 'account' && isResourceType(query.resource.type)
            ? actionsOn(query.resource.type)
            : [];
        const answers = await evaluate(
          organisationId,
          names.map((name) => ({ ...query, action: { name } })),
        );
        // An action may need more than a search can say; only a fault that all share is the search's.
        const [first] = answers;
        if (first instanceof AppError && answers.every((one) => one instanceof AppError)) throw first;
        return names.filter((_, index) => {
          const answer = answers[index];
          return answer !== undefined && !(answer instanceof AppError) && answer.decision;
        });
      },
    },
  };
}

function fits(type: string, action: string): boolean {
  return isResourceType(type) && (actionsOn(type) as string[]).includes(action);
}

function isResourceType(type: string): type is ResourceType {
  return ResourceType.safeParse(type).success;
}

function questionIn({ subject, action, resource, context }: EvaluationRequest): AccessQuestion | AppError {
  if (subject.type !== 'account') {
    return fault('/subject/type', `A subject is of type account, not ${subject.type}.`);
  }
  if (!isResourceType(resource.type)) {
    return fault(
      '/resource/type',
      `A resource is of type ${ResourceType.options.join(', ')}, not ${resource.type}.`,
    );
  }
  for (const [pointer, { id }] of [
    ['/subject/id', subject],
    ['/resource/id', resource],
  ] as const) {
    if (id.length > LONGEST_ID) return fault(pointer, `An id has at most ${LONGEST_ID} characters.`);
  }
  const band = bandIn(subject);
  if (band === null) return fault('/subject/properties/ageBand', bandsAre);
  const resourceBand = resource.type === 'account' ? bandIn(resource) : undefined;
  if (resourceBand === null) return fault('/resource/properties/ageBand', bandsAre);
  return {
    subject: { id: subject.id, ageBand: band },
    action: action.name,
    resource: {
      type: resource.type,
      id: resource.id,
      ageBand: resourceBand,
      properties: resource.properties,
    },
    // What is said of the action is said of the occasion, which has the last word.
    context: { ...action.properties, ...context },
  };
}

const bandsAre = `An age band is one of ${AgeBand.options.join(', ')}.`;

/** The age band that the platform says, undefined where it says none, null where it says something else. */
function bandIn({ properties }: Entity): AgeBand | undefined | null {
  if (properties?.ageBand === undefined) return undefined;
  return AgeBand.safeParse(properties.ageBand).data ?? null;
}

function fault(pointer: string, detail: string): AppError {
  return new AppError('invalid-request', detail, { pointer });
}

/** The desk speaks of its own question: here the action has a name, and properties of which it made context. */
function inTheirWords(refusal: AppError, request: EvaluationRequest | undefined): AppError {
  const { pointer = '' } = refusal.extras;
  const attribute = /^\/context\/([^/]+)$/.exec(pointer)?.[1] ?? '';
  const ofAction =
    Object.hasOwn(request?.action.properties ?? {}, attribute) &&
    !Object.hasOwn(request?.context ?? {}, attribute);
  const theirs =
    pointer === '/action' ? '/action/name' : ofAction ? `/action/properties/${attribute}` : pointer;
  if (theirs === pointer) return refusal;
  return new AppError(
    refusal.code,
    refusal.message,
    { ...refusal.extras, pointer: theirs },
    { cause: refusal },
  );
}

// The same verdict comes again and again, and so one and the same answer (messages.ts keeps its text).
const decisions = new WeakMap<Verdict, Decision>();

function decisionOf(verdict: Verdict): Decision {
  let decision = decisions.get(verdict);
  if (!decision) {
    decision = inAuthzen(verdict);
    decisions.set(verdict, decision);
  }
  return decision;
}

/**
 * A verdict in AuthZEN's words. A limit is no: a platform that does not read obligations must not let it pass
 * (docs/adr/0022). Sentences for the user and words for the operator are kept apart, as the standard's examples do.
 */
function inAuthzen({ decision: outcome, reasons, obligations }: Verdict): Decision {
  const told = reasons.map(({ policy, cue, law, text }) => ({
    id: policy,
    reason_user: text,
    reason_admin: { en: law === undefined ? `Policy ${policy}` : `Policy ${policy} (${law})` },
    ...(cue === undefined ? {} : { cue }),
    ...(law === undefined ? {} : { law }),
  }));
  const [main] = told;
  return {
    decision: outcome === 'allow',
    context: {
      outcome,
      ...(main === undefined ? {} : { reason_user: main.reason_user, reason_admin: main.reason_admin }),
      reasons: told,
      obligations,
    },
  };
}
