import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { App } from './http.ts';

const apps = join(import.meta.dirname, '../../../');
export const portalFolder = join(apps, 'portal/dist');
export const consoleFolder = join(apps, 'console/dist');

/** True when the web parts have been built. */
export function sitesAreBuilt(): boolean {
  return existsSync(join(portalFolder, 'index.html')) && existsSync(join(consoleFolder, 'index.html'));
}

/** The portal's page for dead links, or undefined when the portal is not built. */
export function notFoundPage(): string | undefined {
  const path = join(portalFolder, '404.html');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

const YEAR = 'public, max-age=31536000, immutable';

/** Serves the built portal at `/` and the console at `/console/`; without a build the API runs alone. */
export async function addStaticSites(app: App): Promise<void> {
  if (!sitesAreBuilt()) return;
  const setHeaders = (reply: FastifyReply, path: string) => {
    // Names of files in these folders carry a hash of their content.
    reply.header('cache-control', /\/(_astro|assets)\//.test(path) ? YEAR : 'no-cache');
  };
  await app.register(fastifyStatic, {
    root: consoleFolder,
    prefix: '/console/',
    wildcard: false,
    decorateReply: true,
    cacheControl: false,
    setHeaders,
  });
  const shell = readFileSync(join(consoleFolder, 'index.html'), 'utf8');
  const sendShell = { schema: { hide: true } };
  app.get('/console', sendShell, (_request, reply) => reply.redirect('/console/'));
  app.get('/console/*', sendShell, (_request, reply) =>
    reply.type('text/html').header('cache-control', 'no-cache').send(shell),
  );
  app.addHook('onSend', async (request, reply) => {
    if (!request.url.startsWith('/console')) return;
    const policy = reply.getHeader('content-security-policy');
    // The console's component library sets styles from script; the public site allows none of that.
    if (typeof policy === 'string') {
      reply.header(
        'content-security-policy',
        policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
      );
    }
  });
  await app.register(fastifyStatic, {
    root: portalFolder,
    prefix: '/',
    wildcard: false,
    decorateReply: false,
    cacheControl: false,
    setHeaders,
  });
}
