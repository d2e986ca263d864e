import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';
import { addAgesRoutes } from './ages/index.ts';
import { addAuthzenRoutes, createSafeguardPoint } from './authzen/index.ts';
import { addDecisionRoutes } from './decision-routes.ts';
import type { QuestionDesk } from './question-desk.ts';
import { addSettingsRoutes } from './settings-routes.ts';
import { addSnapshotRoutes } from './snapshot-routes.ts';
import { addSupervisionRoutes } from './supervision/index.ts';

export function addPreventRoutes(app: App, services: Services, desk: QuestionDesk): void {
  const { config, database, guards } = services;

  addDecisionRoutes(app, guards, desk);
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
