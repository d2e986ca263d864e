/** What detection is measured and fitted with, for scripts: functions of plain data, without a database. */
export { measureConversations, readConversations } from './conversations.ts';
export { fitWeights, logLoss, looksOf, weightIn, weightNames, withWeights } from './fit.ts';
export { measurePlatforms } from './platforms.ts';
