import { randomUUID } from 'node:crypto';
import type { Entry } from '../base/event-log.ts';

let position = 0;

/** An accepted event as the log worker hands it on: for tests. */
export function entryOf(organisationId: string, type: string, data: unknown, time: Date): Entry {
  return {
    organisationId,
    source: '/test',
    eventId: randomUUID(),
    type,
    schema: 1,
    time,
    receivedAt: time,
    data,
    sealed: null,
    position: ++position,
    partition: 0,
    role: 'own',
  };
}
