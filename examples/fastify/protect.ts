import { guard, type Keben, type Passage, type Question, type Screening } from '@keben/sdk';
import type { FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** What Kề Bên lets happen, and how; set by `protect`. */
    passage?: Extract<Passage, { pass: true }>;
    /** What Kề Bên found in the message; set by `screen`. */
    screening?: Screening;
  }
}

type Asked = Omit<Question, 'action'>;
type Message = Parameters<Keben['screen']>[0];

/**
 * Asks Kề Bên before a route does its work. A refusal is 403 with the reason in the reader's language; otherwise the
 * route runs, and `request.passage` tells it the obligations. `fulfils` names those that the route carries out.
 */
export function protect(
  keben: Keben,
  action: string,
  ask: (request: FastifyRequest) => Asked,
  fulfils: string[] = [],
): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    const passage = await guard(
      keben,
      { ...ask(request), action },
      {
        fulfils,
        acceptLanguage: request.headers['accept-language'],
      },
    );
    if (!passage.pass) return reply.status(403).type('application/problem+json').send(passage.problem);
    request.passage = passage;
    return undefined;
  };
}

/** Judges a message before the route delivers it. */
export function screen(
  keben: Keben,
  message: (request: FastifyRequest) => Message,
): preHandlerAsyncHookHandler {
  return async (request) => {
    request.screening = await keben.screen(message(request));
  };
}
