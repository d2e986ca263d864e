import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import { CODE_HOURS, inviteParent } from './invite-parent.ts';
import { type Hashes, numberOf } from './secrets.ts';
import { supervisionById, supervisionsOf } from './store.ts';
import { takeStep } from './take-step.ts';
import { saveUsage } from './usage-store.ts';
import { describeSupervision, isTold, Supervisor, USAGE_DAYS } from './view.ts';

const DAY = 86_400_000;
const security = [{ apiKey: [] }];
const tags = ['supervision'];
const id = z.string().min(1).max(128);
/** What people call each other; kept sealed. */
const name = z.string().trim().min(1).max(24);

/** For the young person's device, through the platform's server. */
export function addPlatformRoutes(app: App, services: Services, hashes: Hashes): void {
  const { database, guards, keys, now } = services;

  app.post(
    '/v1/accounts/:id/supervision/invitations',
    {
      schema: {
        summary: 'A one-time code with which a parent can ask to look after this account',
        description: `Show it on the young person’s own device only. It holds for ${CODE_HOURS} hours and once. Only accounts known to be under 18.`,
        tags,
        security,
        params: z.object({ id }),
        body: z.strictObject({
          /** What the young person calls the parent, such as “Mẹ”. */
          label: name,
          /** What the parent's page calls the young person. */
          young: name.optional(),
        }),
        response: {
          201: z.object({ id: z.string(), number: z.string(), code: z.string(), expiresAt: z.string() }),
        },
      },
    },
    async (request, reply) => {
      const organisationId = await guards.platform(request);
      const { label, young } = request.body;
      const at = now();
      const made = await database.transaction({ organisation: organisationId }, async (tx) =>
        inviteParent(
          tx,
          { organisationId, account: request.params.id, names: { parent: label, young } },
          { hashes, sealer: await keys.sealerOf(tx, organisationId, at) },
          at,
        ),
      );
      return reply
        .status(201)
        .header('cache-control', 'no-store')
        .send({ ...made, number: numberOf(made.id), expiresAt: made.expiresAt.toISOString() });
    },
  );

  app.get(
    '/v1/accounts/:id/supervision',
    {
      schema: {
        summary: 'Who looks after this account, and exactly what they see',
        tags,
        security,
        params: z.object({ id }),
        response: { 200: z.object({ account: z.string(), supervisors: z.array(Supervisor) }) },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const account = request.params.id;
      const at = now();
      const supervisors = await database.transaction({ organisation: organisationId }, async (tx) => {
        const sealer = await keys.sealerOf(tx, organisationId, at);
        const told: z.infer<typeof Supervisor>[] = [];
        for (const row of await supervisionsOf(tx, organisationId, account))
          if (isTold(row, at)) told.push(await describeSupervision(tx, row, sealer, at));
        return told;
      });
      return { account, supervisors };
    },
  );

  const answers = {
    agree: ['The young person’s yes: the supervision begins', 'agreed'],
    decline: ['The young person’s no', 'declined'],
    end: ['The young person ends a supervision or takes an invitation back, at once', 'ended'],
  } as const;
  for (const [path, [summary, step]] of Object.entries(answers)) {
    app.post(
      `/v1/accounts/:id/supervision/:supervision/${path}`,
      {
        schema: {
          summary,
          tags,
          security,
          params: z.object({ id, supervision: z.uuid() }),
          response: { 200: Supervisor },
        },
      },
      async (request) => {
        const organisationId = await guards.platform(request);
        const { id: account, supervision } = request.params;
        const at = now();
        return database.transaction(
          { organisation: organisationId },
          async (tx) => {
            const row = await supervisionById(tx, organisationId, supervision);
            if (row?.account !== account)
              throw new AppError('not-found', 'This account has no such supervision.');
            const after = await takeStep(
              tx,
              {
                organisationId,
                id: supervision,
                happening: { step },
                by: { actor: 'young', id: `account:${account}` },
              },
              at,
            );
            return describeSupervision(tx, after, await keys.sealerOf(tx, organisationId, at), at);
          },
          { urgent: true },
        );
      },
    );
  }

  app.post(
    '/v1/accounts/:id/usage',
    {
      schema: {
        summary: 'Minutes that the account spent on a day so far, in the app or in one game',
        description: `Kept for ${USAGE_DAYS} days and only while somebody supervises the account (\`kept\`); the newest count of a day holds.`,
        tags,
        security,
        params: z.object({ id }),
        body: z.strictObject({
          day: z.iso.date(),
          kind: z.enum(['app', 'game']),
          name: z.string().trim().min(1).max(64).optional(),
          minutes: z.int().min(0).max(1440),
        }),
        response: { 200: z.object({ kept: z.boolean() }) },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const account = request.params.id;
      const { day, kind, name: game, minutes } = request.body;
      if (kind === 'game' && game === undefined)
        throw new AppError('invalid-request', 'A game needs its name.', { pointer: '/name' });
      const at = now();
      // A day of the young person's own calendar may have begun before ours.
      const age = at.getTime() - Date.parse(day);
      const isNear = age >= -DAY && age <= USAGE_DAYS * DAY;
      const kept = await database.transaction({ organisation: organisationId }, async (tx) => {
        const rows = await supervisionsOf(tx, organisationId, account);
        if (!isNear || !rows.some(({ state }) => state === 'active')) return false;
        await saveUsage(tx, organisationId, account, {
          day,
          kind,
          name: kind === 'game' ? (game ?? '') : '',
          minutes,
        });
        return true;
      });
      return { kept };
    },
  );
}
