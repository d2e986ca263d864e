export {
  casesOfPosition,
  countCases,
  countResponses as figuresOfResponse,
  countWaiting,
} from './case-store.ts';
export { respondHandlers } from './handlers.ts';
export { makeOrganisationKey } from './organisation-key.ts';
export { addRespondRoutes } from './routes.ts';
export { startWebhooks } from './webhooks.ts';
