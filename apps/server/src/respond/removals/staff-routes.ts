import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Staff } from '../../base/auth.ts';
import { AppError } from '../../base/errors.ts';
import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import { permissions } from '../permissions.ts';
import { describeRemoval, describeRemovalFully, Removal, RemovalDetail } from './describe-removal.ts';
import { exportRemovals, type RemovalLine } from './export-removals.ts';
import { loadRemovalPlatforms } from './platforms.ts';
import { declineReasonNames, removalStates } from './removal-state.ts';
import { countWaitingRequests, listRequests, requestById, requestOfContent } from './store.ts';
import { type RemovalDecision, takeRemovalStep } from './take-removal-step.ts';

const security = [{ session: [] }];
const tags = ['removals'];
const params = z.object({ id: z.uuid() });
/** Requests in one answer. */
const MOST = 200;

/** Requests to take pictures down, for the staff of the organisation that receives them. */
export function addRemovalStaffRoutes(app: App, { database, guards, live, now }: Services): void {
  const platforms = loadRemovalPlatforms();
  const mayDecide = ({ role }: Staff) => permissions['removals.decide'].some((one) => one === role);

  app.get(
    '/v1/removals',
    {
      schema: {
        summary: 'Requests to take pictures down: the youngest first, then who waits longest',
        tags,
        security,
        querystring: z.object({ state: z.enum(removalStates).default('received') }),
        response: {
          200: z.object({
            removals: z.array(Removal),
            waiting: z.int().describe('Requests that nobody has decided yet'),
            mayDecide: z.boolean(),
          }),
        },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['removals.read']);
      return database.transaction({ organisation: staff.organisationId }, async (tx) => {
        const found = await listRequests(tx, staff.organisationId, request.query.state, MOST);
        return {
          removals: found.map((row) => describeRemoval(row, platforms)),
          waiting: await countWaitingRequests(tx, staff.organisationId),
          mayDecide: mayDecide(staff),
        };
      });
    },
  );

  app.get(
    '/v1/removals/export',
    {
      schema: {
        summary: 'Confirmed hashes with the platforms they are for, as NDJSON (audited)',
        tags,
        security,
      },
    },
    async (request, reply) => {
      const staff = await guards.staff(request, ...permissions['removals.export']);
      const lines = exportRemovals(database, staff, now());
      // The audit line is committed, and a fault becomes a problem, before the answer begins.
      const first = await lines.next();
      return reply
        .type('application/x-ndjson')
        .header('content-disposition', 'attachment; filename="removals.ndjson"')
        .send(Readable.from(asText(first, lines)));
    },
  );

  app.get(
    '/v1/removals/:id',
    { schema: { summary: 'One request', tags, security, params, response: { 200: RemovalDetail } } },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['removals.read']);
      return database.transaction({ organisation: staff.organisationId }, async (tx) => {
        const row = await requestById(tx, staff.organisationId, request.params.id);
        if (!row) throw missing();
        return describeRemovalFully(tx, row, platforms, now());
      });
    },
  );

  app.get(
    '/v1/removals/contents/:content',
    {
      schema: {
        summary: 'The request that a content of a hash bank came by',
        tags,
        security,
        params: z.object({ content: z.coerce.number().int().min(1) }),
        response: { 200: Removal },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['removals.read']);
      return database.transaction({ organisation: staff.organisationId }, async (tx) => {
        const row = await requestOfContent(tx, staff.organisationId, request.params.content);
        if (!row) throw missing();
        return describeRemoval(row, platforms);
      });
    },
  );

  async function decide(
    staff: Staff,
    id: string,
    decision: { step: 'confirm' } | Pick<RemovalDecision & { step: 'decline' }, 'step' | 'reason'>,
  ) {
    const at = now();
    const by = { id: staff.userId, name: staff.name };
    const told = await database.transaction({ organisation: staff.organisationId }, async (tx) => {
      const row = await requestById(tx, staff.organisationId, id, { lock: true });
      if (!row) throw missing();
      const moved = await takeRemovalStep(tx, row, { ...decision, by }, at);
      return describeRemovalFully(tx, moved, platforms, at);
    });
    live.announce({ organisationId: staff.organisationId, topic: 'removals', id });
    return told;
  }

  app.post(
    '/v1/removals/:id/confirm',
    {
      schema: {
        summary: 'Confirm a request: its hashes count as looked at, and go into the export',
        tags,
        security,
        params,
        response: { 200: RemovalDetail },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['removals.decide']);
      return decide(staff, request.params.id, { step: 'confirm' });
    },
  );

  app.post(
    '/v1/removals/:id/decline',
    {
      schema: {
        summary: 'Decline a request: its hashes are removed for good, and the young person reads why',
        tags,
        security,
        params,
        body: z.strictObject({ reason: z.enum(declineReasonNames) }),
        response: { 200: RemovalDetail },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['removals.decide']);
      return decide(staff, request.params.id, { step: 'decline', reason: request.body.reason });
    },
  );
}

function missing(): AppError {
  return new AppError('not-found', 'Your organisation has no such request.');
}

async function* asText(first: IteratorResult<RemovalLine, void>, rest: AsyncGenerator<RemovalLine>) {
  if (first.done) return;
  yield `${JSON.stringify(first.value)}\n`;
  for await (const line of rest) yield `${JSON.stringify(line)}\n`;
}
