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

/** Forgets claims that were closed, and accounts that were deleted, before a time. */
export async function dropAgeTraces(tx: Tx, before: Date): Promise<void> {
  await dropClaims(tx, before);
  await dropGone(tx, before);
}
