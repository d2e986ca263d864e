export { endLapsedSupervisions } from './end-lapsed.ts';
export { addSupervisionRoutes } from './routes.ts';
export { forgetSupervisions } from './store.ts';
