export { checkPolicyFolder } from './check-folder.ts';
export { dropSamples } from './sample-store.ts';
export { createWorkbench } from './workbench.ts';
export { addWorkbenchRoutes } from './workbench-routes.ts';
