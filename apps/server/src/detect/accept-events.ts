import type { Database, Tx } from '../base/database.ts';
import { AppError, type FieldError } from '../base/errors.ts';
import type { EventLog, NewEntry } from '../base/event-log.ts';
import { type Keys, mac, type Sealer } from '../base/keys.ts';
import { answered } from './audience.ts';
import { actorOf, CloudEvent } from './event.ts';
import { type Issue, problemOf } from './event-problem.ts';
import { NEWEST_SCHEMA, schemaVersion } from './schema-versions.ts';

export interface ItemResult {
  index: number;
  id?: string;
  status: 'accepted' | 'duplicate' | 'rejected';
  error?: { code: 'invalid-request'; pointer: string; detail: string; mend: string };
}

export interface IntakeResult {
  accepted: number;
  duplicates: number;
  rejected: number;
  items: ItemResult[];
}

/** Largest number of events in one request. */
export const MAX_BATCH = 1000;
/** Events that are parsed at one go: between two chunks others have their turn. */
const CHUNK = 100;
const breathe = () => new Promise<void>((done) => setImmediate(done));

/**
 * Takes a platform's events into the log: each item is judged alone, valid ones are stored (once, by source and id),
 * wrong ones are named with field and mend. Answers when they are durable. A batch that is cut off in the middle is sent
 * again by its platform, and what was stored already counts as a duplicate.
 * @throws AppError `no-valid-event` when nothing in the batch is valid, `too-large` above {@link MAX_BATCH}, `backlog`
 * when too much waits or the log does not take it in time.
 */
export async function acceptEvents(
  { database, keys, eventLog }: { database: Database; keys: Keys; eventLog: EventLog },
  organisationId: string,
  body: unknown,
  now: Date,
): Promise<IntakeResult> {
  const single = !Array.isArray(body);
  const items: unknown[] = single ? [body] : body;
  if (items.length > MAX_BATCH)
    throw new AppError('too-large', `${items.length} events in one request; at most ${MAX_BATCH} are taken.`);
  if (items.length === 0) throw new AppError('no-valid-event', 'The batch is empty.');
  await eventLog.admit();
  const results: ItemResult[] = [];
  const valid: { index: number; event: CloudEvent }[] = [];
  for (const [index, item] of items.entries()) {
    if (index % CHUNK === CHUNK - 1) await breathe();
    const parsed = CloudEvent.safeParse(item);
    const unstorable = parsed.success ? findUnstorable(parsed.data) : undefined;
    if (parsed.success && unstorable === undefined) {
      valid.push({ index, event: parsed.data });
    } else if (unstorable !== undefined) {
      results[index] = rejected(index, item, { path: unstorable, message: UNSTORABLE }, single);
    } else {
      results[index] = rejected(index, item, parsed.error?.issues[0], single);
    }
  }
  if (valid.length === 0) throw nothingValid(results);
  const fresh: boolean[] = [];
  const sealer = await sealerFor(database, keys, organisationId, now);
  const device = deviceNamer(keys, organisationId);
  for (let from = 0; from < valid.length; from += eventLog.chunk) {
    const chunk = valid.slice(from, from + eventLog.chunk);
    fresh.push(
      ...(await eventLog.append(
        chunk.map(({ event }) => toEntry(organisationId, event, sealer, device, now)),
      )),
    );
    await breathe();
  }
  for (const [n, { index, event }] of valid.entries()) {
    results[index] = { index, id: event.id, status: fresh[n] ? 'accepted' : 'duplicate' };
  }
  const count = (status: ItemResult['status']) => results.filter((result) => result.status === status).length;
  return {
    accepted: count('accepted'),
    duplicates: count('duplicate'),
    rejected: count('rejected'),
    items: results,
  };
}

/** Appends checked events if the caller's transaction commits. Wake the worker after the commit. */
export async function appendEvents(
  tx: Tx,
  { keys, eventLog }: { keys: Keys; eventLog: EventLog },
  organisationId: string,
  events: CloudEvent[],
  now: Date,
): Promise<void> {
  const sealer = await keys.sealerOf(tx, organisationId, now);
  const device = deviceNamer(keys, organisationId);
  await eventLog.appendWith(
    tx,
    events.map((event) => toEntry(organisationId, event, sealer, device, now)),
  );
}

/**
 * Replaces a platform's device hash by one under our own key: the same device gives the same name within the
 * organisation, and nobody who sees the database can test a device against it.
 */
function deviceNamer(keys: Keys, organisationId: string): (hash: string) => string {
  let key: Buffer | undefined;
  return (hash) => {
    key ??= keys.derive('device names');
    return mac(key, `${organisationId}\n${hash}`).toString('base64url').slice(0, 22);
  };
}

/** The organisation's sealer, mostly without asking the database. */
async function sealerFor(database: Database, keys: Keys, organisationId: string, now: Date): Promise<Sealer> {
  return (
    keys.knownSealer(organisationId) ??
    (await database.transaction('system', (tx) => keys.sealerOf(tx, organisationId, now)))
  );
}

function toEntry(
  organisationId: string,
  event: CloudEvent,
  sealer: Sealer,
  device: (hash: string) => string,
  now: Date,
): NewEntry {
  const { text, comment, ...data } = event.data as Record<string, unknown>;
  if (
    (event.type === 'account.registered' || event.type === 'account.updated') &&
    event.data.account.deviceHash
  ) {
    data.account = { ...event.data.account, deviceHash: device(event.data.account.deviceHash) };
  }
  const mirrorKey = answered(event);
  const secret = text ?? comment;
  return {
    organisationId,
    source: event.source,
    eventId: event.id,
    type: event.type,
    schema: schemaVersion(event.dataschema) ?? NEWEST_SCHEMA,
    time: new Date(event.time),
    receivedAt: now,
    key: actorOf(event),
    ...(mirrorKey === undefined ? {} : { mirrorKey }),
    data,
    sealed: typeof secret === 'string' && secret !== '' ? sealer.seal(secret) : null,
  };
}

const UNSTORABLE = 'The text holds a NUL character or half of a surrogate pair, which no database keeps.';

/** Path of the first string that Postgres could not keep as JSON. Such an event would only be set aside later. */
function findUnstorable(value: unknown, path: PropertyKey[] = []): PropertyKey[] | undefined {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = findUnstorable(inner, [...path, key]);
    if (found) return found;
  }
  return undefined;
}

function rejected(index: number, item: unknown, issue: Issue | undefined, single: boolean): ItemResult {
  const id =
    typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string'
      ? item.id
      : undefined;
  return {
    index,
    ...(id === undefined ? {} : { id }),
    status: 'rejected',
    error: { code: 'invalid-request', ...problemOf(issue, single ? [] : [index]) },
  };
}

function nothingValid(results: ItemResult[]): AppError {
  const errors: FieldError[] = results.flatMap(({ index, error }) =>
    error ? [{ index, pointer: error.pointer, detail: `${error.detail} ${error.mend}` }] : [],
  );
  const first = errors[0];
  return new AppError(
    'no-valid-event',
    first ? `${first.pointer || '/'}: ${first.detail}` : 'The batch is empty.',
    {
      errors: errors.slice(0, 100),
      ...(first ? { pointer: first.pointer } : {}),
    },
  );
}
