import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';
import { addAnonymousRoutes } from './anonymous-routes.ts';
import { addCaseRoutes } from './case-routes.ts';
import { addFeedbackRoutes } from './feedback-routes.ts';
import { addPlatformRoutes } from './platform-routes.ts';
import { addReferralRoutes } from './referral-routes.ts';

export function addRespondRoutes(app: App, services: Services): void {
  addCaseRoutes(app, services);
  addFeedbackRoutes(app, services);
  addReferralRoutes(app, services);
  addPlatformRoutes(app, services);
  addAnonymousRoutes(app, services);
}
