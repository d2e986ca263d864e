export { recordAccounts } from './record-accounts.ts';
export { addPreventRoutes } from './routes.ts';
export { loadSafeguards, type Safeguards } from './safeguards.ts';
