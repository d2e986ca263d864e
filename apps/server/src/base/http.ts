import { randomUUID } from 'node:crypto';
import formbody from '@fastify/formbody';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { organisationOfKey } from './api-keys.ts';
import { type Auth, type Staff, staffOf } from './auth.ts';
import type { Database } from './database.ts';
import { describeProblems, errorPage } from './error-docs.ts';
import { AppError, problemOf } from './errors.ts';
import { toldFault } from './faults.ts';
import { securityHeaders } from './security-headers.ts';
import type { Role } from './vocabulary.ts';

export interface HttpOptions {
  database: Database;
  auth: Auth;
  log: Logger;
  publicUrl: string;
  trustProxy: boolean;
  /** HTML for people who follow a dead link; programs get a problem document. */
  notFoundPage?: () => string | undefined;
}

/** The Fastify instance with our type provider: what every room's `routes.ts` receives. */
export type App = ReturnType<typeof createApp>;

/** A scope that `register` opened, with the types of the app: Fastify's own type of it forgets the reader of schemas. */
export const scopeOf = (scope: object): App => scope as App;

/** Guards that a route calls first; each answers with a problem when it refuses. */
export interface Guards {
  /** Id of the platform organisation whose API key the request carries. */
  platform(request: FastifyRequest): Promise<string>;
  /** The same for a key that stands elsewhere than in the header. */
  platformOfKey(key: string): Promise<string>;
  /** The signed-in member of staff; with roles given, one of these is needed. */
  staff(request: FastifyRequest, ...roles: Role[]): Promise<Staff>;
}

export function createApp(options: HttpOptions) {
  const app = Fastify({
    loggerInstance: options.log,
    // Request lines would carry addresses of frightened children; errors are logged with their id alone.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy,
    bodyLimit: 1_048_576,
    genReqId: () => randomUUID(),
    // A client of HMA whose base address ends in a slash asks for //c/banks.
    routerOptions: { maxParamLength: 200, ignoreDuplicateSlashes: true },
    forceCloseConnections: true,
    // Fastify waits for a body without end; Node's own default lets the largest file come over a slow line.
    requestTimeout: 300_000,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const page = request.headers.accept?.includes('text/html') ? options.notFoundPage?.() : undefined;
    if (page !== undefined) {
      reply.status(404).type('text/html').send(page);
      return;
    }
    sendProblem(
      new AppError('not-found', `There is nothing at ${request.method} ${request.url.split('?')[0]}.`),
      request,
      reply,
    );
  });
  return app;
}

/** Everything around the rooms: security headers, limits, API description. Call before routes are added. */
export async function addPlatformParts(app: App): Promise<void> {
  const headers = securityHeaders({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        // Films that the page of removals hashes play from the device's own file.
        mediaSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    hsts: false,
    crossOriginEmbedderPolicy: false,
  });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
  await app.register(formbody);
  // Addresses live in memory only, for as long as the window.
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, context) =>
      new AppError(
        'too-many-requests',
        `At most ${context.max} requests in ${context.after} are allowed here.`,
      ),
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Kề Bên API',
        version: '0.1.0',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        description: 'Events in, decisions out: protection of children and teenagers online.',
      },
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'API key of a platform (kb_…)' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'better-auth.session_token',
            description: 'Session of a member of staff',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (input) => describeProblems(jsonSchemaTransformObject(input)),
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  app.get('/docs/errors', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/html').send(errorPage()),
  );
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}

export function createGuards(options: HttpOptions): Guards {
  const known = new Map<string, { organisationId: string; until: number }>();
  const guards: Guards = {
    async platform(request) {
      const key = /^Bearer (kb_[\w-]{20,64})$/.exec(request.headers.authorization ?? '')?.[1];
      if (!key) throw new AppError('api-key-required', 'The Authorization header carries no API key.');
      return guards.platformOfKey(key);
    },
    async platformOfKey(key) {
      const cached = known.get(key);
      // Ten seconds: a revoked key stops soon, and a busy platform does not ask the database for each request.
      if (cached && cached.until > Date.now()) return cached.organisationId;
      const organisationId = await options.database.transaction(
        'system',
        (tx) => organisationOfKey(tx, key),
        {
          urgent: true,
        },
      );
      if (!organisationId) throw new AppError('api-key-required', 'The API key is not known or was revoked.');
      if (known.size > 1000) known.clear();
      known.set(key, { organisationId, until: Date.now() + 10_000 });
      return organisationId;
    },
    async staff(request, ...roles) {
      if (request.method !== 'GET' && request.method !== 'HEAD') refuseOtherOrigin(request);
      const staff = await staffOf(options.auth, options.database, headersOf(request));
      if (!staff) throw new AppError('sign-in-required', 'This needs a signed-in member of staff.');
      if (roles.length > 0 && !roles.includes(staff.role)) {
        throw new AppError(
          'not-allowed',
          `The role ${staff.role} may not do this; it takes ${roles.join(' or ')}.`,
        );
      }
      return staff;
    },
  };
  return guards;
}

function refuseOtherOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)) {
    throw new AppError('wrong-origin', `The Origin header names ${origin}, which is not this server.`);
  }
}

/**
 * Refuses a form that another site's page sent. Under our `Referrer-Policy: no-referrer` a browser gives the origin of a
 * form as `null` (Fetch, section 3.2), so its `Sec-Fetch-Site` decides; where an old browser sends neither, the cookie's
 * `SameSite=Strict` remains.
 */
export function refuseOtherSite(request: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new AppError('wrong-origin', 'The form was sent from another site.');
  if (origin !== undefined && origin !== 'null') refuseOtherOrigin(request);
}

export function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

function sendProblem(error: FastifyError | AppError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error, request);
  if (problem.status >= 500)
    request.log.error({ fault: toldFault(error), reqId: request.id }, 'request failed');
  if (error instanceof AppError && error.extras.retryAfterSeconds !== undefined) {
    reply.header('retry-after', error.extras.retryAfterSeconds);
  }
  reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function toProblem(error: FastifyError | AppError, request: FastifyRequest) {
  if (error instanceof AppError) return problemOf(error.code, error.message, error.extras);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((issue) => ({
      pointer: issue.instancePath || '/',
      detail: issue.message ?? 'not valid',
    }));
    const first = errors[0];
    return problemOf(
      'invalid-request',
      first ? `${first.pointer}: ${first.detail}` : 'The request is not valid.',
      {
        errors,
        ...(first ? { pointer: first.pointer } : {}),
      },
    );
  }
  const status = error.statusCode ?? 500;
  if (status === 413) {
    const limit = Math.floor(request.routeOptions.bodyLimit / 1_000_000);
    return problemOf('too-large', `The body is larger than ${limit} MB.`);
  }
  if (status === 415)
    return problemOf(
      'unsupported-media-type',
      `The content type ${request.headers['content-type'] ?? '(none)'} is not supported here.`,
    );
  if (status === 429) return problemOf('too-many-requests', error.message);
  if (status === 503) return problemOf('overloaded', error.message);
  if (status >= 400 && status < 500) return problemOf('invalid-request', error.message);
  return problemOf(
    'internal-error',
    'The fault was logged under `instance`; it carries no content of yours.',
    {},
    request.id,
  );
}
