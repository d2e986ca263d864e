import type { Auth } from './auth.ts';
import { type App, headersOf } from './http.ts';

/** Hands `/api/auth/*` to better-auth, which speaks the fetch API. */
export function addAuthRoutes(app: App, auth: Auth): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    schema: { hide: true },
    // Guessing passwords must be slow; the address is kept in memory for this window only.
    config: { rateLimit: { max: 120, timeWindow: '10 minutes' } },
    async handler(request, reply) {
      const url = new URL(request.url, `${request.protocol}://${request.headers.host ?? 'localhost'}`);
      const headers = headersOf(request);
      headers.delete('content-length');
      const hasBody = request.method === 'POST' && request.body !== undefined && request.body !== null;
      if (hasBody) headers.set('content-type', 'application/json');
      const answer = await auth.handler(
        new Request(url, {
          method: request.method,
          headers,
          ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
        }),
      );
      reply.status(answer.status);
      for (const [name, value] of answer.headers) {
        if (name !== 'set-cookie') reply.header(name, value);
      }
      const cookies = answer.headers.getSetCookie();
      if (cookies.length > 0) reply.header('set-cookie', cookies);
      reply.header('cache-control', 'no-store');
      return reply.send(await answer.text());
    },
  });
}
