export { ageHandlers, dropAgeTraces, moveAgesOn } from './ages/index.ts';
export { chooseSetting } from './choose-setting.ts';
export { obligations } from './obligations.ts';
export { createQuestionDesk } from './question-desk.ts';
export { recordAccounts } from './record-accounts.ts';
export { addPreventRoutes } from './routes.ts';
export { loadSafeguards, type Safeguards } from './safeguards.ts';
export { endLapsedSupervisions } from './supervision/index.ts';
export { addWorkbenchRoutes, createWorkbench, dropSamples } from './workbench/index.ts';
