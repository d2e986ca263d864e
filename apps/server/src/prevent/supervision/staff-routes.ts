import { z } from 'zod';
import { recordAudit } from '../../base/audit.ts';
import type { Staff } from '../../base/auth.ts';
import { AppError } from '../../base/errors.ts';
import type { App } from '../../base/http.ts';
import { organisationById } from '../../base/organisation-store.ts';
import type { Services } from '../../base/services.ts';
import type { Role } from '../../base/vocabulary.ts';
import { numberOf } from './secrets.ts';
import { supervisionsOf } from './store.ts';
import { stateAt } from './supervision-state.ts';
import { liftSuspension, suspendSupervisors } from './suspend-supervisors.ts';
import { bases, placedBy, type Suspension as StoredSuspension } from './suspension-store.ts';
import { namesOf } from './view.ts';

const tags = ['supervision'];
const security = [{ session: [] }];
const roles: Role[] = ['lead', 'counsellor', 'police-liaison'];
const account = z.string().min(1).max(128);

const Suspension = z
  .object({
    id: z.string(),
    platform: z.string(),
    account: z.string(),
    /** One supervisor, named by what the platform's own staff see; null for all or where it is not told. */
    supervision: z.string().nullable(),
    basis: z.enum(bases),
    reference: z.string(),
    placedAt: z.string(),
    liftedAt: z.string().nullable(),
  })
  .meta({ id: 'SupervisionSuspension' });

/** Suspending supervisors: staff of the account's platform, of helplines and of the police. */
export function addStaffRoutes(app: App, { database, guards, keys, now }: Services): void {
  /** Which platform an order means: one's own, or the one that a helpline or the police names. */
  async function platformOf(staff: Staff, named: string | undefined): Promise<string> {
    if (staff.organisationKind === 'platform') {
      if (named === undefined || named === staff.organisationId) return staff.organisationId;
      throw new AppError('not-allowed', 'A platform suspends supervisors of its own accounts only.', {
        pointer: '/platform',
      });
    }
    if (staff.organisationKind === 'school')
      throw new AppError('not-allowed', 'Schools do not suspend supervisors; call the helpline 111.');
    const platform = await database.transaction('system', (tx) =>
      named === undefined ? Promise.resolve(undefined) : organisationById(tx, named),
    );
    if (platform?.kind !== 'platform')
      throw new AppError('invalid-request', 'Name the platform of the account.', { pointer: '/platform' });
    return platform.id;
  }

  const describe = (row: StoredSuspension, staff: Staff): z.infer<typeof Suspension> => ({
    id: row.id,
    platform: row.organisationId,
    account: row.account,
    supervision: row.organisationId === staff.organisationId ? row.supervisionId : null,
    basis: row.basis,
    reference: row.reference,
    placedAt: row.placedAt.toISOString(),
    liftedAt: row.liftedAt?.toISOString() ?? null,
  });

  app.get(
    '/v1/supervision/supervisors',
    {
      schema: {
        summary: 'Supervisors of an account of one’s own platform',
        tags,
        security,
        querystring: z.object({ account }),
        response: {
          200: z.object({
            supervisors: z.array(
              z.object({
                id: z.string(),
                number: z.string(),
                label: z.string(),
                state: z.enum(['invited', 'accepted', 'active', 'paused', 'ended', 'declined', 'expired']),
                since: z.string(),
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...roles);
      const { organisationId, organisationKind, userId } = staff;
      if (organisationKind !== 'platform')
        throw new AppError('not-allowed', 'Only the platform of an account sees who supervises it.');
      const at = now();
      return database.transaction({ organisation: organisationId }, async (tx) => {
        const sealer = await keys.sealerOf(tx, organisationId, at);
        const rows = await supervisionsOf(tx, organisationId, request.query.account);
        await recordAudit(tx, {
          organisationId,
          actor: userId,
          action: 'supervision.seen',
          target: `account:${request.query.account}`,
          at,
        });
        return {
          supervisors: rows.map((row) => ({
            id: row.id,
            number: numberOf(row.id),
            label: namesOf(row, sealer).parent,
            state: stateAt(row, at),
            since: row.createdAt.toISOString(),
          })),
        };
      });
    },
  );

  app.get(
    '/v1/supervision/suspensions',
    {
      schema: {
        summary: 'Suspensions of supervisors that one’s organisation placed, newest first',
        tags,
        security,
        response: { 200: z.object({ suspensions: z.array(Suspension) }) },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...roles);
      const { organisationId } = staff;
      const found = await database.transaction({ organisation: organisationId }, (tx) =>
        placedBy(tx, organisationId),
      );
      return { suspensions: found.map((row) => describe(row, staff)) };
    },
  );

  app.post(
    '/v1/supervision/suspensions',
    {
      schema: {
        summary: 'Suspend one supervisor or all of an account',
        description:
          'At once: no view, no decisions, no way back by a new code. The answer is the same whether or not the account ' +
          'exists; a `number` that fits nobody suspends all.',
        tags,
        security,
        body: z.strictObject({
          /** The platform; staff of a platform leave it out. */
          platform: z.uuid().optional(),
          account,
          number: z
            .string()
            .regex(/^\d{4}$/)
            .optional(),
          basis: z.enum(bases),
          /** File number; no names. */
          reference: z.string().trim().min(1).max(80),
        }),
        response: { 201: z.object({ id: z.string(), placedAt: z.string() }) },
      },
    },
    async (request, reply) => {
      const staff = await guards.staff(request, ...roles);
      const platform = await platformOf(staff, request.body.platform);
      const at = now();
      const { id } = await database.transaction(
        'system',
        (tx) => suspendSupervisors(tx, { ...request.body, platform }, staff, at),
        { urgent: true },
      );
      return reply.status(201).send({ id, placedAt: at.toISOString() });
    },
  );

  app.post(
    '/v1/supervision/suspensions/:id/lift',
    {
      schema: {
        summary: 'Lift a suspension; the young person is asked again',
        tags,
        security,
        params: z.object({ id: z.uuid() }),
        response: { 200: z.object({ id: z.string(), liftedAt: z.string() }) },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...roles);
      const at = now();
      await database.transaction('system', (tx) => liftSuspension(tx, request.params.id, staff, at));
      return { id: request.params.id, liftedAt: at.toISOString() };
    },
  );
}
