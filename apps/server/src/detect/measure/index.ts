/** What detection is measured and fitted with, for scripts: functions of plain data, without a database. */
export { readEvent } from '../apply-event.ts';
export { createMemoryDetection } from '../memory.ts';
export { decideAssessment, decideMessage, type RuleFacts } from '../policy.ts';
export { measureConversations, readConversations } from './conversations.ts';
export { fitWeights, logLoss, looksOf, weightIn, weightNames, withWeights } from './fit.ts';
export { measurePlatforms, toReadEvent } from './platforms.ts';
