import multipart from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../base/errors.ts';
import type { App } from '../../../base/http.ts';
import { organisationNamed } from '../../../base/organisation-store.ts';
import type { Services } from '../../../base/services.ts';
import type { MediaReader } from '../files/index.ts';
import type { LiveIndexes } from '../live/index.ts';
import type { HashLookup } from '../look-up-media.ts';
import { addBankRoutes } from './bank-routes.ts';
import { addHashRoutes } from './hash-routes.ts';
import { HmaError, sendHmaError } from './hma-error.ts';
import { createSignalLookup } from './look-up-signal.ts';
import { addMatchRoutes } from './match-routes.ts';
import type { HmaParts } from './parts.ts';
import { addStatusRoutes } from './status-routes.ts';

export interface HmaOptions {
  live: LiveIndexes;
  lookUp: HashLookup;
  media: MediaReader;
}

/**
 * The REST interface of Meta's Hasher-Matcher-Actioner (ThreatExchange, hasher-matcher-actioner), so that its clients work
 * by changing an address; with API keys, which it lacks. Under `/hma`, and under `/hma/key/KEY` for clients that
 * cannot send a header; at the root too when the configuration says so. See docs/hma.md.
 */
export function addHmaRoutes(app: App, services: Services, { live, lookUp, media }: HmaOptions): void {
  const { config, database, guards, now } = services;
  const signals = createSignalLookup({ database, live, lookUp, now });

  const byHeader = async (request: FastifyRequest) => {
    const { hmaOpenTo } = config;
    if (hmaOpenTo === undefined || request.headers.authorization !== undefined)
      return guards.platform(request);
    const open = await database.transaction('system', (tx) => organisationNamed(tx, hmaOpenTo));
    if (!open)
      throw new AppError('api-key-required', `HMA_OPEN_TO: there is no organisation "${hmaOpenTo}".`);
    return open.id;
  };
  const byAddress = (request: FastifyRequest) => {
    const { key } = request.params as { key: string };
    return guards.platformOfKey(key);
  };

  const mount = (prefix: string, organisationOf: HmaParts['organisationOf'], hide: boolean) =>
    app.register(
      async (scope) => {
        scope.setErrorHandler(sendHmaError);
        // At the root what is not found is not HMA's alone.
        if (prefix !== '/') {
          scope.setNotFoundHandler((request, reply) =>
            sendHmaError(new HmaError(404, 'not found'), request, reply),
          );
        }
        await scope.register(multipart, { limits: { files: 2, fields: 20, fieldSize: 100_000 } });
        if (hide) {
          scope.addHook('onRoute', (route) => {
            route.schema = { ...route.schema, hide: true };
          });
        }
        const parts: HmaParts = { services, live, media, signals, organisationOf };
        addHashRoutes(scope, parts);
        addMatchRoutes(scope, parts);
        addBankRoutes(scope, parts);
        addStatusRoutes(scope, parts);
      },
      { prefix },
    );

  mount('/hma', byHeader, false);
  mount('/hma/key/:key', byAddress, true);
  if (config.hmaAtRoot) mount('/', byHeader, true);
}
