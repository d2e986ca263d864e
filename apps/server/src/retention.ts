import type { Config } from './base/config.ts';
import type { Database } from './base/database.ts';
import { dropTexts } from './base/event-log-store.ts';
import { dropMirrors } from './base/kafka/store.ts';
import type { Services } from './base/services.ts';
import {
  type DetectionPolicy,
  dropBacktests,
  dropExpiredContents,
  dropForgotten,
  dropShadows,
  dropTails,
} from './detect/index.ts';
import { dropAgeTraces, dropSamples, endLapsedSupervisions, moveAgesOn } from './prevent/index.ts';
import { dropOldRemovals } from './respond/index.ts';

const QUEUE = 'retention';
const HOUR = 3_600_000;

/** Every night what is past its time goes; cases keep their own copy of what they need. */
export async function startRetention(
  { jobs, database, config, now }: Services,
  policy: DetectionPolicy,
): Promise<void> {
  await jobs.createQueue(QUEUE);
  await jobs.work(QUEUE, { pollingIntervalSeconds: 60 }, () =>
    removeExpired(database, policy, config, now()),
  );
  await jobs.schedule(QUEUE, '15 3 * * *', null, { tz: 'Asia/Ho_Chi_Minh' });
}

/** Removes what is past its time at `now`; docs/security.md lists what is kept how long. */
export async function removeExpired(
  database: Database,
  policy: Pick<DetectionPolicy, 'risk'>,
  { retentionDays }: Pick<Config, 'retentionDays'>,
  now: Date,
): Promise<void> {
  const before = new Date(now.getTime() - retentionDays * 24 * HOUR);
  await database.transaction('system', async (tx) => {
    await dropTexts(tx, before);
    await dropShadows(tx, before);
    await dropBacktests(tx, before);
    await dropMirrors(tx, before);
    await dropTails(tx, new Date(now.getTime() - HOUR));
    await dropForgotten(tx, policy.risk, now);
    await dropAgeTraces(tx, before, now);
    await moveAgesOn(tx, now);
    await endLapsedSupervisions(tx, before, now);
    await dropSamples(tx, now);
    await dropExpiredContents(tx, now);
    await dropOldRemovals(tx, now);
  });
}
