import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';

/** Routes of lessons and quiz. */
export function addLearnRoutes(_app: App, _services: Services): void {
  return;
}
