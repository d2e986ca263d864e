import type { Tx } from '../base/database.ts';
import type { Level } from '../base/vocabulary.ts';
import { highestLevels, type Standing } from './store.ts';

export { appendEvents } from './accept-events.ts';
export type { Assessment, Contribution } from './assessment.ts';
export { actorOf } from './event.ts';
export { messagesOf } from './evidence.ts';
export { lastMessages, positionsOfEvents } from './evidence-store.ts';
export { dropForgotten } from './forget-store.ts';
export {
  addBankRoutes,
  addContents,
  addHmaRoutes,
  addMatchRoutes,
  type BankRow,
  bankNamed,
  contentCounts,
  contentStatuses,
  contentsById,
  contentsWith,
  countFindingsOf,
  createBank,
  createHashLookup,
  createLiveIndexes,
  createLookupDesk,
  createMediaDetection,
  createMediaReader,
  dropExpiredContents,
  type GenerativeAiReason,
  generativeAiBehind,
  generativeAiReasons,
  type LiveIndexes,
  MEDIA_CUE,
  type MediaNote,
  matchActions,
  mediaNotesAt,
  PDQ_QUALITY,
  REMOVAL_BANK,
  removalActor,
  removeContents,
  type Signal,
  sharedMediaOf,
  signalsOf,
  standingsOf,
  takeContentStep,
} from './media/index.ts';
export { noteActedOn, noteLifted } from './note-acted-on.ts';
export { type DetectionPolicy, type FilePolicy, loadDetectionPolicy } from './policy.ts';
export { createDetection, toEvent as entryToEvent } from './process-entries.ts';
export { addDetectRoutes, CONSUMER } from './routes.ts';
export type { AccountDecision } from './rules/backtest-result.ts';
export { dropBacktests } from './rules/backtest-store.ts';
export { createRuleBook } from './rules/rule-book.ts';
export { addRuleRoutes } from './rules/rule-routes.ts';
export { dropShadows } from './rules/rule-store.ts';
export { runRuleTests } from './rules/rule-tests.ts';
export { startBacktests } from './rules/run-backtest.ts';
export { NEWEST_SCHEMA } from './schema-versions.ts';
export { loadSecondReader, type SecondReader } from './second-reader/index.ts';
export { assessmentById, countDetections as figuresOfDetection, dropTails } from './store.ts';
export { traceEvent, traceWaiting } from './trace-store.ts';

/** Risks now, in the order asked: the higher of the account's own and that towards the counterpart or, in 30 days, anybody. */
export function risksOf(
  tx: Tx,
  organisationId: string,
  standings: readonly Standing[],
  now: Date,
): Promise<Level[]> {
  return highestLevels(tx, organisationId, standings, new Date(now.getTime() - 30 * 86_400_000));
}
