import { type DeadLetter, type EntryRole, type NewEntry, partitionOf } from '../event-log.ts';

/** A record as Kafka keeps it. */
export interface RawRecord {
  partition: number;
  offset: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: [Buffer | null, Buffer | null][];
}

/** A record to produce. Header values are text. */
export interface OutRecord {
  partition: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: Map<string, string>;
}

/** An entry read from Kafka; `dataText` is `data` as it was sent, so that it need not be written out again. */
export interface LoggedEntry extends Omit<NewEntry, 'mirrorKey'> {
  role: EntryRole;
  logPartition: number;
  logOffset: number;
  dataText: string;
}

/** Header that names the version of the event's schema. */
export const SCHEMA_HEADER = 'keben-schema';

/** Header of a record that only tells a second account of an event (`mirror`); absent on the event itself. */
const ROLE_HEADER = 'keben-role';

/** The records of an entry: the event, and where another account must hear of it a mirror without the text. */
export function recordsOf(entry: NewEntry, partitions: number): OutRecord[] {
  const { organisationId, key, mirrorKey } = entry;
  const own = encodeEntry(entry, partitionOf(organisationId, key, partitions));
  if (mirrorKey === undefined) return [own];
  const mirror = encodeEntry(
    { ...entry, key: mirrorKey, sealed: null },
    partitionOf(organisationId, mirrorKey, partitions),
  );
  mirror.headers.set(ROLE_HEADER, 'mirror');
  return [own, mirror];
}

/**
 * Value: one line of JSON with what describes the event, one line with its data, then the sealed text as bytes. Lines,
 * so that a person can read a topic with any Kafka tool; bytes, since base 64 would cost a third more.
 */
function encodeEntry(entry: NewEntry, partition: number): OutRecord {
  const { organisationId, key, source, eventId, type, time, receivedAt, data, sealed } = entry;
  const head = JSON.stringify([source, eventId, type, time.getTime(), receivedAt.getTime()]);
  const lines = Buffer.from(`${head}\n${JSON.stringify(data)}\n`);
  return {
    partition,
    key: Buffer.from(`${organisationId}\n${key}`),
    value: sealed ? Buffer.concat([lines, sealed]) : lines,
    headers: new Map([[SCHEMA_HEADER, String(entry.schema)]]),
  };
}

/** Why a record cannot become an entry. */
export class UndecodableError extends Error {
  readonly reason: DeadLetter['reason'];
  constructor(reason: DeadLetter['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

const NEWLINE = 10;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads a record. @throws UndecodableError */
export function decodeRecord(record: RawRecord, newestSchema: number): LoggedEntry {
  const schema = Number(headerOf(record, SCHEMA_HEADER) ?? Number.NaN);
  if (!Number.isInteger(schema) || schema < 1)
    throw new UndecodableError('undecodable', `the header ${SCHEMA_HEADER} is missing or no number`);
  if (schema > newestSchema)
    throw new UndecodableError(
      'unknown-schema',
      `schema ${schema} is newer than ${newestSchema}, the newest that this program knows`,
    );
  const { key, value } = record;
  const owner = key?.toString().match(/^([^\n]+)\n(.+)$/s);
  if (!owner || !uuid.test(owner[1] ?? ''))
    throw new UndecodableError('undecodable', 'the key is not "organisation\\naccount"');
  const first = value?.indexOf(NEWLINE) ?? -1;
  const second = value?.indexOf(NEWLINE, first + 1) ?? -1;
  if (!value || first < 0 || second < 0)
    throw new UndecodableError('undecodable', 'the value has not two lines');
  const [source, eventId, type, time, receivedAt] = headOf(value.toString('utf8', 0, first));
  const dataText = value.toString('utf8', first + 1, second);
  return {
    organisationId: owner[1] ?? '',
    key: owner[2] ?? '',
    source,
    eventId,
    type,
    schema,
    time: new Date(time),
    receivedAt: new Date(receivedAt),
    data: objectOf(dataText),
    dataText,
    sealed: second + 1 < value.length ? value.subarray(second + 1) : null,
    role: headerOf(record, ROLE_HEADER) === 'mirror' ? 'mirror' : 'own',
    logPartition: record.partition,
    logOffset: record.offset,
  };
}

/** The text of a header, or undefined. */
export function headerOf({ headers }: Pick<RawRecord, 'headers'>, name: string): string | undefined {
  return headers.find(([key]) => key?.toString() === name)?.[1]?.toString();
}

function headOf(text: string): [string, string, string, number, number] {
  const head = parsed(text);
  const [source, eventId, type, time, receivedAt] = Array.isArray(head) ? (head as unknown[]) : [];
  if (typeof source !== 'string' || typeof eventId !== 'string' || typeof type !== 'string')
    throw new UndecodableError('undecodable', 'the first line does not name source, id and type');
  if (typeof time !== 'number' || typeof receivedAt !== 'number' || !isTime(time) || !isTime(receivedAt))
    throw new UndecodableError('undecodable', 'the first line has no times');
  return [source, eventId, type, time, receivedAt];
}

function objectOf(text: string): unknown {
  const data = parsed(text);
  if (typeof data !== 'object' || data === null)
    throw new UndecodableError('undecodable', 'the data are no object');
  return data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The message of JSON.parse quotes what it read: it must not leave the record.
    throw new UndecodableError('undecodable', `a line is not JSON (${(cause as Error).name})`);
  }
}

const isTime = (milliseconds: number) => Math.abs(milliseconds) <= 8.64e15;
