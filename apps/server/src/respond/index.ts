export {
  casesOfPosition,
  countCases,
  countResponses as figuresOfResponse,
  countWaiting,
  newestCases,
} from './case-store.ts';
export { exportLabels } from './export-labels.ts';
export { humanDecisions } from './feedback.ts';
export { respondHandlers } from './handlers.ts';
export { makeOrganisationKey } from './organisation-key.ts';
export { dropOldRemovals } from './removals/index.ts';
export { addRespondRoutes } from './routes.ts';
export { startWebhooks } from './webhooks.ts';
