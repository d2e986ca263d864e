import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import type { Puzzles } from '../proof-of-work.ts';
import { describeStatus, RemovalStatus } from './describe-removal.ts';
import { openRemoval } from './open-removal.ts';
import { loadRemovalPlatforms, RemovalPlatform } from './platforms.ts';
import { MOST_WAITING_HASHES, receiveRemoval } from './receive-removal.ts';
import { CaseNumber, Pin, RemovalInput } from './request-shape.ts';
import { createPinHashes, newSecrets } from './secrets.ts';
import { requestByNumber } from './store.ts';
import { takeRemovalStep } from './take-removal-step.ts';

const tags = ['removals'];
/** 50 items with some films of a few hundred frames each. */
const MAX_BODY = 4_194_304;

/** "Gỡ ảnh của mình": hashes come, never pictures; no cookie, no address kept, no-store. */
export function addRemovalRoutes(app: App, services: Services, puzzles: Puzzles): void {
  const { config, database, keys, live, now } = services;
  const hashes = createPinHashes(keys);
  const platforms = loadRemovalPlatforms();
  const platformIds = new Set(platforms.map(({ id }) => id));
  // Requests that nobody has looked at take at most a quarter of the hashes that an organisation may have.
  const mostWaiting = Math.min(MOST_WAITING_HASHES, Math.floor(config.hashIndexMax / 4));
  const limit = (max: number) => ({ rateLimit: { max, timeWindow: '10 minutes' } });

  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/v1/removals')) reply.header('cache-control', 'no-store');
  });

  app.get(
    '/v1/removals/platforms',
    {
      config: limit(120),
      schema: {
        summary: 'Public platforms that a request can name; being listed says nothing of an agreement',
        tags,
        response: { 200: z.array(RemovalPlatform) },
      },
    },
    async () => platforms,
  );

  app.post(
    '/v1/removals',
    {
      config: limit(20),
      bodyLimit: MAX_BODY,
      schema: {
        summary: 'Ask that pictures or films are stopped, by their hashes alone',
        description:
          'Solve the puzzle of `GET /v1/anonymous/channel` first. The case number and the PIN are told once and never again.',
        tags,
        body: RemovalInput.extend({
          proof: z.strictObject({ challenge: z.string().max(256), nonce: z.string().max(32) }),
        }),
        response: { 201: z.object({ caseNumber: z.string(), pin: z.string() }) },
      },
    },
    async (request, reply) => {
      const { proof, ...input } = request.body;
      const unknown = input.platforms.findIndex((id) => !platformIds.has(id));
      if (unknown >= 0) {
        throw new AppError('invalid-request', 'GET /v1/removals/platforms lists the ids of platforms.', {
          pointer: `/platforms/${unknown}`,
        });
      }
      const at = now();
      if (!puzzles.redeem(proof.challenge, proof.nonce, at)) {
        throw new AppError(
          'invalid-proof-of-work',
          'The puzzle was not solved, is too old or was used before.',
          { pointer: '/proof' },
        );
      }
      const { caseNumber, pin } = newSecrets();
      const kept = await hashes.keep(pin);
      const row = await database.transaction('system', (tx) =>
        receiveRemoval(tx, input, { caseNumber, pin: kept }, at, mostWaiting),
      );
      live.announce({ organisationId: row.organisationId, topic: 'removals', id: row.id });
      return reply.status(201).send({ caseNumber, pin });
    },
  );

  const opened = z.strictObject({ caseNumber: CaseNumber, pin: Pin });
  const notFound = () => new AppError('not-found', 'No request has this case number and PIN. Check both.');

  app.post(
    '/v1/removals/status',
    {
      config: limit(60),
      schema: { summary: 'How a request stands', tags, body: opened, response: { 200: RemovalStatus } },
    },
    async (request) => {
      await openRemoval(database, hashes, request.body, now());
      return database.transaction('system', async (tx) => {
        const row = await requestByNumber(tx, request.body.caseNumber);
        if (!row) throw notFound();
        return describeStatus(tx, row, platforms, now());
      });
    },
  );

  app.post(
    '/v1/removals/withdraw',
    {
      config: limit(30),
      schema: {
        summary: 'Withdraw a request: its hashes are removed for good',
        tags,
        body: opened,
        response: { 200: RemovalStatus },
      },
    },
    async (request) => {
      const at = now();
      await openRemoval(database, hashes, request.body, at);
      const { row, status } = await database.transaction('system', async (tx) => {
        const found = await requestByNumber(tx, request.body.caseNumber, { lock: true });
        if (!found) throw notFound();
        const moved = await takeRemovalStep(tx, found, { step: 'withdraw' }, at);
        return { row: moved, status: await describeStatus(tx, moved, platforms, at) };
      });
      live.announce({ organisationId: row.organisationId, topic: 'removals', id: row.id });
      return status;
    },
  );
}
