import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';
import { addAnonymousRoutes } from './anonymous-routes.ts';
import { addCaseRoutes } from './case-routes.ts';
import { addFeedbackRoutes } from './feedback-routes.ts';
import { addPlatformRoutes } from './platform-routes.ts';
import { createPuzzles } from './proof-of-work.ts';
import { addReferralRoutes } from './referral-routes.ts';
import { addRemovalRoutes, addRemovalStaffRoutes } from './removals/index.ts';

export function addRespondRoutes(app: App, services: Services): void {
  addCaseRoutes(app, services);
  addFeedbackRoutes(app, services);
  addReferralRoutes(app, services);
  addPlatformRoutes(app, services);
  // One keeper of puzzles: what was spent on one route is spent on all.
  const puzzles = createPuzzles(services.keys.derive('anonymous puzzles'));
  addAnonymousRoutes(app, services, puzzles);
  addRemovalRoutes(app, services, puzzles);
  addRemovalStaffRoutes(app, services);
}
