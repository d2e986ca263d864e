export type { DecisionPoint } from './decision-point.ts';
export { addAuthzenRoutes } from './routes.ts';
export { createSafeguardPoint } from './safeguard-point.ts';
