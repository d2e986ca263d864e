import multipart from '@fastify/multipart';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type App, scopeOf } from '../../../base/http.ts';
import type { Services } from '../../../base/services.ts';
import type { MediaReader } from '../files/index.ts';
import { createIntoMemory } from '../into-memory.ts';
import type { LiveIndexes } from '../live/index.ts';
import type { LookupDesk } from '../lookup-desk.ts';
import { addBankRoutes } from './bank-routes.ts';
import { addConfigurationRoutes } from './configuration-routes.ts';
import { addContentRoutes } from './content-routes.ts';
import { addHashingRoutes } from './hashing-routes.ts';
import { HmaError, sendHmaError } from './hma-error.ts';
import type { HmaParts } from './hma-parts.ts';
import { addMatchingRoutes } from './matching-routes.ts';
import { createNearPicture } from './near-picture.ts';
import { createWho, keyOf, takeKeyOfPath } from './who.ts';

/** An index that was not brought up to date for so long counts as stale, as in HMA. */
const STALE_SECONDS = 65;

/**
 * The paths of Meta's Hasher-Matcher-Actioner, so that its clients work with another address (docs/hma.md): under
 * `/hma`, under `/hma/key/kb_…` for clients that can send no header, and at the root when the configuration says so.
 */
export function addHmaRoutes(
  app: App,
  services: Services,
  { live, media, desk }: { live: LiveIndexes; media: MediaReader; desk: LookupDesk },
): void {
  const { config, guards, database, log, now } = services;
  const parts: Omit<HmaParts, 'describe'> = {
    database,
    live,
    media,
    desk,
    now,
    intoMemory: createIntoMemory(live, log),
    who: createWho(guards, database, config.hmaOpenTo),
    nearPicture: createNearPicture({ database, live, now }),
  };
  mount(app, parts, '/hma', false);
  mount(app, parts, '/hma/key/:key', true);
  if (config.hmaAtRoot) mount(app, parts, '', true);
}

function mount(app: App, parts: Omit<HmaParts, 'describe'>, prefix: string, hide: boolean): void {
  app.register(
    async (plain) => {
      const scope = scopeOf(plain);
      const paths = new Set<string>();
      scope.addHook('onRoute', ({ url }) => {
        paths.add(url.slice(prefix.length).replace(/:(\w+)/g, '<$1>'));
      });
      if (prefix.includes(':key')) scope.addHook('onRequest', async (request) => takeKeyOfPath(request));
      await scope.register(multipart);
      scope.setErrorHandler(sendHmaError);
      const described: HmaParts = {
        ...parts,
        describe: (part) => ({ tags: [`hma: ${part}`], security: [{ apiKey: [] }], hide }),
      };
      // At the root the names of HMA's probes have a meaning of our own.
      addStatusRoutes(scope, parts, { paths, probes: prefix !== '' });
      await scope.register(async (h) => addHashingRoutes(scopeOf(h), described), { prefix: '/h' });
      await scope.register(async (m) => addMatchingRoutes(scopeOf(m), described), { prefix: '/m' });
      await scope.register(
        async (curation) => {
          addBankRoutes(scopeOf(curation), described);
          addContentRoutes(scopeOf(curation), described);
          addConfigurationRoutes(scopeOf(curation), described);
        },
        { prefix: '/c' },
      );
      if (prefix === '') return;
      scope.get('/', { schema: { hide: true } }, (request, reply) =>
        reply.redirect(`${request.url.replace(/\/+(\?.*)?$/, '')}/status`),
      );
      scope.setNotFoundHandler((request, reply) => {
        sendHmaError(
          new HmaError(404, `There is nothing at ${request.method} this address.`),
          request,
          reply,
        );
      });
    },
    { prefix },
  );
}

/** For load balancers: without a key of all organisations together, with one of its organisation. */
function addStatusRoutes(
  app: App,
  { live, who, intoMemory }: Pick<HmaParts, 'live' | 'who' | 'intoMemory'>,
  { paths, probes }: { paths: Set<string>; probes: boolean },
): void {
  const schema = { hide: true };
  const isStale = async (request: FastifyRequest) => {
    if (keyOf(request) === undefined) return live.totals().oldestSeconds > STALE_SECONDS;
    const organisationId = await who(request);
    await intoMemory(organisationId);
    return live.near(organisationId, 'pdq', [], 0).status === 'unavailable';
  };
  const unlessStale = (word: string) => async (request: FastifyRequest, reply: FastifyReply) => {
    const stale = await isStale(request);
    return reply
      .status(stale ? 503 : 200)
      .type('text/plain')
      .send(stale ? 'INDEX-STALE' : word);
  };
  const always = (word: string) => (_request: FastifyRequest, reply: FastifyReply) =>
    reply.type('text/plain').send(word);
  app.get('/status', { schema }, unlessStale('I-AM-ALIVE'));
  app.get('/status/live', { schema }, always('I-AM-ALIVE'));
  if (probes) {
    app.get('/livez', { schema }, always('OK'));
    app.get('/readyz', { schema }, unlessStale('READY'));
  }
  app.get('/site-map', { schema }, () => [...paths].sort());
}
