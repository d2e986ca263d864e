import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import { type Database, rows, type Tx } from './database.ts';

/** What one room tells the next; each topic has one handler, registered by the composition root. */
export interface Topics {
  'assessment.raised': { assessmentId: string };
  'media.ai-made': { position: number; account: string; towards: string[] };
  'action.decided': { actionId: string };
  'report.received': { reportId: string };
  'referral.changed': { referralId: string };
  /** An age is in doubt, for a person to settle (prevent/ages). */
  'age.claimed': { claimId: string };
  /** An event on its way into Kafka: the Kafka log takes these itself (kafka/relay.ts), no handler sees them. */
  'event.appended': RelayedEntry;
}

/** A new entry as JSON: times in milliseconds, the sealed text in base 64. */
export interface RelayedEntry {
  organisationId: string;
  source: string;
  eventId: string;
  type: string;
  schema: number;
  time: number;
  receivedAt: number;
  key: string;
  mirrorKey?: string;
  data: unknown;
  sealed: string | null;
}

export type Topic = keyof Topics;
export interface OutboxMessage<T extends Topic> {
  organisationId: string;
  topic: T;
  payload: Topics[T];
  at: Date;
}
/** `afterCommit` keeps a step (telling open consoles, ringing a worker) until the effects are durable. */
export type Handler<T extends Topic> = (
  tx: Tx,
  message: OutboxMessage<T>,
  afterCommit: (step: () => void) => void,
) => Promise<void>;
export type Handlers = { [T in Topic]?: Handler<T> };

/** Writes messages in the transaction of what they tell of. */
export async function publish<T extends Topic>(tx: Tx, messages: OutboxMessage<T>[]): Promise<void> {
  if (messages.length === 0) return;
  await tx.execute(
    sql`insert into outbox (organisation_id, topic, payload, created_at)
      select o, t, p::jsonb, a from unnest(
        ${sql.param(messages.map((m) => m.organisationId))}::uuid[],
        ${sql.param(messages.map((m) => m.topic))}::text[],
        ${sql.param(messages.map((m) => JSON.stringify(m.payload)))}::text[],
        ${sql.param(messages.map((m) => m.at.toISOString()))}::timestamptz[]) with ordinality as m(o, t, p, a, n) order by n`,
  );
}

const MAX_FAILURES = 8;

/**
 * Delivers waiting messages in order, each batch in one transaction with its effects.
 * A message whose handler throws is counted and tried again alone; after eight failures it is set aside as dead,
 * kept with its error for a person to look at (metric `keben_outbox_dead`).
 */
export async function deliverOutbox(
  database: Database,
  handlers: Handlers,
  log: Logger,
  limit = 100,
): Promise<number> {
  try {
    return await deliverTogether(database, handlers, limit);
  } catch (cause) {
    log.warn({ err: cause }, 'outbox batch failed, trying one by one');
  }
  return deliverTogether(database, handlers, 1).catch(async (cause: unknown) => {
    const message = cause instanceof Error ? cause.message : String(cause);
    await database.transaction('system', (tx) =>
      tx.execute(
        sql`update outbox set failures = failures + 1, last_error = ${message.slice(0, 500)}, dead = failures + 1 >= ${MAX_FAILURES}
            where id = (select id from outbox where not dead and topic <> 'event.appended' order by id limit 1)`,
      ),
    );
    log.error({ err: cause }, 'outbox message failed');
    return 0;
  });
}

async function deliverTogether(database: Database, handlers: Handlers, limit: number): Promise<number> {
  const steps: (() => void)[] = [];
  const count = await database.transaction('system', (tx) =>
    deliver(tx, handlers, limit, (step) => void steps.push(step)),
  );
  for (const step of steps) step();
  return count;
}

async function deliver(
  tx: Tx,
  handlers: Handlers,
  limit: number,
  afterCommit: (step: () => void) => void,
): Promise<number> {
  // One worker at a time: a second would only wait for the rows that the first holds.
  const [turn] = await rows<{ mine: boolean }>(tx, sql`select pg_try_advisory_xact_lock(7231003) as mine`);
  if (!turn?.mine) return 0;
  const waiting = await rows<{
    id: string;
    organisation_id: string;
    topic: Topic;
    payload: never;
    created_at: Date | string;
  }>(
    tx,
    sql`select id::text, organisation_id, topic, payload, created_at from outbox where not dead and topic <> 'event.appended'
      order by outbox.id limit ${limit} for update`,
  );
  for (const row of waiting) {
    const handler = handlers[row.topic] as Handler<Topic> | undefined;
    if (!handler) throw new Error(`no handler for outbox topic ${row.topic}`);
    await handler(
      tx,
      {
        organisationId: row.organisation_id,
        topic: row.topic,
        payload: row.payload,
        at: new Date(row.created_at),
      },
      afterCommit,
    );
  }
  if (waiting.length > 0) {
    await tx.execute(
      sql`delete from outbox where id = any(${sql.param(waiting.map((row) => row.id))}::bigint[])`,
    );
  }
  return waiting.length;
}
