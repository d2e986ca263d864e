import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { createKeben, WebhookError } from '@keben/sdk';
import Fastify, { type FastifyReply, LogController } from 'fastify';
import { addFamilyRoutes } from './family-routes.ts';
import { scripts } from './scripts.ts';
import { Stage } from './stage.ts';

export interface PlaygroundOptions {
  host: string;
  port: number;
  /** Where Kề Bên is. */
  kebenUrl: string;
  apiKey: string;
  webhookSecret: string;
}

const MOST_STAGES = 200;
const policy =
  "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

/** Starts Sân Chơi, a small chat platform that knows Kề Bên only through its SDK and its webhooks. */
export async function startPlayground(
  options: PlaygroundOptions,
): Promise<{ url: string; close: () => Promise<void> }> {
  const keben = createKeben({ url: options.kebenUrl, apiKey: options.apiKey, source: '/san-choi' });
  const stages = new Map<string, Stage>();
  const listeners = new Map<string, Set<FastifyReply>>();
  const app = Fastify({
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', policy);
    reply.header('referrer-policy', 'no-referrer');
    reply.header('x-content-type-options', 'nosniff');
  });

  const stageOf = (id: string) => {
    const stage = stages.get(id);
    if (!stage) throw Object.assign(new Error('This play is over: start it again.'), { statusCode: 404 });
    return stage;
  };
  const tell = (stage: Stage) => {
    for (const reply of listeners.get(stage.state.id) ?? []) {
      reply.raw.write(`data: ${JSON.stringify(stage.state)}\n\n`);
    }
  };

  app.get('/api/scripts', () => ({
    scripts: scripts.map(({ id, title, about, young, other }) => ({ id, title, about, young, other })),
  }));

  app.post<{ Body: { script?: unknown; lang?: unknown } }>('/api/stages', async (request, reply) => {
    const script = scripts.find(({ id }) => id === request.body?.script);
    if (!script) return reply.status(400).send({ message: 'There is no such script.' });
    const stage = new Stage(keben, script, request.body.lang === 'en' ? 'en' : 'vi');
    await stage.open();
    stages.set(stage.state.id, stage);
    const [oldest] = stages.keys();
    if (stages.size > MOST_STAGES && oldest !== undefined) stages.delete(oldest);
    return stage.state;
  });

  app.post<{ Params: { id: string; step: string }; Body: { from?: unknown; text?: unknown } | null }>(
    '/api/stages/:id/:step',
    async (request, reply) => {
      const stage = stageOf(request.params.id);
      switch (request.params.step) {
        case 'next':
          await stage.next();
          break;
        case 'say': {
          const { from, text } = request.body ?? {};
          if (typeof text !== 'string' || text.trim() === '' || text.length > 2000) {
            return reply.status(400).send({ message: 'Write 1 to 2000 characters.' });
          }
          await stage.say(from === 'young' ? 'young' : 'other', text.trim());
          break;
        }
        case 'block':
          await stage.block();
          break;
        case 'report':
          await stage.report();
          break;
        default:
          return reply.status(404).send({ message: 'There is no such step.' });
      }
      tell(stage);
      return stage.state;
    },
  );

  app.get<{ Params: { id: string } }>('/api/stages/:id/stream', (request, reply) => {
    const stage = stageOf(request.params.id);
    const { id } = stage.state;
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    // What happened before the line was open, or while it was broken, is told first.
    reply.raw.write(`retry: 2000\ndata: ${JSON.stringify(stage.state)}\n\n`);
    const all = listeners.get(id) ?? new Set();
    listeners.set(id, all.add(reply));
    request.raw.once('close', () => {
      all.delete(reply);
      if (all.size === 0) listeners.delete(id);
    });
  });

  addFamilyRoutes(app, { keben, kebenUrl: options.kebenUrl, stageOf });

  await app.register(async (webhooks) => {
    // The signature covers the bytes as sent, so the body must stay text here.
    webhooks.removeAllContentTypeParsers();
    webhooks.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    webhooks.post<{ Body: string }>('/webhooks/keben', async (request, reply) => {
      try {
        const { data } = await keben.webhooks.verify(options.webhookSecret, request.body, request.headers);
        for (const stage of stages.values()) {
          if (!stage.owns(data.account)) continue;
          stage.obey(data);
          tell(stage);
        }
        return reply.status(204).send();
      } catch (cause) {
        if (cause instanceof WebhookError) return reply.status(400).send({ message: cause.message });
        throw cause;
      }
    });
  });

  const built = join(import.meta.dirname, '../dist');
  if (existsSync(join(built, 'index.html'))) await app.register(fastifyStatic, { root: built });
  const url = await app.listen({ host: options.host, port: options.port });
  return {
    url,
    async close() {
      await app.close();
      const soon = new Promise((done) => setTimeout(done, 2000).unref());
      await Promise.race([keben.events.flush().catch(() => undefined), soon]);
    },
  };
}
