import type { Entry } from '../base/event-log.ts';
import type { Keys } from '../base/keys.ts';
import { publish } from '../base/outbox.ts';
import type { EntryProcessor } from '../base/services.ts';
import {
  applyEvent,
  pairsOf,
  type ReadEvent,
  readEvent,
  type States,
  touchesAccount,
} from './apply-event.ts';
import type { Assessment } from './assessment.ts';
import type { AccountState } from './behaviour.ts';
import { actorOf, type DetectionEvent, type EventBody } from './event.ts';
import type { PairState } from './risk.ts';
import { noteAssessments, noteMessage } from './rules/note-shadow.ts';
import type { RuleBook } from './rules/rule-book.ts';
import { type ShadowRow, saveShadows } from './rules/rule-store.ts';
import { loadStates, pairKey, saveAssessments, saveObservations, saveStates } from './store.ts';

/** Detection as a step of the log worker: reads a batch, loads the states it needs, computes, writes all effects. */
export function createDetection(book: RuleBook, keys: Keys): EntryProcessor {
  return async (tx, entries, now) => {
    const events: ReadEvent[] = [];
    for (const entry of entries) {
      const sealer = entry.sealed && (await keys.sealerOf(tx, entry.organisationId, now));
      events.push(readEvent(toEvent(entry), entry.sealed && sealer ? sealer.open(entry.sealed) : null));
    }
    const loaded = await loadStates(tx, neededKeys(events));
    const changed = new Map<string, { organisationId: string; key: string; state: unknown }>();
    const assessments: Assessment[] = [];
    const shadows: ShadowRow[] = [];
    const choose = await book.open(tx, [...new Set(events.map((event) => event.organisationId))]);
    for (const event of events) {
      const states = statesOf(event.organisationId, loaded, changed);
      const { policy, noted } = choose(event.organisationId, actorOf(event.body));
      if (noted) shadows.push(...noteMessage(policy, noted, states, event, now));
      const raised = applyEvent(policy, states, event);
      if (noted) shadows.push(...noteAssessments(noted, raised, now));
      assessments.push(...raised);
    }
    await saveShadows(tx, shadows);
    await saveStates(tx, [...changed.values()], now);
    await saveObservations(
      tx,
      events.flatMap((event) =>
        event.cues.map((cue) => ({
          ...cue,
          organisationId: event.organisationId,
          position: event.position,
          at: event.time,
        })),
      ),
    );
    const fresh = await saveAssessments(tx, assessments);
    await publish(
      tx,
      assessments
        .filter(({ id }) => fresh.has(id))
        .map(({ id, organisationId }) => ({
          organisationId,
          topic: 'assessment.raised' as const,
          payload: { assessmentId: id },
          at: now,
        })),
    );
  };
}

export function toEvent(entry: Entry): DetectionEvent {
  return {
    organisationId: entry.organisationId,
    position: entry.position,
    source: entry.source,
    eventId: entry.eventId,
    time: entry.time,
    // Written by acceptEvents after its schema check: inside, data is trusted.
    body: { type: entry.type, data: entry.data } as EventBody,
  };
}

function neededKeys(events: ReadEvent[]): { organisationId: string; key: string }[] {
  const needed = new Map<string, { organisationId: string; key: string }>();
  for (const event of events) {
    const keys = pairsOf(event).map(({ actor, other }) => pairKey(actor, other));
    if (touchesAccount(event)) keys.push(`account:${actorOf(event.body)}`);
    for (const key of keys)
      needed.set(`${event.organisationId} ${key}`, { organisationId: event.organisationId, key });
  }
  return [...needed.values()];
}

function statesOf(
  organisationId: string,
  loaded: Map<string, unknown>,
  changed: Map<string, { organisationId: string; key: string; state: unknown }>,
): States {
  const get = (key: string) => loaded.get(`${organisationId} ${key}`);
  const set = (key: string, state: unknown) => {
    loaded.set(`${organisationId} ${key}`, state);
    changed.set(`${organisationId} ${key}`, { organisationId, key, state });
  };
  return {
    account: (id) => get(`account:${id}`) as AccountState | undefined,
    pair: (actor, other) => get(pairKey(actor, other)) as PairState | undefined,
    setAccount: (id, state) => set(`account:${id}`, state),
    setPair: (actor, other, state) => set(pairKey(actor, other), state),
  };
}
