import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openEmbedded, rows } from './database.ts';
import type { Entry, EventLog, LogWorker, NewEntry } from './event-log.ts';
import { createPostgresLog } from './postgres-log.ts';

const organisationId = '7e57ab1e-0000-4000-8000-000000000001';
const now = new Date('2026-11-24T08:00:00Z');

function entry(id: string, more: Partial<NewEntry> = {}): NewEntry {
  return {
    organisationId,
    source: '/test',
    eventId: id,
    type: 'message.sent',
    schema: 1,
    time: now,
    receivedAt: now,
    key: `account-${id}`,
    data: { id },
    sealed: null,
    ...more,
  };
}

describe('an entry that fails again and again', () => {
  let database: Database;
  let eventLog: EventLog;
  let worker: LogWorker;
  const seen: string[] = [];
  let sick = new Set(['e-13', 'e-40']);

  beforeAll(async () => {
    database = await openEmbedded();
    eventLog = createPostgresLog({ database, consumer: 'detect', maxLag: 1000 });
    await eventLog.append(Array.from({ length: 60 }, (_, n) => entry(`e-${n}`)));
    // The answer and its mirror fail together: they stand at one position when both lie in one partition.
    await eventLog.append([
      entry('e-60', { mirrorKey: 'account-e-60' }),
      entry('e-61', { key: 'account-e-13' }),
    ]);
    sick.add('e-60');
    worker = await eventLog.read({
      processors: [
        async (tx, entries: Entry[]) => {
          await tx.execute(
            sql`insert into outbox (organisation_id, topic, payload, created_at, dead)
              select ${organisationId}, 'seen', to_jsonb(id), now(), true from unnest(${sql.param(entries.map(({ eventId, role }) => `${eventId} ${role}`))}::text[]) as id`,
          );
          const bad = entries.find(({ eventId }) => sick.has(eventId));
          if (bad) throw new Error(`cannot work on ${bad.eventId}`);
          seen.push(...entries.map(({ eventId }) => eventId));
        },
      ],
      handlers: {},
      log: pino({ level: 'silent' }),
      now: () => now,
    });
  });
  afterAll(async () => {
    await worker.stop();
    await database.close();
  });

  const effects = async () =>
    (
      await database.transaction('system', (tx) =>
        rows<{ id: string }>(
          tx,
          sql`select payload #>> '{}' as id from outbox where topic = 'seen' order by outbox.id`,
        ),
      )
    ).map(({ id }) => id);
  const settled = async (probe: () => Promise<boolean>) => {
    while (!(await probe())) await new Promise((done) => setImmediate(done));
  };

  it('is set aside with the reason; the rest goes on, each once, in order', async () => {
    await settled(async () => (await eventLog.status()).processed === 62);
    const done = await effects();
    expect(new Set(done).size).toBe(59);
    expect(done).toHaveLength(59);
    expect(done).toContain('e-61 own');
    const dead = await eventLog.dead.list();
    expect(dead.map(({ eventId, reason, error }) => [eventId, reason, error])).toEqual([
      ['e-13', 'failed', 'cannot work on e-13'],
      ['e-40', 'failed', 'cannot work on e-40'],
      ['e-60', 'failed', 'cannot work on e-60'],
      ['e-60', 'failed', 'cannot work on e-60'],
    ]);
    expect(new Set(dead.map(({ id }) => id)).size).toBe(4);
  });

  it('is worked on after a replay once it is mended, and comes back when it is not', async () => {
    sick = new Set(['e-40']);
    const [mended, still, ...pair] = await eventLog.dead.list();
    const replayed = await eventLog.dead.replay([mended?.id ?? '', still?.id ?? '', 'unknown']);
    expect(replayed.map(({ eventId }) => eventId)).toEqual(['e-13', 'e-40']);
    await settled(async () => (await effects()).includes('e-13 own'));
    await settled(async () => (await eventLog.dead.list()).length === 3);
    expect((await eventLog.dead.list()).map(({ eventId }) => eventId)).toEqual(['e-40', 'e-60', 'e-60']);
    await eventLog.dead.replay(pair.map(({ id }) => id));
    await settled(async () => (await eventLog.dead.list()).length === 1);
    await settled(async () => (await effects()).includes('e-60 mirror'));
    expect(await effects()).toHaveLength(62);
  });

  it('makes intake wait when too much waits', async () => {
    await worker.stop();
    await eventLog.admit();
    await eventLog.append(Array.from({ length: 1001 }, (_, n) => entry(`late-${n}`)));
    const patient = createPostgresLog({ database, consumer: 'detect', maxLag: 1000 });
    await expect(patient.admit()).rejects.toMatchObject({
      code: 'backlog',
      extras: { retryAfterSeconds: 5 },
    });
  });
});
