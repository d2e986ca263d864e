import { z } from 'zod';
import type { App } from '../base/http.ts';
import { listOrganisations } from '../base/organisation-store.ts';
import type { Services } from '../base/services.ts';
import { LocalText, OrganisationKind, Role } from '../base/vocabulary.ts';
import { publicFigures } from './figures.ts';
import { Helpline, LawEntry, loadHelplines, loadLaw } from './law.ts';

const count = z.number().int().nullable();
const Figures = z
  .object({
    from: z.string(),
    to: z.string(),
    suppressedBelow: z.number().int(),
    cues: z.array(z.object({ cue: z.string(), count })),
    assessments: z.array(z.object({ level: z.string(), count })),
    actions: z.array(z.object({ action: z.string(), count })),
    referrals: z.array(z.object({ state: z.string(), count })),
    cases: z.array(z.object({ state: z.string(), count })),
    reports: z.object({ count }),
    updatedAt: z.string(),
  })
  .meta({ id: 'PublicFigures' });

/** Figures are computed at most this often; the page says when. */
const FRESH_MS = 5_000;
const DAYS = 90;

export function addShareRoutes(app: App, services: Services): void {
  const { database, guards, now } = services;
  const law = loadLaw();
  const helplines = loadHelplines();
  let figures: { until: number; value: Promise<z.infer<typeof Figures>> } | undefined;

  app.get(
    '/v1/me',
    {
      schema: {
        summary: 'Who is signed in',
        tags: ['staff'],
        security: [{ session: [] }],
        response: {
          200: z.object({
            user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
            organisation: z.object({ id: z.string(), name: LocalText, kind: OrganisationKind }),
            role: Role,
          }),
        },
      },
    },
    async (request) => {
      const staff = await guards.staff(request);
      return {
        user: { id: staff.userId, name: staff.name, email: staff.email },
        organisation: {
          id: staff.organisationId,
          name: staff.organisationName,
          kind: staff.organisationKind,
        },
        role: staff.role,
      };
    },
  );

  app.get(
    '/v1/organisations',
    {
      schema: {
        summary: 'The directory: whom a case can be referred to',
        tags: ['share'],
        security: [{ session: [] }],
        response: {
          200: z.object({
            organisations: z.array(z.object({ id: z.string(), name: LocalText, kind: OrganisationKind })),
          }),
        },
      },
    },
    async (request) => {
      await guards.staff(request);
      const found = await database.transaction('system', listOrganisations);
      return {
        organisations: found.map(({ id, kind, nameVi, nameEn }) => ({
          id,
          name: { vi: nameVi, en: nameEn },
          kind: kind as z.infer<typeof OrganisationKind>,
        })),
      };
    },
  );

  app.get(
    '/v1/public/figures',
    {
      schema: {
        summary: `Counts of the last ${DAYS} days; null where fewer than suppressedBelow`,
        tags: ['public'],
        response: { 200: Figures },
      },
    },
    async () => {
      const at = now();
      if (figures === undefined || figures.until < at.getTime()) {
        const from = new Date(at.getTime() - DAYS * 86_400_000);
        const value = database.transaction('system', (tx) => publicFigures(tx, from, at));
        figures = { until: at.getTime() + FRESH_MS, value };
        value.catch(() => {
          figures = undefined;
        });
      }
      return figures.value;
    },
  );

  app.get(
    '/v1/public/helplines',
    {
      schema: {
        summary: 'Help lines, each with the day it was checked',
        tags: ['public'],
        response: { 200: z.object({ helplines: z.array(Helpline) }) },
      },
    },
    () => ({ helplines }),
  );

  app.get(
    '/v1/public/law',
    {
      schema: {
        summary: 'The law map: duties, articles and their sources',
        tags: ['public'],
        response: { 200: z.object({ entries: z.array(LawEntry) }) },
      },
    },
    () => ({ entries: law }),
  );
}
