export { dropOldRemovals } from './drop-old-removals.ts';
export { addRemovalRoutes } from './public-routes.ts';
export { addRemovalStaffRoutes } from './staff-routes.ts';
