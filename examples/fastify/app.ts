/** A small social network on Fastify, protected by Kề Bên. See README.md for what to try. */
import { type AgeBand, createKeben, type Party, WebhookError } from '@keben/sdk';
import Fastify, { type FastifyRequest } from 'fastify';
import { protect, screen } from './protect.ts';

const {
  KEBEN_URL = 'http://127.0.0.1:3000',
  KEBEN_API_KEY,
  KEBEN_WEBHOOK_SECRET,
  PORT = '4002',
} = process.env;
if (!KEBEN_API_KEY || !KEBEN_WEBHOOK_SECRET) throw new Error('Set KEBEN_API_KEY and KEBEN_WEBHOOK_SECRET.');
const keben = createKeben({ url: KEBEN_URL, apiKey: KEBEN_API_KEY, source: '/example-fastify' });

// Your database: who is how old, who is whose friend.
const ages: Record<string, AgeBand> = { mai: '13-15', an: '13-15', hung: 'adult', thu: 'adult' };
const friends = new Set(['an mai', 'hung thu']);
const suspended = new Set<string>();
const party = (id: string): Party => ({ id, ageBand: ages[id] ?? 'unknown' });
const relationship = (one: string, other: string) =>
  friends.has([one, other].sort().join(' ')) ? ('friend' as const) : ('stranger' as const);

// Your sign-in: here a header says who it is.
const meIn = (request: FastifyRequest) => party(String(request.headers['x-user']));
const otherIn = (request: FastifyRequest) => party((request.params as { id: string }).id);
const toAccount = (request: FastifyRequest) => {
  const [me, other] = [meIn(request), otherIn(request)];
  return {
    subject: me,
    resource: { type: 'account' as const, ...other },
    context: { relationship: relationship(me.id, other.id) },
  };
};

const messageIn = (request: FastifyRequest) => ({
  conversation: [meIn(request).id, otherIn(request).id].sort().join('-'),
  from: meIn(request),
  to: [otherIn(request)],
  text: String((request.body as { text?: unknown } | undefined)?.text ?? ''),
  relationship: relationship(meIn(request).id, otherIn(request).id),
});

const app = Fastify();

// In a plugin of its own: here the body stays the raw text, which the signature is over.
app.register(async (webhooks) => {
  webhooks.removeAllContentTypeParsers();
  webhooks.addContentTypeParser(
    '*',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => body,
  );
  webhooks.post('/webhooks/keben', async (request, reply) => {
    try {
      const { data } = await keben.webhooks.verify(
        KEBEN_WEBHOOK_SECRET,
        String(request.body),
        request.headers,
      );
      if (data.action === 'suspend') suspended.add(data.account);
      if (data.action === 'lift') suspended.delete(data.account);
      return { done: data.id };
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error;
      return reply.status(400).send({ error: error.message });
    }
  });
});

app.register(async (site) => {
  site.addHook('onRequest', async (request, reply) => {
    const me = String(request.headers['x-user'] ?? '');
    if (Object.hasOwn(ages, me) && !suspended.has(me)) return undefined;
    return reply.status(401).send({ error: `x-user must be one of ${Object.keys(ages).join(', ')}` });
  });

  site.post(
    '/contacts/:id',
    { preHandler: protect(keben, 'contact.request', toAccount, ['quiet-request']) },
    async (request, reply) => {
      keben.events.send('contact.requested', { from: meIn(request), to: otherIn(request) });
      const { obligations = [], decision } = request.passage ?? {};
      // A quiet request waits apart: no notification.
      const notify = !obligations.includes('quiet-request');
      return reply.status(201).send({ notify, obligations, unavailable: decision?.unavailable });
    },
  );

  site.post(
    '/messages/:id',
    {
      preHandler: [protect(keben, 'message.send', toAccount, ['message-request']), screen(keben, messageIn)],
    },
    async (request, reply) => {
      const { decision = 'hold', advice = [] } = request.screening ?? {};
      const delivery = ({ allow: 'delivered', warn: 'warned', hold: 'held', block: 'blocked' } as const)[
        decision
      ];
      keben.events.send('message.sent', { ...messageIn(request), delivery });
      return reply.status(delivery === 'blocked' ? 403 : 201).send({
        delivery,
        obligations: request.passage?.obligations,
        advice: advice[0]?.text,
        to: otherIn(request).id,
      });
    },
  );

  site.get(
    '/posts/:id',
    {
      preHandler: protect(
        keben,
        'content.view',
        (request) => ({
          subject: meIn(request),
          resource: {
            type: 'content',
            id: (request.params as { id: string }).id,
            properties: { sensitive: (request.query as { sensitive?: string }).sensitive === 'true' },
          },
        }),
        ['cover'],
      ),
    },
    async (request) => {
      const { obligations = [], decision } = request.passage ?? {};
      return { covered: obligations.includes('cover'), unavailable: decision?.unavailable };
    },
  );
});

console.log(`listening on ${await app.listen({ host: '127.0.0.1', port: Number(PORT) })}`);
process.once('SIGTERM', async () => {
  await app.close();
  const lost = await keben.close({ timeout: 2000 });
  if (lost > 0) console.error(`${lost} events did not reach Kề Bên`);
  process.exitCode = lost > 0 ? 1 : 0;
});
