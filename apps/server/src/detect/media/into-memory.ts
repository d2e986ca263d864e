import { setTimeout as wait } from 'node:timers/promises';
import type { Services } from '../../base/services.ts';
import type { LiveIndexes } from './live/index.ts';

/** Brings this process's memory up to a change that was committed, as far as that goes quickly. Never throws. */
export type IntoMemory = (organisationId: string) => Promise<void>;

/** A change is answered after so long even when memory does not have it yet, as while millions of hashes are loaded. */
const PATIENCE_MS = 5000;

/** What is committed stays so: a fault here, or a long wait, makes no error of it. */
export function createIntoMemory(
  index: Pick<LiveIndexes, 'ready'>,
  log: Services['log'],
  patienceMs = PATIENCE_MS,
): IntoMemory {
  return async (organisationId) => {
    const patience = new AbortController();
    const known = index
      .ready(organisationId)
      .catch((err: unknown) => log.error({ err, organisationId }, 'a change of banks is not in memory yet'));
    const waited = wait(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([known, waited]);
    patience.abort();
  };
}
