import { z } from 'zod';
import type { Staff } from '../base/auth.ts';
import { AppError } from '../base/errors.ts';
import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';
import { answerReferral, type ReferralAnswer, revealReferralEvidence } from './answer-referral.ts';
import { describeReferral } from './describe-case.ts';
import { permissions } from './permissions.ts';
import { listReferrals, namesOfOrganisations, referralById } from './referral-store.ts';
import { Referral, Revealed } from './shapes.ts';

const security = [{ session: [] }];
const tags = ['respond'];
const params = z.object({ id: z.uuid() });
const note = z.string().trim().min(1).max(4000);

export function addReferralRoutes(app: App, services: Services): void {
  const { database, guards, keys, live, now, wake } = services;

  app.get(
    '/v1/referrals',
    {
      schema: {
        summary: 'Referrals received or sent',
        tags,
        security,
        querystring: z.object({ box: z.enum(['in', 'out']).optional() }),
        response: { 200: z.object({ referrals: z.array(Referral) }) },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['cases.read']);
      return database.transaction({ organisation: staff.organisationId }, async (tx) => {
        const names = await namesOfOrganisations(tx);
        const found = await listReferrals(tx, staff.organisationId, request.query.box);
        return { referrals: await Promise.all(found.map((row) => describeReferral(tx, row, names))) };
      });
    },
  );

  app.get(
    '/v1/referrals/:id',
    { schema: { summary: 'One referral', tags, security, params, response: { 200: Referral } } },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['cases.read']);
      return database.transaction({ organisation: staff.organisationId }, async (tx) => {
        const row = await referralById(tx, request.params.id);
        if (!row) throw new AppError('not-found', 'There is no such referral to or from your organisation.');
        return describeReferral(tx, row, await namesOfOrganisations(tx));
      });
    },
  );

  async function answer(staff: Staff, id: string, given: ReferralAnswer) {
    const at = now();
    const told = await database.transaction({ organisation: staff.organisationId }, async (tx) => {
      const row = await answerReferral(tx, staff, id, given, at);
      return describeReferral(tx, row, await namesOfOrganisations(tx));
    });
    live.announce({ organisationId: staff.organisationId, topic: 'referrals', id });
    wake();
    return told;
  }

  const reasoned = z.strictObject({ reason: note });
  app.post(
    '/v1/referrals/:id/accept',
    { schema: { summary: 'Accept (receiver)', tags, security, params, response: { 200: Referral } } },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['referrals.answer']);
      return answer(staff, request.params.id, { step: 'accept' });
    },
  );
  app.post(
    '/v1/referrals/:id/reject',
    {
      schema: {
        summary: 'Reject (receiver)',
        tags,
        security,
        params,
        body: reasoned,
        response: { 200: Referral },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['referrals.answer']);
      return answer(staff, request.params.id, { step: 'reject', note: request.body.reason });
    },
  );
  app.post(
    '/v1/referrals/:id/revoke',
    {
      schema: {
        summary: 'Revoke (sender)',
        tags,
        security,
        params,
        body: reasoned,
        response: { 200: Referral },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['referrals.send']);
      return answer(staff, request.params.id, { step: 'revoke', note: request.body.reason });
    },
  );
  app.post(
    '/v1/referrals/:id/done',
    {
      schema: {
        summary: 'Close with an outcome (receiver)',
        tags,
        security,
        params,
        body: z.strictObject({ outcome: z.enum(['investigating', 'resolved', 'no-action']), note }),
        response: { 200: Referral },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['referrals.answer']);
      return answer(staff, request.params.id, { step: 'done', ...request.body });
    },
  );

  app.post(
    '/v1/referrals/:id/evidence/:evidence/reveal',
    {
      schema: {
        summary: 'Unveil one message of an accepted referral (audited)',
        tags,
        security,
        params: params.extend({ evidence: z.uuid() }),
        response: { 200: Revealed },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['referrals.reveal']);
      return database.transaction({ organisation: staff.organisationId }, (tx) =>
        revealReferralEvidence(tx, keys, staff, request.params.id, request.params.evidence, now()),
      );
    },
  );

  app.get(
    '/v1/stream',
    { schema: { summary: 'Server-sent events: what to fetch again', tags, security } },
    async (request, reply) => {
      const staff = await guards.staff(request);
      reply.hijack();
      const response = reply.raw;
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      response.write('retry: 2000\n\n');
      const silence = live.listen((change) => {
        if (change.organisationId !== staff.organisationId) return;
        response.write(`event: change\ndata: ${JSON.stringify({ topic: change.topic, id: change.id })}\n\n`);
      });
      // Proxies and phones drop connections that say nothing.
      const pulse = setInterval(() => response.write(': still here\n\n'), 20_000);
      request.raw.once('close', () => {
        clearInterval(pulse);
        silence();
      });
    },
  );
}
