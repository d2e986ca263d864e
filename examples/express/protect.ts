import { guard, type Keben, type Passage, type Question, type Screening } from '@keben/sdk';
import type { Request, RequestHandler, Response } from 'express';

type Asked = Omit<Question, 'action'>;
type Message = Parameters<Keben['screen']>[0];

/**
 * Asks Kề Bên before a route does its work. A refusal is 403 with the reason in the reader's language; otherwise the
 * route runs, and `passage(response)` tells it the obligations. `fulfils` names those that the route carries out.
 */
export function protect(
  keben: Keben,
  action: string,
  ask: (request: Request, response: Response) => Asked,
  fulfils: string[] = [],
): RequestHandler {
  return async (request, response, next) => {
    const passage = await guard(
      keben,
      { ...ask(request, response), action },
      {
        fulfils,
        acceptLanguage: request.get('accept-language'),
      },
    );
    if (!passage.pass) {
      response.status(403).type('application/problem+json').send(JSON.stringify(passage.problem));
      return;
    }
    response.locals.passage = passage;
    next();
  };
}

/** Judges a message before the route delivers it; `screening(response)` tells what was found. */
export function screen(
  keben: Keben,
  message: (request: Request, response: Response) => Message,
): RequestHandler {
  return async (request, response, next) => {
    response.locals.screening = await keben.screen(message(request, response));
    next();
  };
}

export const passage = (response: Response) => response.locals.passage as Extract<Passage, { pass: true }>;
export const screening = (response: Response) => response.locals.screening as Screening;
