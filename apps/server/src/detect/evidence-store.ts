import { sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../base/database.ts';
import { partitionOf } from '../base/event-log.ts';

/** Log positions of the last messages that an account sent in a conversation, newest first. */
export async function lastMessages(
  tx: Tx,
  organisationId: string,
  account: string,
  conversation: string,
  limit: number,
): Promise<number[]> {
  const found = await rows<{ position: string }>(
    tx,
    // The partition first: its index is in order, so the scan stops at the limit.
    sql`select position::text from event_log where partition = ${partitionOf(organisationId, account)}
      and organisation_id = ${organisationId} and type = 'message.sent'
      and data->>'conversation' = ${conversation} and data->'from'->>'id' = ${account}
      order by event_log.position desc limit ${limit}`,
  );
  return found.map((row) => Number(row.position));
}

/** Log positions of events by their ids, whatever their source. */
export async function positionsOfEvents(
  tx: Tx,
  organisationId: string,
  eventIds: string[],
): Promise<number[]> {
  if (eventIds.length === 0) return [];
  const found = await rows<{ position: string }>(
    tx,
    sql`select position::text from event_log where organisation_id = ${organisationId} and event_id = any(${column(eventIds)}::text[])`,
  );
  return found.map((row) => Number(row.position));
}
