import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openEmbedded, rows } from '../base/database.ts';
import { PARTITIONS } from '../base/event-log.ts';
import { makeCursors, moveCursors, readPartitions } from '../base/event-log-store.ts';
import { keysOf } from '../base/keys.ts';
import { createPostgresLog } from '../base/postgres-log.ts';
import { noMemory } from '../base/state-memory.ts';
import { appendEvents } from './accept-events.ts';
import { readEvent } from './apply-event.ts';
import type { Mark } from './marks.ts';
import { createMemoryDetection, createMemoryMarks } from './memory.ts';
import { loadDetectionPolicy } from './policy.ts';
import { createDetection } from './process-entries.ts';
import { createRuleBook } from './rules/rule-book.ts';
import { simulate } from './simulate/index.ts';

const policy = loadDetectionPolicy();
const organisationId = '5b0f7a52-6c5c-4a55-9a50-0d5a3c1f7a10';
const now = new Date('2026-11-25T00:00:00Z');
const start = new Date('2026-11-01T00:00:00Z');
const stream = [...simulate({ seed: 21, accounts: 160, events: 2600, start, harmfulPerThousand: 130 })];

const logOf = (database: Database) => createPostgresLog({ database, consumer: 'detect', maxLag: 1e9 });

describe('assessments across accounts', () => {
  it('follow from the set of marks, whatever the order they come in', () => {
    const levels = ['watch', 'elevated', 'high'];
    const mark = fc.record({
      kind: fc.constantFrom('pair' as const, 'pile' as const, 'device' as const, 'account' as const),
      subject: fc.constantFrom('t1', 't2'),
      account: fc.constantFrom('a', 'b', 'c', 'd'),
      step: fc.constantFrom(...levels),
      hours: fc.integer({ min: 0, max: 600 }),
    });
    const shape = fc.uniqueArray(mark, {
      selector: (m) => `${m.kind} ${m.subject} ${m.account} ${m.step}`,
      maxLength: 24,
    });
    fc.assert(
      fc.property(shape, fc.infiniteStream(fc.nat()), (found, order) => {
        const marks = found.map(
          (m, n): Mark => ({
            organisationId: '',
            kind: m.kind,
            account: m.account,
            position: n,
            source: '/s',
            eventId: `e${n}`,
            band: 'adult',
            subject: m.kind === 'account' ? m.account : m.subject,
            step: m.kind === 'device' ? '' : m.step,
            at: m.hours * 3_600_000,
            standing:
              m.kind === 'pair' || m.kind === 'pile'
                ? {
                    counterpart: m.subject,
                    counterpartBand: '13-15',
                    relationship: 'stranger',
                    score: levels.indexOf(m.step) - 2,
                    harm: 'grooming',
                    contributions: [
                      { kind: 'cue', id: 'asks-secrecy', weight: levels.indexOf(m.step) - 2, evidence: [n] },
                    ],
                  }
                : null,
          }),
        );
        // One row a key, as in the table.
        const rowsOnce = [
          ...new Map(marks.map((m) => [`${m.kind} ${m.subject} ${m.account} ${m.step}`, m])).values(),
        ];
        const final = (sequence: Mark[]) => {
          const set = createMemoryMarks(policy);
          for (const one of sequence) set.add([one]);
          return set
            .assessments()
            .map((a) => JSON.stringify(a))
            .sort();
        };
        const shuffled = rowsOnce
          .map((m) => [order.next().value, m] as const)
          .sort((x, y) => x[0] - y[0])
          .map(([, m]) => m);
        expect(final(shuffled)).toEqual(final(rowsOnce));
      }),
      { numRuns: 200 },
    );
  });
});

describe('the log worker step', () => {
  const results: string[][] = [];
  const keys = keysOf(randomBytes(32));
  const runs = [
    { batch: 100, order: (n: number) => [...Array(PARTITIONS).keys()].map((p) => (p + n) % PARTITIONS) },
    // Partitions far apart in time: one is read to its end before the next begins.
    { batch: 10_000, order: () => [...Array(PARTITIONS).keys()].reverse() },
    { batch: 7, order: (n: number) => [(n * 5) % PARTITIONS, (n * 3 + 1) % PARTITIONS] },
  ];
  const opened: Database[] = [];

  beforeAll(async () => {
    for (const run of runs) {
      const database = await openEmbedded();
      opened.push(database);
      await database.transaction('system', async (tx) => {
        await makeCursors(tx, 'detect');
        await appendEvents(tx, { keys, eventLog: logOf(database) }, organisationId, stream, now);
      });
      const step = createDetection(
        createRuleBook(policy, () => undefined),
        keys,
      );
      const cursors = new Map([...Array(PARTITIONS).keys()].map((p) => [p, 0]));
      for (let n = 0, idle = 0; idle < 12; n++) {
        let did = 0;
        for (const partition of run.order(n)) {
          did += await database.transaction('system', async (tx) => {
            const position = cursors.get(partition) ?? 0;
            const entries = await readPartitions(tx, [{ partition, position }], run.batch);
            await step(tx, entries, now, noMemory);
            const last = entries.at(-1)?.position ?? position;
            await moveCursors(tx, 'detect', [{ partition, position: last }]);
            cursors.set(partition, last);
            return entries.length;
          });
        }
        idle = did === 0 ? idle + 1 : 0;
      }
      const found = await database.transaction('system', (tx) =>
        rows<object>(
          tx,
          sql`select id, position::text, event_id, account, account_band, counterpart, counterpart_band, level, score, harm, cues, contributions, rules, actions, version, at from assessment`,
        ),
      );
      results.push(found.map((row) => JSON.stringify(row)).sort());
    }
  }, 120_000);
  afterAll(async () => {
    for (const database of opened) await database.close();
  });

  it('gives the same assessments to the byte in any interleaving of partitions and any batch size', () => {
    expect(results[0]?.length).toBeGreaterThan(20);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('is told the same by replay in memory, which reads all in one order', () => {
    const detection = createMemoryDetection(policy);
    const ids = new Set<string>();
    for (const [index, { type, data, ...rest }] of stream.entries()) {
      const text = 'text' in data && data.text !== undefined ? data.text : null;
      const event = readEvent(
        {
          organisationId,
          position: index + 1,
          source: rest.source,
          eventId: rest.id,
          time: new Date(rest.time),
          // Type and data belong together, which the compiler forgets when the two are taken apart.
          body: { type, data } as never,
        },
        text,
      );
      for (const { id, level } of detection.apply(event)) ids.add(`${id} ${level}`);
    }
    const stored = new Set(
      (results[0] ?? []).map((row) => {
        const { id, level } = JSON.parse(row) as { id: string; level: string };
        return `${id} ${level}`;
      }),
    );
    for (const one of stored) expect(ids).toContain(one);
  });

  it('keeps the device only under our own key', async () => {
    const database = opened[0] as Database;
    const event = {
      specversion: '1.0' as const,
      id: 'dev-1',
      source: '/s',
      time: '2026-11-20T00:00:00Z',
      type: 'account.registered' as const,
      data: { account: { id: 'x', ageBand: 'adult' as const, deviceHash: 'abc-device' } },
    };
    const [row] = await database.transaction('system', async (tx) => {
      await appendEvents(tx, { keys, eventLog: logOf(database) }, organisationId, [event], now);
      return rows<{ device: string }>(
        tx,
        sql`select data->'account'->>'deviceHash' as device from event_log where event_id = 'dev-1'`,
      );
    });
    expect(row?.device).toMatch(/^[\w-]{22}$/);
    expect(row?.device).not.toContain('abc-device');
  });
});
