/** A small social network on Hono, protected by Kề Bên. See README.md for what to try. */
import { serve } from '@hono/node-server';
import { type AgeBand, createKeben, type Party, WebhookError } from '@keben/sdk';
import { type Context, Hono } from 'hono';
import { type Protected, protect, screen } from './protect.ts';

const {
  KEBEN_URL = 'http://127.0.0.1:3000',
  KEBEN_API_KEY,
  KEBEN_WEBHOOK_SECRET,
  PORT = '4003',
} = process.env;
if (!KEBEN_API_KEY || !KEBEN_WEBHOOK_SECRET) throw new Error('Set KEBEN_API_KEY and KEBEN_WEBHOOK_SECRET.');
const keben = createKeben({ url: KEBEN_URL, apiKey: KEBEN_API_KEY, source: '/example-hono' });

// Your database: who is how old, who is whose friend.
const ages: Record<string, AgeBand> = { mai: '13-15', an: '13-15', hung: 'adult', thu: 'adult' };
const friends = new Set(['an mai', 'hung thu']);
const suspended = new Set<string>();
const party = (id: string): Party => ({ id, ageBand: ages[id] ?? 'unknown' });
const relationship = (one: string, other: string) =>
  friends.has([one, other].sort().join(' ')) ? ('friend' as const) : ('stranger' as const);

// Your sign-in: here a header says who it is.
const meIn = (context: Context) => party(context.req.header('x-user') ?? '');
const otherIn = (context: Context) => party(String(context.req.param('id')));
const toAccount = (context: Context) => {
  const [me, other] = [meIn(context), otherIn(context)];
  return {
    subject: me,
    resource: { type: 'account' as const, ...other },
    context: { relationship: relationship(me.id, other.id) },
  };
};

const messageIn = async (context: Context) => ({
  conversation: [meIn(context).id, otherIn(context).id].sort().join('-'),
  from: meIn(context),
  to: [otherIn(context)],
  text: String(((await context.req.json().catch(() => null)) as { text?: unknown } | null)?.text ?? ''),
  relationship: relationship(meIn(context).id, otherIn(context).id),
});

const app = new Hono<Protected>();

// Before the sign-in. The signature is over the raw text.
app.post('/webhooks/keben', async (context) => {
  try {
    const { data } = await keben.webhooks.verify(
      KEBEN_WEBHOOK_SECRET,
      await context.req.text(),
      context.req.header(),
    );
    if (data.action === 'suspend') suspended.add(data.account);
    if (data.action === 'lift') suspended.delete(data.account);
    return context.json({ done: data.id });
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    return context.json({ error: error.message }, 400);
  }
});

app.use(async (context, next) => {
  const me = context.req.header('x-user') ?? '';
  if (Object.hasOwn(ages, me) && !suspended.has(me)) return next();
  return context.json({ error: `x-user must be one of ${Object.keys(ages).join(', ')}` }, 401);
});

app.post('/contacts/:id', protect(keben, 'contact.request', toAccount, ['quiet-request']), (context) => {
  keben.events.send('contact.requested', { from: meIn(context), to: otherIn(context) });
  const { obligations, decision } = context.get('passage');
  // A quiet request waits apart: no notification.
  const notify = !obligations.includes('quiet-request');
  return context.json({ notify, obligations, unavailable: decision.unavailable }, 201);
});

app.post(
  '/messages/:id',
  protect(keben, 'message.send', toAccount, ['message-request']),
  screen(keben, messageIn),
  async (context) => {
    const { decision, advice } = context.get('screening');
    const delivery = ({ allow: 'delivered', warn: 'warned', hold: 'held', block: 'blocked' } as const)[
      decision
    ];
    keben.events.send('message.sent', { ...(await messageIn(context)), delivery });
    const { obligations } = context.get('passage');
    return context.json(
      { delivery, obligations, advice: advice[0]?.text, to: otherIn(context).id },
      delivery === 'blocked' ? 403 : 201,
    );
  },
);

app.get(
  '/posts/:id',
  protect(
    keben,
    'content.view',
    (context) => ({
      subject: meIn(context),
      resource: {
        type: 'content',
        id: String(context.req.param('id')),
        properties: { sensitive: context.req.query('sensitive') === 'true' },
      },
    }),
    ['cover'],
  ),
  (context) => {
    const { obligations, decision } = context.get('passage');
    return context.json({ covered: obligations.includes('cover'), unavailable: decision.unavailable });
  },
);

const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(PORT) }, ({ port }) => {
  console.log(`listening on http://127.0.0.1:${port}`);
});
process.once('SIGTERM', async () => {
  server.close();
  const lost = await keben.close({ timeout: 2000 });
  if (lost > 0) console.error(`${lost} events did not reach Kề Bên`);
  process.exitCode = lost > 0 ? 1 : 0;
});
