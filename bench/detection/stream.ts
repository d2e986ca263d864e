import type { NewEntry } from '../../apps/server/src/base/event-log.ts';
import { actorOf, NEWEST_SCHEMA } from '../../apps/server/src/detect/index.ts';
import { simulate } from '../../apps/server/src/detect/simulate/index.ts';

export const ORGANISATION = '00000000-0000-4000-8000-000000000001';
/** A simulated platform as `keben simulate` makes it by default: 3 harmful plots for every 1,000 accounts. */
export const MIX =
  'keben simulate, seed 11, 5,000 accounts, 100,000 events, 3 harmful plots for 1,000 accounts';

export function simulated(events = 100_000, harmfulPerThousand = 3, seed = 11) {
  const start = new Date('2026-11-01T00:00:00Z');
  return [...simulate({ seed, accounts: 5000, events, harmfulPerThousand, start })];
}

/** Events as intake stores them: the text apart from the rest, here as `seal` leaves it. */
export function entriesOf(
  events: ReturnType<typeof simulated>,
  seal: (text: string) => Uint8Array,
): NewEntry[] {
  return events.map(({ id, source, time, type, data: whole, ...event }) => {
    const { text, ...data } = whole as { text?: string };
    return {
      organisationId: ORGANISATION,
      source,
      eventId: id,
      type,
      schema: NEWEST_SCHEMA,
      time: new Date(time),
      receivedAt: new Date(time),
      key: actorOf({ ...event, type, data: whole } as Parameters<typeof actorOf>[0]),
      data,
      sealed: text === undefined || text === '' ? null : seal(text),
    };
  });
}

const LEAST = 65;
const MOST = 95;

/**
 * Messages of about 80 characters out of simulated ones: those of that length, and shorter ones of the stream joined in
 * order as somebody writes two or three sentences at once.
 */
export function messagesOf80(count: number): string[] {
  const found: string[] = [];
  let parts: string[] = [];
  for (const { data } of simulated(120_000, 20, 12)) {
    const text = 'text' in data ? data.text : undefined;
    if (text === undefined || text.length > MOST) continue;
    if (text.length >= LEAST) {
      found.push(text);
      continue;
    }
    parts.push(text);
    const joined = parts.join('. ');
    if (joined.length < LEAST) continue;
    if (joined.length <= MOST) found.push(joined);
    parts = [];
  }
  // Every part of the stream alike, from its first day to its last.
  const step = found.length / count;
  if (step < 1) throw new Error(`only ${found.length} messages of 80 characters in the stream`);
  return Array.from({ length: count }, (_, n) => found[Math.floor(n * step)] ?? '');
}
