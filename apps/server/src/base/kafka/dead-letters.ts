import type { DeadLetter, DeadLetters } from '../event-log.ts';
import { deadTopicOf, type Fetcher } from './cluster.ts';
import type { Sender } from './producer.ts';
import { headerOf, type OutRecord, type RawRecord } from './record.ts';

/** Headers that a dead letter carries beside those of the record itself. */
const header = {
  reason: 'keben-dead-reason',
  error: 'keben-dead-error',
  partition: 'keben-dead-partition',
  offset: 'keben-dead-offset',
  at: 'keben-dead-at',
  /** On a marker: offset of the dead letter that was put back. */
  replayed: 'keben-dead-replayed',
} as const;
const deadHeaders = new Set<string>(Object.values(header));

/** The record as it goes to the dead-letter topic: as it came, with the reason and its place in the headers. */
export function deadRecord(
  record: RawRecord,
  why: { reason: DeadLetter['reason']; error: string; at: Date },
): OutRecord {
  return {
    partition: 0,
    key: record.key,
    value: record.value,
    headers: new Map([
      ...ownHeaders(record),
      [header.reason, why.reason],
      [header.error, why.error],
      [header.partition, String(record.partition)],
      [header.offset, String(record.offset)],
      [header.at, why.at.toISOString()],
    ]),
  };
}

/**
 * The dead-letter topic as a list. It is only ever added to: a letter that was put back is followed by a marker that
 * names it. A crash between the two puts it back again, which readers pass by as a repeat.
 */
export function kafkaDeadLetters(topic: string, fetcher: Fetcher, sender: Sender): DeadLetters {
  const deadTopic = deadTopicOf(topic);

  async function open(): Promise<{ letter: DeadLetter; record: RawRecord }[]> {
    const found = new Map<number, { letter: DeadLetter; record: RawRecord }>();
    const places = new Map<string, number>();
    for await (const record of everything(fetcher, deadTopic)) {
      const replayed = headerOf(record, header.replayed);
      if (replayed !== undefined) {
        found.delete(Number(replayed));
        continue;
      }
      const letter = toLetter(record);
      // Set aside twice when a worker died between the letter and its offset: the later one counts.
      const place = `${letter.partition}:${letter.offset}`;
      const earlier = places.get(place);
      if (earlier !== undefined) found.delete(earlier);
      places.set(place, record.offset);
      found.set(record.offset, { letter, record });
    }
    return [...found.values()];
  }

  return {
    list: async () => (await open()).map(({ letter }) => letter),
    async replay(which) {
      const chosen = (await open()).filter(({ letter }) => which === 'all' || which.includes(letter.id));
      for (const { letter, record } of chosen) {
        const { key, value } = record;
        await sender.send(topic, [
          { partition: letter.partition, key, value, headers: new Map(ownHeaders(record)) },
        ]);
        await sender.send(deadTopic, [marker(letter.id)]);
      }
      return chosen.map(({ letter }) => letter);
    },
  };
}

function marker(id: string): OutRecord {
  return {
    partition: 0,
    key: Buffer.from('replayed'),
    value: Buffer.from(id),
    headers: new Map([[header.replayed, id]]),
  };
}

/** Every record of a one-partition topic from its beginning to where it ends now. */
async function* everything(fetcher: Fetcher, topic: string): AsyncGenerator<RawRecord> {
  const [end] = await fetcher.ends(topic);
  if (!end) return;
  for (let at = end.first; at < end.next; ) {
    const records = await fetcher.fetch(topic, new Map([[0, at]]), 500);
    yield* records;
    at = (records.at(-1)?.offset ?? end.next) + 1;
  }
}

function toLetter(record: RawRecord): DeadLetter {
  const [organisationId] = record.key?.toString().split('\n') ?? [];
  return {
    id: String(record.offset),
    reason: (headerOf(record, header.reason) ?? 'undecodable') as DeadLetter['reason'],
    error: headerOf(record, header.error) ?? '',
    at: new Date(headerOf(record, header.at) ?? 0),
    partition: Number(headerOf(record, header.partition) ?? 0),
    offset: Number(headerOf(record, header.offset) ?? 0),
    organisationId: organisationId || null,
    eventId: eventIdOf(record),
  };
}

function ownHeaders(record: RawRecord): [string, string][] {
  return record.headers.flatMap(([name, text]) =>
    name && !deadHeaders.has(name.toString()) ? [[name.toString(), text?.toString() ?? '']] : [],
  );
}

/** The event's id where the first line can be read; a dead letter may be anything. */
function eventIdOf({ value }: RawRecord): string | null {
  const line = value?.subarray(0, Math.max(0, value.indexOf(10))).toString() ?? '';
  try {
    const head: unknown = JSON.parse(line);
    return Array.isArray(head) && typeof head[1] === 'string' ? head[1] : null;
  } catch {
    // Undecodable: that is why it is here.
    return null;
  }
}
