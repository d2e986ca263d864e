import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';
import { AgeBand } from '../base/vocabulary.ts';
import { ResourceType } from './actions.ts';
import { addAgesRoutes } from './ages/index.ts';
import { addAuthzenRoutes, createSafeguardPoint } from './authzen/index.ts';
import type { QuestionDesk } from './question-desk.ts';
import { addSettingsRoutes } from './settings-routes.ts';
import { AccessDecision } from './shapes.ts';
import { addSnapshotRoutes } from './snapshot-routes.ts';
import { addSupervisionRoutes } from './supervision/index.ts';

const security = [{ apiKey: [] }];
const id = z.string().min(1).max(128);
const attributes = z.record(z.string(), z.unknown());

export function addPreventRoutes(app: App, services: Services, desk: QuestionDesk): void {
  const { config, database, guards } = services;

  app.post(
    '/v1/decisions',
    {
      schema: {
        summary: 'May this happen?',
        tags: ['prevent'],
        security,
        body: z.strictObject({
          subject: z.strictObject({ id, ageBand: AgeBand.optional() }),
          action: z.string().min(1).max(64),
          resource: z.strictObject({
            type: ResourceType,
            id,
            ageBand: AgeBand.optional(),
            properties: attributes.optional(),
          }),
          context: attributes.optional(),
        }),
        response: { 200: AccessDecision },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const [verdict] = await desk.ask(organisationId, [request.body]);
      if (verdict instanceof AppError || verdict === undefined) throw verdict;
      return verdict;
    },
  );

  addAuthzenRoutes(app, {
    guards,
    publicUrl: config.publicUrl,
    point: createSafeguardPoint(database, desk),
  });
  addSettingsRoutes(app, services);
  addSnapshotRoutes(app, services, desk);
  addSupervisionRoutes(app, services);
  addAgesRoutes(app, services);
}
