import { z } from 'zod';
import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';
import { readFeedback } from './feedback.ts';
import { reasons } from './labels.ts';
import { permissions } from './permissions.ts';

const tally = {
  confirmed: z.number().int(),
  dismissed: z.number().int(),
  undecided: z.number().int(),
  precision: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable().meta({
    description: 'confirmed / (confirmed + dismissed), 95 % Wilson interval; null without a decision',
  }),
};
const PrecisionRow = z
  .object({
    id: z.string(),
    ...tally,
    levels: z.array(z.object({ level: z.string(), ...tally })),
    months: z.array(z.object({ month: z.string(), ...tally })),
  })
  .meta({ id: 'PrecisionRow' });

export function addFeedbackRoutes(app: App, { database, guards, now }: Services): void {
  app.get(
    '/v1/feedback',
    {
      schema: {
        summary: 'How often people agreed with detection: precision by cue and rule',
        tags: ['respond'],
        security: [{ session: [] }],
        querystring: z.object({ months: z.coerce.number().int().min(1).max(36).default(12) }),
        response: {
          200: z.object({
            from: z.string(),
            to: z.string(),
            detected: PrecisionRow,
            cues: z.array(PrecisionRow),
            rules: z.array(PrecisionRow),
            reasons: z.array(z.object({ outcome: z.string(), reason: z.string(), count: z.number().int() })),
          }),
        },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...permissions['feedback.read']);
      return database.transaction({ organisation: staff.organisationId }, (tx) =>
        readFeedback(tx, staff.organisationId, request.query.months, now()),
      );
    },
  );

  app.get(
    '/v1/case-reasons',
    {
      schema: {
        summary: 'The reasons that a case may be closed with, by outcome',
        tags: ['respond'],
        security: [{ session: [] }],
        response: {
          200: z.object({
            confirmed: z.array(z.string()),
            dismissed: z.array(z.string()),
            referred: z.array(z.string()),
          }),
        },
      },
    },
    async (request) => {
      await guards.staff(request);
      return {
        confirmed: [...reasons.confirmed],
        dismissed: [...reasons.dismissed],
        referred: [...reasons.referred],
      };
    },
  );
}
