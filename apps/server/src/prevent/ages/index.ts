import type { Tx } from '../../base/database.ts';
import type { App } from '../../base/http.ts';
import type { Handlers } from '../../base/outbox.ts';
import type { Services } from '../../base/services.ts';
import { dropGone } from '../age-store.ts';
import { addAgeRoutes } from './age-routes.ts';
import { addClaimRoutes } from './claim-routes.ts';
import { dropClaims } from './claim-store.ts';

export { moveAgesOn } from './record-ages.ts';

export function addAgesRoutes(app: App, services: Services): void {
  addAgeRoutes(app, services);
  addClaimRoutes(app, services);
}

/** What follows when an age comes into doubt: open consoles hear of it. */
export function ageHandlers({ live }: Pick<Services, 'live'>): Handlers {
  return {
    async 'age.claimed'(_tx, { organisationId, payload }, afterCommit) {
      afterCommit(() => live.announce({ organisationId, topic: 'ages', id: payload.claimId }));
    },
  };
}

/** Days for which a refused claim is remembered: told again without better proof, it is no news. */
const REFUSED_DAYS = 180;

/** Forgets claims that were closed, and accounts that were deleted, before a time. Scope `system`. */
export async function dropAgeTraces(tx: Tx, before: Date, now: Date): Promise<void> {
  await dropClaims(tx, { before, refusedBefore: new Date(now.getTime() - REFUSED_DAYS * 86_400_000) });
  await dropGone(tx, before);
}
