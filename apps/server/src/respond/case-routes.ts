import { z } from 'zod';
import { recordAudit } from '../base/audit.ts';
import type { Staff } from '../base/auth.ts';
import type { Tx } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import type { App } from '../base/http.ts';
import { organisationById } from '../base/organisation-store.ts';
import type { Services } from '../base/services.ts';
import { type CaseRow, evidenceOf, listCases, readCase } from './case-store.ts';
import { describeCase, summaryOf } from './describe-case.ts';
import { closeCase, markSighting } from './label-case.ts';
import { outcomes, reasonCodes } from './labels.ts';
import { permissions } from './permissions.ts';
import { sendReferral } from './send-referral.ts';
import { base64, CaseDetail, CaseSummary, Revealed, Sealed } from './shapes.ts';
import { accountActions } from './statement.ts';
import { takeAction } from './take-action.ts';
import { insertThreadMessage, messagesOfReport, reportOfCase } from './thread-store.ts';
import { caseFor, noteOnCase, reopenCase, stepCase, takeCase } from './work-case.ts';

const security = [{ session: [] }];
const tags = ['respond'];
const params = z.object({ id: z.uuid() });
const note = z.string().trim().min(1).max(4000);

export function addCaseRoutes(app: App, services: Services): void {
  const { database, guards, keys, live, now, wake } = services;

  /** Runs one step on a case, answers with the case as it is then, and tells open consoles after the commit. */
  async function step(staff: Staff, work: (tx: Tx, at: Date) => Promise<CaseRow>): Promise<CaseDetail> {
    const at = now();
    const detail = await database.transaction({ organisation: staff.organisationId }, async (tx) =>
      describeCase(tx, keys, await work(tx, at), at),
    );
    live.announce({ organisationId: staff.organisationId, topic: 'cases', id: detail.id });
    wake();
    return detail;
  }

  app.get(
    '/v1/cases',
    {
      schema: {
        summary: 'The queue: most urgent first, then by deadline',
        tags,
        security,
        querystring: z.object({ state: z.enum(['open', 'closed', 'all']).default('open') }),
        response: { 200: z.object({ cases: z.array(CaseSummary) }) },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['cases.read']);
      return database.transaction({ organisation: staff.organisationId }, async (tx) => ({
        cases: (await listCases(tx, staff.organisationId, request.query.state)).map(summaryOf),
      }));
    },
  );

  app.get(
    '/v1/cases/:id',
    { schema: { summary: 'One case', tags, security, params, response: { 200: CaseDetail } } },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['cases.read']);
      return database.transaction({ organisation: staff.organisationId }, async (tx) => {
        const row = await readCase(tx, staff.organisationId, request.params.id);
        if (!row) throw new AppError('not-found', 'There is no such case in your organisation.');
        return describeCase(tx, keys, row, now());
      });
    },
  );

  app.post(
    '/v1/cases/:id/take',
    { schema: { summary: 'Take the case', tags, security, params, response: { 200: CaseDetail } } },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['cases.work']);
      return step(staff, (tx, at) => takeCase(tx, staff, request.params.id, at));
    },
  );

  app.post(
    '/v1/cases/:id/notes',
    {
      schema: {
        summary: 'Write a note',
        tags,
        security,
        params,
        body: z.strictObject({ text: note }),
        response: { 200: CaseDetail },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['cases.work']);
      return step(staff, (tx, at) => noteOnCase(tx, staff, request.params.id, request.body.text, at));
    },
  );

  app.post(
    '/v1/cases/:id/actions',
    {
      schema: {
        summary: 'Act on the account',
        tags,
        security,
        params,
        body: z.strictObject({
          action: z.enum(accountActions),
          note: z.string().trim().max(4000).optional(),
        }),
        response: { 200: CaseDetail },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['actions.take']);
      return step(staff, (tx, at) => takeAction(tx, staff, request.params.id, request.body, at));
    },
  );

  app.post(
    '/v1/cases/:id/close',
    {
      schema: {
        summary: 'Close the case',
        tags,
        security,
        params,
        body: z.strictObject({ outcome: z.enum(outcomes), reason: z.enum(reasonCodes), note }),
        response: { 200: CaseDetail },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['cases.work']);
      return step(staff, (tx, at) => closeCase(tx, staff, request.params.id, request.body, at));
    },
  );

  app.post(
    '/v1/cases/:id/reopen',
    {
      schema: {
        summary: 'Open a closed case again',
        tags,
        security,
        params,
        body: z.strictObject({ note }),
        response: { 200: CaseDetail },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['cases.work']);
      return step(staff, (tx, at) => reopenCase(tx, staff, request.params.id, request.body.note, at));
    },
  );

  app.post(
    '/v1/cases/:id/referrals',
    {
      schema: {
        summary: 'Refer the case to another organisation',
        tags,
        security,
        params,
        body: z.strictObject({
          to: z.uuid(),
          note,
          basis: z.enum(['consent', 'legal-duty', 'urgent-risk']),
        }),
        response: { 200: CaseDetail },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['referrals.send']);
      return step(staff, (tx, at) => sendReferral(tx, keys, staff, request.params.id, request.body, at));
    },
  );

  app.post(
    '/v1/cases/:id/evidence/:evidence/reveal',
    {
      schema: {
        summary: 'Unveil one message (audited)',
        tags,
        security,
        params: params.extend({ evidence: z.uuid() }),
        response: { 200: Revealed },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['evidence.reveal']);
      const at = now();
      return database.transaction({ organisation: staff.organisationId }, async (tx) => {
        const row = await caseFor(tx, staff, request.params.id);
        const item = (await evidenceOf(tx, row.id)).find(({ id }) => id === request.params.evidence);
        if (!item) throw new AppError('not-found', 'There is no such message in this case.');
        await recordAudit(tx, {
          organisationId: staff.organisationId,
          actor: staff.userId,
          action: 'case.revealed',
          target: row.id,
          data: { evidence: item.id },
          at,
        });
        const sealer = await keys.sealerOf(tx, staff.organisationId, at);
        return { text: item.sealed === null ? null : sealer.open(item.sealed), cues: item.cues };
      });
    },
  );

  app.post(
    '/v1/cases/:id/evidence/:evidence/marks',
    {
      schema: {
        summary: 'Say that a cue is wrong in this message, or right after all',
        tags,
        security,
        params: params.extend({ evidence: z.uuid() }),
        body: z.strictObject({ cue: z.string().max(64), mark: z.enum(['wrong', 'right']) }),
        response: { 200: CaseDetail },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['evidence.reveal']);
      const { id, evidence } = request.params;
      return step(staff, (tx, at) => markSighting(tx, staff, id, { evidence, ...request.body }, at));
    },
  );

  app.get(
    '/v1/cases/:id/thread',
    {
      schema: {
        summary: 'The thread of an anonymous report, sealed for the organisation key',
        tags,
        security,
        params,
        response: {
          200: z.object({
            messages: z.array(
              z.object({
                id: z.string(),
                at: z.string(),
                from: z.enum(['reporter', 'organisation']),
                sealed: z.string(),
              }),
            ),
            reporterPublicKey: z.string(),
          }),
        },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['thread.write']);
      return database.transaction({ organisation: staff.organisationId }, async (tx) => {
        const report = await reportOfCase(tx, staff.organisationId, request.params.id);
        if (!report) throw new AppError('not-found', 'This case has no anonymous report.');
        const messages = await messagesOfReport(tx, report.id);
        return {
          messages: messages.map((message) => ({
            id: message.id,
            at: message.at.toISOString(),
            from: message.sender as 'reporter' | 'organisation',
            sealed: Buffer.from(message.sealedOrganisation).toString('base64'),
          })),
          reporterPublicKey: Buffer.from(report.reporterPublicKey).toString('base64'),
        };
      });
    },
  );

  app.post(
    '/v1/cases/:id/thread',
    {
      schema: {
        summary: 'Answer the reporter (sealed in the browser)',
        tags,
        security,
        params,
        body: z.strictObject({ sealed: Sealed }),
        response: { 200: CaseDetail },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['thread.write']);
      const { sealed } = request.body;
      return step(staff, async (tx, at) => {
        const row = await caseFor(tx, staff, request.params.id);
        const report = await reportOfCase(tx, staff.organisationId, row.id);
        if (!report) throw new AppError('not-found', 'This case has no anonymous report.');
        await insertThreadMessage(tx, report, 'organisation', bytesOf(sealed), at);
        return stepCase(tx, staff, row, 'message-sent', at);
      });
    },
  );

  app.get(
    '/v1/organisation-key',
    {
      schema: {
        summary: 'The organisation key, its secret half locked with the passphrase',
        tags,
        security,
        response: {
          200: z.object({
            publicKey: z.string(),
            wrapped: z.object({
              secretKey: base64(256),
              nonce: base64(64),
              salt: base64(64),
              opslimit: z.number(),
              memlimit: z.number(),
            }),
          }),
        },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['thread.write']);
      const own = await database.transaction('system', (tx) => organisationById(tx, staff.organisationId));
      if (!own?.publicKey || !own.wrappedSecretKey) {
        throw new AppError('not-found', 'Your organisation has no key for anonymous reports.');
      }
      return {
        publicKey: Buffer.from(own.publicKey).toString('base64'),
        // Stored as JSON, as organisation-key.ts made it; the schema of the answer checks its shape.
        wrapped: own.wrappedSecretKey as never,
      };
    },
  );
}

export function bytesOf(sealed: { organisation: string; reporter: string }) {
  return {
    organisation: Buffer.from(sealed.organisation, 'base64'),
    reporter: Buffer.from(sealed.reporter, 'base64'),
  };
}
