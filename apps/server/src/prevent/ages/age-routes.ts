import { z } from 'zod';
import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import { AgeBand } from '../../base/vocabulary.ts';
import { Assurance, usualConfidence } from '../age.ts';
import { AccountAge, describeAge } from './describe-claims.ts';
import { recordAges } from './record-ages.ts';

const security = [{ apiKey: [] }];
const params = z.object({ id: z.string().min(1).max(128) });

/** How old an account is known to be, for platforms. */
export function addAgeRoutes(app: App, { database, guards, now, wake }: Services): void {
  app.get(
    '/v1/accounts/:id/age',
    {
      schema: {
        summary: 'The age of an account: band, how it is known, and what is in doubt',
        tags: ['prevent'],
        security,
        params,
        response: { 200: AccountAge },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      return database.transaction(
        { organisation: organisationId },
        (tx) => describeAge(tx, organisationId, request.params.id, now()),
        { urgent: true },
      );
    },
  );

  app.put(
    '/v1/accounts/:id/age',
    {
      schema: {
        summary: 'Tell an age that was learned outside the event stream',
        description:
          'The rules of `account.updated` hold: a rise over 16 or 18, or a fall below 18, that nobody vouches for is a ' +
          'claim for a person to settle. The answer says how the account stands now.',
        tags: ['prevent'],
        security,
        params,
        body: z.strictObject({
          ageBand: AgeBand,
          assurance: Assurance,
          confidence: z.number().min(0).max(1).optional(),
          leavesBandOn: z.iso.date().optional(),
        }),
        response: { 200: AccountAge },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const { id } = request.params;
      const {
        ageBand: band,
        assurance,
        confidence = usualConfidence[assurance],
        leavesBandOn,
      } = request.body;
      const at = now();
      const age = await database.transaction(
        { organisation: organisationId },
        async (tx) => {
          const told = { band, assurance, confidence, leavesBandOn };
          await recordAges(tx, [{ organisationId, id, told, at }], at);
          return describeAge(tx, organisationId, id, at);
        },
        { urgent: true },
      );
      wake();
      return age;
    },
  );
}
