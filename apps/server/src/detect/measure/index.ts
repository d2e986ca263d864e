/** What detection is measured and fitted with, for scripts: functions of plain data, without a database. */
export {
  type Conversation,
  type ConversationMeasure,
  measureConversations,
  messagesUntil,
  readConversations,
} from './conversations.ts';
export { fitWeights, type Look, logLoss, looksOf, weightIn, weightNames, withWeights } from './fit.ts';
export { type KindMeasure, measurePlatforms, type PlatformMeasure } from './platforms.ts';
