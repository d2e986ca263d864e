import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { App } from '../base/http.ts';
import { digitsCost, newDigits } from '../base/secret-digits.ts';
import type { Services } from '../base/services.ts';
import { AgeBand, Harm, LocalText } from '../base/vocabulary.ts';
import { bytesOf } from './case-routes.ts';
import { formStyle, pageOfProblem, pageOfReceipt, pageOfThread } from './form-pages.ts';
import type { Puzzles } from './proof-of-work.ts';
import { keysOfReceipt, openSealed, receiptSalt, sealFor } from './receipt.ts';
import { continueThread, readThread, receiveAnonymousReport } from './receive-anonymous-report.ts';
import { base64, Sealed } from './shapes.ts';
import { receivingOrganisation } from './thread-store.ts';

const tags = ['anonymous'];
const ReportHarm = z.union([Harm, z.literal('other')]);
const Urgency = z.enum(['now', 'soon', 'advice']);
const lookup = base64(32);

/** The channel of somebody who does not want to say who they are: no cookie, no address kept, no-store. */
export function addAnonymousRoutes(app: App, services: Services, puzzles: Puzzles): void {
  const { database, keys, live, now } = services;
  const salts = keys.derive('receipt salts');
  const limit = (max: number) => ({ rateLimit: { max, timeWindow: '10 minutes' } });

  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/v1/anonymous/')) reply.header('cache-control', 'no-store');
  });

  const tellConsoles = ({ organisationId, caseId }: { organisationId: string; caseId: string }) => {
    live.announce({ organisationId, topic: 'cases', id: caseId });
    live.announce({ organisationId, topic: 'reports', id: caseId });
  };

  async function channel() {
    const receiver = await database.transaction('system', receivingOrganisation);
    if (!receiver?.publicKey) {
      throw new AppError('not-found', 'No hotline receives anonymous reports on this server yet.');
    }
    return { receiver, publicKey: receiver.publicKey, salt: receiptSalt(salts, receiver.id) };
  }

  app.get(
    '/v1/anonymous/channel',
    {
      config: limit(120),
      schema: {
        summary: 'Who receives anonymous reports, and how to seal one',
        tags,
        response: {
          200: z.object({
            organisation: z.object({ id: z.string(), name: LocalText }),
            publicKey: z.string(),
            salt: z.string(),
            opslimit: z.number(),
            memlimit: z.number(),
            pow: z.object({ challenge: z.string(), bits: z.number() }),
          }),
        },
      },
    },
    async () => {
      const { receiver, publicKey, salt } = await channel();
      return {
        organisation: { id: receiver.id, name: { vi: receiver.nameVi, en: receiver.nameEn } },
        publicKey: Buffer.from(publicKey).toString('base64'),
        salt: Buffer.from(salt).toString('base64'),
        ...digitsCost,
        pow: puzzles.issue(now()),
      };
    },
  );

  app.post(
    '/v1/anonymous/reports',
    {
      config: limit(30),
      schema: {
        summary: 'Hand in a sealed report',
        tags,
        body: z.strictObject({
          ageBand: AgeBand,
          harm: ReportHarm,
          urgency: Urgency,
          region: z.string().max(80).optional(),
          generativeAi: z.boolean().optional(),
          sealed: Sealed,
          reporter: z.strictObject({ publicKey: base64(32), lookup }),
          pow: z.strictObject({ challenge: z.string().max(256), nonce: z.string().max(32) }),
        }),
        response: { 201: z.object({ at: z.string() }) },
      },
    },
    async (request, reply) => {
      const { pow, reporter, sealed, ...report } = request.body;
      const at = now();
      if (!puzzles.redeem(pow.challenge, pow.nonce, at)) {
        throw new AppError(
          'invalid-proof-of-work',
          'The puzzle was not solved, is too old or was used before.',
          {
            pointer: '/pow',
          },
        );
      }
      const publicKey = exactly(reporter.publicKey, '/reporter/publicKey');
      const made = await database.transaction('system', (tx) =>
        receiveAnonymousReport(
          tx,
          {
            ...report,
            sealed: bytesOf(sealed),
            reporterPublicKey: publicKey,
            lookup: exactly(reporter.lookup, '/reporter/lookup'),
          },
          at,
        ),
      );
      tellConsoles(made);
      return reply.status(201).send({ at: at.toISOString() });
    },
  );

  app.post(
    '/v1/anonymous/thread',
    {
      config: limit(120),
      schema: {
        summary: 'Read the thread that a receipt opens',
        tags,
        body: z.strictObject({ lookup }),
        response: {
          200: z.object({
            state: z.enum(['received', 'reading', 'answered', 'closed']),
            messages: z.array(
              z.object({ at: z.string(), from: z.enum(['reporter', 'organisation']), sealed: z.string() }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const { state, messages } = await database.transaction('system', (tx) =>
        readThread(tx, exactly(request.body.lookup, '/lookup')),
      );
      return {
        state,
        messages: messages.map((message) => ({
          at: message.at.toISOString(),
          from: message.sender as 'reporter' | 'organisation',
          sealed: Buffer.from(message.sealedReporter).toString('base64'),
        })),
      };
    },
  );

  app.post(
    '/v1/anonymous/thread/messages',
    {
      config: limit(30),
      schema: {
        summary: 'Write again in the thread',
        tags,
        body: z.strictObject({ lookup, sealed: Sealed }),
        response: { 201: z.object({ at: z.string() }) },
      },
    },
    async (request, reply) => {
      const at = now();
      const made = await database.transaction('system', (tx) =>
        continueThread(tx, exactly(request.body.lookup, '/lookup'), bytesOf(request.body.sealed), at),
      );
      tellConsoles(made);
      return reply.status(201).send({ at: at.toISOString() });
    },
  );

  // Without JavaScript the server does what the browser would, and keeps neither text nor receipt.
  const Lang = z.enum(['vi', 'en']).default('vi').catch('vi');
  const text = z.string().trim().min(1).max(6000);

  app.get('/v1/anonymous/form.css', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/css').send(formStyle),
  );

  app.post('/v1/anonymous/form', { config: limit(10), schema: { hide: true } }, async (request, reply) => {
    const form = z
      .object({
        lang: Lang,
        ageBand: AgeBand.catch('unknown'),
        harm: ReportHarm.catch('other'),
        urgency: Urgency.catch('soon'),
        region: z.string().max(80).optional(),
        generativeAi: z.literal('yes').optional().catch(undefined),
        text,
      })
      .safeParse(request.body);
    const lang = Lang.parse((request.body as { lang?: unknown } | undefined)?.lang);
    if (!form.success) return reply.status(400).type('text/html').send(pageOfProblem(lang, 'empty'));
    const { publicKey, salt } = await channel();
    const receipt = await newDigits();
    const reporter = await keysOfReceipt(receipt, salt);
    const { text: narrative, region, ageBand, harm, urgency, generativeAi } = form.data;
    const sealed = {
      organisation: await sealFor(narrative, publicKey),
      reporter: await sealFor(narrative, reporter.publicKey),
    };
    const made = await database.transaction('system', (tx) =>
      receiveAnonymousReport(
        tx,
        {
          ageBand,
          harm,
          urgency,
          ...(region ? { region } : {}),
          generativeAi: generativeAi === 'yes',
          sealed,
          reporterPublicKey: reporter.publicKey,
          lookup: reporter.lookup,
        },
        now(),
      ),
    );
    tellConsoles(made);
    return reply.status(201).type('text/html').send(pageOfReceipt(lang, receipt));
  });

  app.post(
    '/v1/anonymous/form/thread',
    { config: limit(20), schema: { hide: true } },
    async (request, reply) => {
      const body = z
        .object({ lang: Lang, receipt: z.string().max(40), text: z.string().trim().max(6000).optional() })
        .safeParse(request.body);
      const lang = body.success ? body.data.lang : 'vi';
      const receipt = body.success ? body.data.receipt.replace(/\D/g, '') : '';
      if (!body.success || receipt.length !== 16) {
        return reply.status(400).type('text/html').send(pageOfProblem(lang, 'receipt'));
      }
      const { publicKey, salt } = await channel();
      const reporter = await keysOfReceipt(receipt, salt);
      const known = await database.transaction('system', (tx) =>
        readThread(tx, reporter.lookup).catch((cause: unknown) => {
          if (cause instanceof AppError) return undefined;
          throw cause;
        }),
      );
      if (!known) return reply.status(404).type('text/html').send(pageOfProblem(lang, 'receipt'));
      const { text: more } = body.data;
      if (more) {
        const sealed = {
          organisation: await sealFor(more, publicKey),
          reporter: await sealFor(more, reporter.publicKey),
        };
        tellConsoles(
          await database.transaction('system', (tx) => continueThread(tx, reporter.lookup, sealed, now())),
        );
      }
      const { messages, state } = await database.transaction('system', (tx) =>
        readThread(tx, reporter.lookup),
      );
      const opened = await Promise.all(
        messages.map(async (message) => ({
          at: message.at,
          from: message.sender as 'reporter' | 'organisation',
          text: await openSealed(message.sealedReporter, reporter),
        })),
      );
      return reply.type('text/html').send(pageOfThread(lang, receipt, state, opened));
    },
  );
}

/** Bytes of a base64 field that must be 32 long. */
function exactly(field: string, pointer: string): Uint8Array {
  const bytes = Buffer.from(field, 'base64');
  if (bytes.length !== 32) {
    throw new AppError('invalid-request', `${pointer} must be 32 bytes in base64.`, { pointer });
  }
  return bytes;
}
