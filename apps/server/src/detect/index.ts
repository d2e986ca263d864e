import type { Tx } from '../base/database.ts';
import { type Level, rank } from '../base/vocabulary.ts';
import { currentLevels, levelsTowardsAnybody } from './store.ts';

export { appendEvents } from './accept-events.ts';
export type { Assessment, Contribution } from './assessment.ts';
export { actorOf } from './event.ts';
export { messagesOf } from './evidence.ts';
export { lastMessages, positionsOfEvents } from './evidence-store.ts';
export { dropForgotten } from './forget-store.ts';
export {
  createMediaDetection,
  type GenerativeAiReason,
  generativeAiBehind,
  generativeAiReasons,
  type MediaNote,
  mediaNotesAt,
  sharedMediaOf,
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

/** An account's risk now: the higher of its own and that towards `counterpart`, or without one towards anybody in 30 days. */
export async function riskOf(
  tx: Tx,
  organisationId: string,
  account: string,
  counterpart: string | undefined,
  now: Date,
): Promise<Level> {
  const levels = await currentLevels(tx, organisationId, account, counterpart);
  const others = await levelsTowardsAnybody(
    tx,
    organisationId,
    account,
    new Date(now.getTime() - 30 * 86_400_000),
  );
  return [...levels, ...others].reduce<Level>(
    (worst, level) => (rank(level) > rank(worst) ? level : worst),
    'none',
  );
}
