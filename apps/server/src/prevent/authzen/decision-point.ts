import type { AppError } from '../../base/errors.ts';
import type { ActionQuery, Decision, EvaluationRequest, ResourceQuery, SubjectQuery } from './messages.ts';

/** Where a page of a search begins: after the candidate with this id; `limit` results at most, 0 for none. */
export interface Place {
  after: string;
  limit: number;
}

/** Ids found, in the order of the search. `after` is where the next page begins; absent at the end. */
export interface Found {
  ids: string[];
  after?: string;
}

/**
 * A policy decision point as AuthZEN sees it. Refusals are AppErrors whose `pointer` is relative to the one request
 * (`/resource/id`). Searches name only what an evaluation with the same words would answer with `decision: true`, and
 * nothing, rather than an error, for types and actions that are not known.
 */
export interface DecisionPoint {
  /** One answer a request, in order. An AppError in place of an answer is that request's own fault. */
  evaluate(organisationId: string, requests: EvaluationRequest[]): Promise<(Decision | AppError)[]>;
  search: {
    subject(organisationId: string, query: SubjectQuery, place: Place): Promise<Found>;
    resource(organisationId: string, query: ResourceQuery, place: Place): Promise<Found>;
    /** Names of all actions that fit, in an order that stays. */
    action(organisationId: string, query: ActionQuery): Promise<string[]>;
  };
}
