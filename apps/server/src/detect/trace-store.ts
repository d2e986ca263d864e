import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../base/database.ts';
import type { Waiting } from '../base/event-log.ts';

/** What became of one event, from intake to assessments; never its text. */
export interface Trace {
  organisation: string;
  source: string;
  id: string;
  type: string;
  time: string;
  receivedAt: string;
  partition: number;
  /** Null while it waits in Kafka. */
  position: number | null;
  /** Where it stood in Kafka; null when the log is in Postgres. */
  kafka: { partition: number; offset: number } | null;
  /** False while the log worker has not come to it. */
  processed: boolean;
  textKept: boolean;
  observations: { cue: string; score: number; start: number; end: number }[];
  assessments: {
    id: string;
    account: string;
    counterpart: string | null;
    level: string;
    score: number;
    contributions: unknown;
    rules: string[];
    actions: string[];
    version: string;
    /** Whether this event raised the level, or is one of the messages behind it. */
    part: 'raised it' | 'evidence';
  }[];
}

interface EventRow {
  organisation_id: string;
  source: string;
  event_id: string;
  type: string;
  time: Date | string;
  received_at: Date | string;
  partition: number;
  position: string;
  log_partition: number | null;
  log_offset: string | null;
  processed: boolean;
  text_kept: boolean;
}

/** The trace of an event that waits in the log and is in no table yet. */
export function traceWaiting(waiting: Waiting): Trace {
  return {
    organisation: waiting.organisationId,
    source: waiting.source,
    id: waiting.eventId,
    type: waiting.type,
    time: waiting.time.toISOString(),
    receivedAt: waiting.receivedAt.toISOString(),
    partition: waiting.partition,
    position: null,
    kafka: { partition: waiting.partition, offset: waiting.offset },
    processed: false,
    textKept: true,
    observations: [],
    assessments: [],
  };
}

/** Every accepted event with this id (one per organisation and source), with what detection made of it. */
export async function traceEvent(tx: Tx, consumer: string, eventId: string): Promise<Trace[]> {
  const events = await rows<EventRow>(
    tx,
    sql`select l.organisation_id, l.source, l.event_id, l.type, l.time, l.received_at, l.partition, l.position::text,
        l.log_partition, l.log_offset::text, l.log_offset is not null or l.position <= coalesce(c.position, 0) as processed, l.sealed is not null as text_kept
      from event_log l left join log_cursor c on c.consumer = ${consumer} and c.partition = l.partition
      where l.event_id = ${eventId} order by l.position`,
  );
  return Promise.all(
    events.map(async (event) => ({
      organisation: event.organisation_id,
      source: event.source,
      id: event.event_id,
      type: event.type,
      time: new Date(event.time).toISOString(),
      receivedAt: new Date(event.received_at).toISOString(),
      partition: event.partition,
      position: Number(event.position),
      kafka:
        event.log_partition === null
          ? null
          : { partition: event.log_partition, offset: Number(event.log_offset) },
      processed: event.processed,
      textKept: event.text_kept,
      observations: await rows<Trace['observations'][number]>(
        tx,
        sql`select cue, score, start_at::int as start, end_at::int as "end" from observation
          where organisation_id = ${event.organisation_id} and position = ${event.position}::bigint order by start_at, cue`,
      ),
      assessments: await rows<Trace['assessments'][number]>(
        tx,
        sql`select id, account, counterpart, level, score, contributions, rules, actions, version,
            case when position = ${event.position}::bigint then 'raised it' else 'evidence' end as part
          from assessment where organisation_id = ${event.organisation_id} and (position = ${event.position}::bigint
            or exists (select from jsonb_array_elements(contributions) as term where term->'evidence' @> to_jsonb(${event.position}::bigint)))
          order by sequence`,
      ),
    })),
  );
}
