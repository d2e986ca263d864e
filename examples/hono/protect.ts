import { guard, type Keben, type Passage, type Question, type Screening } from '@keben/sdk';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';

/** What the middleware below leaves for the route. */
export interface Protected {
  Variables: { passage: Extract<Passage, { pass: true }>; screening: Screening };
}

type Asked = Omit<Question, 'action'>;
type Message = Parameters<Keben['screen']>[0];

/**
 * Asks Kề Bên before a route does its work. A refusal is 403 with the reason in the reader's language; otherwise the
 * route runs, and `context.get('passage')` tells it the obligations. `fulfils` names those that the route carries out.
 */
export function protect(
  keben: Keben,
  action: string,
  ask: (context: Context) => Asked,
  fulfils: string[] = [],
) {
  return createMiddleware<Protected>(async (context, next) => {
    const passage = await guard(
      keben,
      { ...ask(context), action },
      {
        fulfils,
        acceptLanguage: context.req.header('accept-language'),
      },
    );
    if (!passage.pass) {
      return context.body(JSON.stringify(passage.problem), 403, {
        'content-type': 'application/problem+json',
      });
    }
    context.set('passage', passage);
    return next();
  });
}

/** Judges a message before the route delivers it. */
export function screen(keben: Keben, message: (context: Context) => Promise<Message>) {
  return createMiddleware<Protected>(async (context, next) => {
    context.set('screening', await keben.screen(await message(context)));
    return next();
  });
}
