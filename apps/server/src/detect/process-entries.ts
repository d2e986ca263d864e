import type { Tx } from '../base/database.ts';
import type { Entry } from '../base/event-log.ts';
import type { Keys } from '../base/keys.ts';
import { publish } from '../base/outbox.ts';
import type { EntryProcessor } from '../base/services.ts';
import type { StateMemory } from '../base/state-memory.ts';
import {
  applyAnswer,
  applyEvent,
  pairAnswered,
  pairsOf,
  readEvent,
  type States,
  touchesAccount,
} from './apply-event.ts';
import { assessAcross } from './assess-across.ts';
import type { Assessment } from './assessment.ts';
import type { AccountState } from './behaviour.ts';
import type { ReadEvent } from './event.ts';
import { actorOf, type DetectionEvent, type EventBody } from './event.ts';
import { forgetMarks, forgetStates, type Gone } from './forget-store.ts';
import type { Mark } from './marks.ts';
import { joinPieces, sealWith } from './pieces.ts';
import type { PairState } from './risk.ts';
import { noteAssessments, noteMessage } from './rules/note-shadow.ts';
import type { RuleBook } from './rules/rule-book.ts';
import { type ShadowRow, saveShadows } from './rules/rule-store.ts';
import { upcastData } from './schema-versions.ts';
import type { SecondReader } from './second-reader/index.ts';
import {
  loadStates,
  pairKey,
  pairsPrefix,
  saveAssessments,
  saveObservations,
  saveStates,
  updateAssessments,
} from './store.ts';

/** An event to work on; a mirror only tells another account that it was answered (event-log.ts). */
type Work = ReadEvent & { mirror: boolean };

/**
 * Detection as a step of the log worker: reads a batch, loads the states it needs, computes, writes all effects. Texts
 * are read by `second` too, where there is one, before anything is decided: the decisions themselves stay pure.
 */
export function createDetection(book: RuleBook, keys: Keys, second?: SecondReader): EntryProcessor {
  return async (tx, entries, now, memory) => {
    const events: Work[] = [];
    for (const entry of entries) {
      const mirror = entry.role === 'mirror';
      const sealer = !mirror && entry.sealed && (await keys.sealerOf(tx, entry.organisationId, now));
      const text = entry.sealed && sealer ? sealer.open(entry.sealed) : null;
      const reading = text === null ? undefined : await second?.read(text);
      events.push(Object.assign(readEvent(toEvent(entry), text, reading), { mirror }));
    }
    const loaded = await statesFor(tx, neededKeys(events), memory);
    const changed = new Map<string, { organisationId: string; key: string; state: unknown }>();
    const assessments: Assessment[] = [];
    const marks: Mark[] = [];
    const shadows: ShadowRow[] = [];
    const choose = await book.open(tx, [...new Set(events.map((event) => event.organisationId))]);
    const read: ReadEvent[] = [];
    const gone: Gone[] = [];
    for (const work of events) {
      const states = statesOf(work.organisationId, loaded, changed);
      if (work.body.type === 'account.deleted') {
        const one = { organisationId: work.organisationId, id: work.body.data.account.id };
        gone.push(one);
        forgetLoaded(one, loaded, changed);
      }
      if (work.mirror) {
        applyAnswer(states, work);
        continue;
      }
      const sealer = keys.knownSealer(work.organisationId);
      const event = joinPieces(states, work, sealer && sealWith(sealer));
      read.push(event);
      const { policy, noted } = choose(event.organisationId, actorOf(event.body));
      if (noted) shadows.push(...noteMessage(policy, noted, states, event, now));
      const outcome = applyEvent(policy, states, event);
      if (noted) shadows.push(...noteAssessments(noted, outcome.raised, now));
      assessments.push(...outcome.raised);
      marks.push(...outcome.marks);
    }
    for (const name of await forgetStates(tx, gone)) memory.put(name, null);
    await saveStates(tx, [...changed.values()], now);
    for (const [key, { state }] of changed) memory.put(key, state);
    await saveObservations(
      tx,
      read.flatMap((event) =>
        event.cues.map(({ cue, score, start, end }) => ({
          cue,
          score,
          start,
          end,
          organisationId: event.organisationId,
          position: event.position,
          at: event.time,
        })),
      ),
    );
    const fresh = await saveAssessments(tx, assessments);
    // Last, since it may wait for workers of other partitions: what they wait for here is then only the commit.
    const across = await assessAcross(
      tx,
      (organisationId, account) => choose(organisationId, account).policy,
      marks,
    );
    const risen = await updateAssessments(tx, across);
    for (const one of across) {
      const { noted } = choose(one.organisationId, one.account);
      if (noted) shadows.push(...noteAssessments(noted, [one], now));
    }
    await saveShadows(tx, shadows);
    await forgetMarks(tx, gone);
    await publish(
      tx,
      [...assessments.filter(({ id }) => fresh.has(id)), ...across.filter(({ id }) => risen.has(id))].map(
        ({ id, organisationId }) => ({
          organisationId,
          topic: 'assessment.raised' as const,
          payload: { assessmentId: id },
          at: now,
        }),
      ),
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
    body: { type: entry.type, data: upcastData(entry.schema, entry.type, entry.data) } as EventBody,
  };
}

/** Takes what earlier events of the batch left of an account back; what follows begins anew. */
function forgetLoaded(
  { organisationId, id }: Gone,
  loaded: Map<string, unknown>,
  changed: Map<string, unknown>,
): void {
  const own = `${organisationId} account:${id}`;
  const pairs = `${organisationId} ${pairsPrefix(id)}>`;
  for (const states of [loaded, changed]) {
    for (const name of states.keys()) if (name === own || name.startsWith(pairs)) states.delete(name);
  }
}

/** States by `organisation key`: what the reader remembers, and the rest from the database. */
async function statesFor(
  tx: Tx,
  needed: Map<string, { organisationId: string; key: string }>,
  memory: StateMemory,
): Promise<Map<string, unknown>> {
  const states = new Map<string, unknown>();
  const unknown: { organisationId: string; key: string }[] = [];
  for (const [name, key] of needed) {
    const known = memory.get(name);
    if (known === undefined) unknown.push(key);
    else if (known !== null) states.set(name, known);
  }
  const loaded = await loadStates(tx, unknown);
  for (const { organisationId, key } of unknown) {
    const name = `${organisationId} ${key}`;
    const state = loaded.get(name);
    memory.put(name, state ?? null);
    if (state !== undefined) states.set(name, state);
  }
  return states;
}

function neededKeys(events: Work[]): Map<string, { organisationId: string; key: string }> {
  const needed = new Map<string, { organisationId: string; key: string }>();
  for (const event of events) {
    const answered = event.mirror ? pairAnswered(event) : undefined;
    const pairs = event.mirror ? (answered ? [answered] : []) : pairsOf(event);
    const keys = pairs.map(({ actor, other }) => pairKey(actor, other));
    if (!event.mirror && touchesAccount(event)) keys.push(`account:${actorOf(event.body)}`);
    for (const key of keys)
      needed.set(`${event.organisationId} ${key}`, { organisationId: event.organisationId, key });
  }
  return needed;
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
