import { z } from 'zod';
import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';
import { AgeBand, LocalText } from '../base/vocabulary.ts';
import { readAge } from './age.ts';
import { catalogue, Loosener } from './catalogue.ts';
import { chooseSetting, consentToPublishing, storedOf } from './choose-setting.ts';
import { effectiveSettings } from './settings.ts';
import { Id } from './shapes.ts';
import { changesAfter, lastChange } from './store.ts';

const security = [{ apiKey: [] }];
const Value = z.union([z.boolean(), z.number(), z.string()]);

export const Setting = z
  .object({
    value: Value,
    lockedBy: Loosener,
    from: z.enum(['default', 'parent', 'self']),
    name: LocalText,
    reason: LocalText,
  })
  .meta({ id: 'Setting' });

/** An account's settings as the API gives them: effective values with who may loosen each and why. */
export function describeSettings(
  band: AgeBand,
  choices: Parameters<typeof effectiveSettings>[1],
): Record<string, z.infer<typeof Setting>> {
  const { settings } = effectiveSettings(band, choices);
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [
      name,
      { ...setting, name: catalogue.get(name)?.name ?? { vi: name, en: name } },
    ]),
  );
}

export function addSettingsRoutes(app: App, { database, guards, now }: Services): void {
  const AccountSettings = z
    .object({ account: z.string(), ageBand: AgeBand, settings: z.record(z.string(), Setting) })
    .meta({ id: 'AccountSettings' });

  app.get(
    '/v1/accounts/:id/settings',
    {
      schema: {
        summary: 'Settings that protect this account',
        tags: ['prevent'],
        security,
        params: z.object({ id: Id }),
        querystring: z.object({ ageBand: AgeBand.optional() }),
        response: { 200: AccountSettings },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const account = request.params.id;
      const stored = await database.transaction(
        { organisation: organisationId },
        (tx) => storedOf(tx, organisationId, account),
        { urgent: true },
      );
      const known = readAge(stored.age, now().toISOString().slice(0, 10)).band;
      const band = known === 'unknown' ? (request.query.ageBand ?? known) : known;
      return { account, ageBand: band, settings: describeSettings(band, stored) };
    },
  );

  app.put(
    '/v1/accounts/:id/settings/:setting',
    {
      schema: {
        summary: 'The account’s own choice of a setting',
        description:
          'Stricter than the default always holds. Looser holds where the age allows it: at once after a reminder ' +
          '(`reminded: true`), or when a parent agrees (`waits-for-parent`). `null` takes the choice back.',
        tags: ['prevent'],
        security,
        params: z.object({ id: Id, setting: z.string().min(1).max(64) }),
        body: z.strictObject({ value: Value.nullable(), reminded: z.boolean().optional() }),
        response: {
          200: AccountSettings.extend({
            outcome: z.enum(['applied', 'waits-for-parent', 'kept-stricter']),
          }),
        },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const { id: account, setting } = request.params;
      const { value, reminded } = request.body;
      const at = now();
      return database.transaction(
        { organisation: organisationId },
        async (tx) => {
          const outcome = await chooseSetting(tx, { organisationId, account, setting, value, reminded }, at);
          const stored = await storedOf(tx, organisationId, account);
          const { band } = readAge(stored.age, at.toISOString().slice(0, 10));
          return { account, ageBand: band, settings: describeSettings(band, stored), outcome };
        },
        { urgent: true },
      );
    },
  );

  app.put(
    '/v1/accounts/:id/consent',
    {
      schema: {
        summary: 'The account’s own consent to make something personal public, or its withdrawal',
        description:
          'Under 16 a parent has to agree as well (Law 91/2025/QH15 Art 24; Decree 56/2017/NĐ-CP Art 33).',
        tags: ['prevent'],
        security,
        params: z.object({ id: Id }),
        body: z.strictObject({ publishing: z.boolean() }),
        response: { 200: z.object({ publishing: z.boolean() }) },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const { publishing } = request.body;
      await database.transaction({ organisation: organisationId }, (tx) =>
        consentToPublishing(tx, organisationId, request.params.id, publishing, now()),
      );
      return { publishing };
    },
  );

  app.get(
    '/v1/settings',
    {
      schema: {
        summary: 'All settings: values, defaults by age, who may loosen them and why',
        tags: ['prevent'],
        security,
        response: {
          200: z.object({
            settings: z.array(
              z.object({
                id: z.string(),
                subject: z.string(),
                values: z.array(Value).optional(),
                number: z.object({ min: z.int(), max: z.int(), off: z.int(), unit: z.string() }).optional(),
                interval: z.boolean().optional(),
                default: z.record(z.string(), Value),
                loosen: z.record(z.string(), Loosener),
                publishes: z.boolean(),
                cue: z.string().optional(),
                law: z.string().optional(),
                name: LocalText,
                why: LocalText,
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      await guards.platform(request);
      return { settings: [...catalogue.values()] };
    },
  );

  app.get(
    '/v1/settings/changes',
    {
      schema: {
        summary: 'Accounts whose choices changed after a cursor, oldest first',
        tags: ['prevent'],
        security,
        querystring: z.object({
          after: z
            .union([z.literal('now'), z.coerce.number().int().min(0)])
            .default(0)
            .describe(
              '`next` of the last answer; `now` lists nothing and gives the cursor of the newest change',
            ),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
        response: {
          200: z.object({ accounts: z.array(z.string()), next: z.number() }),
        },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const { after, limit } = request.query;
      if (after === 'now') {
        const next = await database.transaction({ organisation: organisationId }, (tx) =>
          lastChange(tx, organisationId),
        );
        return { accounts: [], next };
      }
      const changes = await database.transaction({ organisation: organisationId }, (tx) =>
        changesAfter(tx, organisationId, after, limit),
      );
      return {
        accounts: changes.map(({ account }) => account),
        next: changes.at(-1)?.sequence ?? after,
      };
    },
  );
}
