/** A small social network on Express, protected by Kề Bên. See README.md for what to try. */
import { type AgeBand, createKeben, type Party, WebhookError } from '@keben/sdk';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { passage, protect, screen, screening } from './protect.ts';

const {
  KEBEN_URL = 'http://127.0.0.1:3000',
  KEBEN_API_KEY,
  KEBEN_WEBHOOK_SECRET,
  PORT = '4001',
} = process.env;
if (!KEBEN_API_KEY || !KEBEN_WEBHOOK_SECRET) throw new Error('Set KEBEN_API_KEY and KEBEN_WEBHOOK_SECRET.');
const keben = createKeben({ url: KEBEN_URL, apiKey: KEBEN_API_KEY, source: '/example-express' });

// Your database: who is how old, who is whose friend.
const ages: Record<string, AgeBand> = { mai: '13-15', an: '13-15', hung: 'adult', thu: 'adult' };
const friends = new Set(['an mai', 'hung thu']);
const suspended = new Set<string>();
const party = (id: string): Party => ({ id, ageBand: ages[id] ?? 'unknown' });
const relationship = (one: string, other: string) =>
  friends.has([one, other].sort().join(' ')) ? ('friend' as const) : ('stranger' as const);

// Your sign-in: here a header says who it is.
const signedIn: RequestHandler = (request, response, next) => {
  const me = request.get('x-user') ?? '';
  if (!Object.hasOwn(ages, me) || suspended.has(me)) {
    response.status(401).send({ error: `x-user must be one of ${Object.keys(ages).join(', ')}` });
    return;
  }
  response.locals.me = party(me);
  next();
};
const meIn = (response: Response) => response.locals.me as Party;
const otherIn = (request: Request) => party(String(request.params.id));
const toAccount = (request: Request, response: Response) => {
  const [me, other] = [meIn(response), otherIn(request)];
  return {
    subject: me,
    resource: { type: 'account' as const, ...other },
    context: { relationship: relationship(me.id, other.id) },
  };
};

const messageIn = (request: Request, response: Response) => ({
  conversation: [meIn(response).id, otherIn(request).id].sort().join('-'),
  from: meIn(response),
  to: [otherIn(request)],
  text: String((request.body as { text?: unknown } | undefined)?.text ?? ''),
  relationship: relationship(meIn(response).id, otherIn(request).id),
});

const app = express();

// Before any body parser: the signature is over the raw text.
app.post('/webhooks/keben', express.text({ type: '*/*' }), async (request, response) => {
  try {
    const { data } = await keben.webhooks.verify(KEBEN_WEBHOOK_SECRET, String(request.body), request.headers);
    if (data.action === 'suspend') suspended.add(data.account);
    if (data.action === 'lift') suspended.delete(data.account);
    response.send({ done: data.id });
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    response.status(400).send({ error: error.message });
  }
});

app.use(express.json(), signedIn);

app.post(
  '/contacts/:id',
  protect(keben, 'contact.request', toAccount, ['quiet-request']),
  (request, response) => {
    keben.events.send('contact.requested', { from: meIn(response), to: otherIn(request) });
    // A quiet request waits apart: no notification.
    const { obligations, decision } = passage(response);
    const notify = !obligations.includes('quiet-request');
    response.status(201).send({ notify, obligations, unavailable: decision.unavailable });
  },
);

app.post(
  '/messages/:id',
  protect(keben, 'message.send', toAccount, ['message-request']),
  screen(keben, messageIn),
  (request, response) => {
    const { decision, advice } = screening(response);
    const delivery = ({ allow: 'delivered', warn: 'warned', hold: 'held', block: 'blocked' } as const)[
      decision
    ];
    keben.events.send('message.sent', { ...messageIn(request, response), delivery });
    response.status(delivery === 'blocked' ? 403 : 201).send({
      delivery,
      obligations: passage(response).obligations,
      advice: advice[0]?.text,
      to: otherIn(request).id,
    });
  },
);

app.get(
  '/posts/:id',
  protect(
    keben,
    'content.view',
    (request, response) => ({
      subject: meIn(response),
      resource: {
        type: 'content',
        id: String(request.params.id),
        properties: { sensitive: request.query.sensitive === 'true' },
      },
    }),
    ['cover'],
  ),
  (_request, response) => {
    const { obligations, decision } = passage(response);
    response.send({ covered: obligations.includes('cover'), unavailable: decision.unavailable });
  },
);

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on http://127.0.0.1:${typeof address === 'object' ? address?.port : PORT}`);
});
process.once('SIGTERM', async () => {
  server.close();
  const lost = await keben.close({ timeout: 2000 });
  if (lost > 0) console.error(`${lost} events did not reach Kề Bên`);
  process.exitCode = lost > 0 ? 1 : 0;
});
