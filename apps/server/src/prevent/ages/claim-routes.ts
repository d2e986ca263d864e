import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Staff } from '../../base/auth.ts';
import { AppError } from '../../base/errors.ts';
import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import type { Role } from '../../base/vocabulary.ts';
import { Assurance } from '../age.ts';
import { type ClaimState, countOpenClaims, listClaims } from './claim-store.ts';
import { decideAgeClaim } from './decide-claim.ts';
import { AgeClaim, describeClaims } from './describe-claims.ts';
import { agePermissions } from './permissions.ts';

const security = [{ session: [] }];
const tags = ['ages'];
/** Claims in one answer. */
const MOST = 200;

/** Claims of ages for a platform's staff: the list, and the decision. */
export function addClaimRoutes(app: App, { database, guards, live, now }: Services): void {
  /** Staff of a platform in one of these roles: only platforms tell ages. */
  async function staffOf(request: FastifyRequest, roles: readonly Role[]): Promise<Staff> {
    const staff = await guards.staff(request, ...roles);
    if (staff.organisationKind !== 'platform')
      throw new AppError('not-allowed', 'Ages belong to platforms: your organisation tells none.');
    return staff;
  }

  app.get(
    '/v1/age-claims',
    {
      schema: {
        summary: 'Ages in doubt: claims that wait for a person, or were closed',
        tags,
        security,
        querystring: z.object({ state: z.enum(['open', 'closed']).default('open') }),
        response: {
          200: z.object({ claims: z.array(AgeClaim), open: z.int(), mayDecide: z.boolean() }),
        },
      },
    },
    async (request) => {
      const { organisationId, role } = await staffOf(request, agePermissions['ages.read']);
      const states: ClaimState[] =
        request.query.state === 'open' ? ['open'] : ['confirmed', 'refused', 'settled'];
      return database.transaction({ organisation: organisationId }, async (tx) => ({
        claims: await describeClaims(
          tx,
          organisationId,
          await listClaims(tx, organisationId, { states, limit: MOST }),
          now(),
        ),
        open: await countOpenClaims(tx, organisationId),
        mayDecide: agePermissions['ages.decide'].some((one) => one === role),
      }));
    },
  );

  app.post(
    '/v1/age-claims/:id/decision',
    {
      schema: {
        summary: 'Settle a claim of an age',
        description:
          '`confirm`: the account has the told band. `refuse`: it stays what it was before the claim, and the same ' +
          'claim told again without better proof is passed by.',
        tags,
        security,
        params: z.object({ id: z.uuid() }),
        body: z.strictObject({
          outcome: z.enum(['confirm', 'refuse']),
          assurance: Assurance.optional().describe(
            'How you know; a confirmed age counts as `verified` without it',
          ),
          note: z.string().trim().min(1).max(2000),
        }),
        response: { 200: AgeClaim },
      },
    },
    async (request) => {
      const { organisationId, userId, name } = await staffOf(request, agePermissions['ages.decide']);
      const { outcome, assurance, note } = request.body;
      const { id } = request.params;
      const at = now();
      const told = await database.transaction({ organisation: organisationId }, async (tx) => {
        const decision = { organisationId, claim: id, outcome, assurance, note, by: { id: userId, name } };
        return describeClaims(tx, organisationId, [await decideAgeClaim(tx, decision, at)], at);
      });
      live.announce({ organisationId, topic: 'ages', id });
      const [claim] = told;
      if (!claim) throw new Error('a decided claim is described');
      return claim;
    },
  );
}
