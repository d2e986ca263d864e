import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import { addParentRoutes } from './parent-routes.ts';
import { addPlatformRoutes } from './platform-routes.ts';
import { createHashes } from './secrets.ts';
import { addStaffRoutes } from './staff-routes.ts';

/** Supervision by invitation: the young person's device, the parent's pages, and staff who suspend. */
export function addSupervisionRoutes(app: App, services: Services): void {
  const hashes = createHashes(services.keys);
  addPlatformRoutes(app, services, hashes);
  // In a scope of their own: people are answered with pages, also when something is refused.
  app.register(async (pages) => addParentRoutes(pages, services, hashes));
  addStaffRoutes(app, services);
}
