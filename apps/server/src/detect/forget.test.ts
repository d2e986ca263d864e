import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openEmbedded, rows } from '../base/database.ts';
import { PARTITIONS } from '../base/event-log.ts';
import { makeCursors, moveCursors, readPartitions } from '../base/event-log-store.ts';
import { keysOf } from '../base/keys.ts';
import { createPostgresLog } from '../base/postgres-log.ts';
import { createMemory } from '../base/state-memory.ts';
import { removeExpired } from '../retention.ts';
import { appendEvents } from './accept-events.ts';
import { CloudEvent } from './event.ts';
import { rememberedDays } from './forget-store.ts';
import { noteActedOn, noteLifted } from './note-acted-on.ts';
import { loadDetectionPolicy } from './policy.ts';
import { createDetection } from './process-entries.ts';
import { createRuleBook } from './rules/rule-book.ts';
import { screenMessage } from './screen-message.ts';

const policy = loadDetectionPolicy();
const organisationId = '5b0f7a52-6c5c-4a55-9a50-0d5a3c1f7a11';
const keys = keysOf(randomBytes(32));
const now = new Date('2026-11-25T00:00:00Z');
const DAY = 86_400_000;

let database: Database;
beforeAll(async () => {
  database = await openEmbedded();
  await database.transaction('system', (tx) => makeCursors(tx, 'detect'));
});
afterAll(() => database.close());

let count = 0;
const event = (type: string, data: unknown, at = now) =>
  CloudEvent.parse({
    specversion: '1.0',
    id: `e${count++}`,
    source: '/test',
    type,
    time: at.toISOString(),
    data,
  });
const registered = (id: string, at = now, deviceHash?: string) =>
  event(
    'account.registered',
    { account: { id, ageBand: 'adult', createdAt: at.toISOString(), deviceHash } },
    at,
  );
const deleted = (id: string) => event('account.deleted', { account: { id } });
const says = (from: string, to: string, text: string) =>
  event('message.sent', {
    conversation: `${from}-${to}`,
    from: { id: from, ageBand: 'adult' },
    to: [{ id: to, ageBand: '13-15' }],
    text,
  });
const mild = 'Đừng kể với bố mẹ nhé, bí mật của hai đứa mình';
const grave = [
  'Tao sẽ tung ảnh cho cả trường xem',
  'Chuyển 500k trong 30 phút không thì tao đăng ảnh của mày lên',
];

const book = createRuleBook(policy, () => undefined);
const memory = createMemory(1000);

/** Takes events through the log, each call one batch. */
async function take(events: CloudEvent[]): Promise<void> {
  const eventLog = createPostgresLog({ database, consumer: 'detect', maxLag: 1e9 });
  const detect = createDetection(book, keys);
  await database.transaction('system', async (tx) => {
    await appendEvents(tx, { keys, eventLog }, organisationId, events, now);
    const cursors = await rows<{ partition: number; position: string }>(
      tx,
      sql`select partition, position::text from log_cursor where consumer = 'detect'`,
    );
    const entries = await readPartitions(
      tx,
      cursors.map(({ partition, position }) => ({ partition, position: Number(position) })),
      1000,
    );
    await detect(tx, entries, now, memory);
    const last = entries.at(-1)?.position ?? 0;
    await moveCursors(
      tx,
      'detect',
      Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, position: last })),
    );
  });
  memory.keep();
}

const remembered = (account: string) =>
  database.transaction('system', async (tx) => ({
    states: (
      await rows<{ key: string }>(
        tx,
        sql`select key from risk_state where key = ${`account:${account}`} or starts_with(key, ${`pair:${account.length}:${account}>`}) order by key`,
      )
    ).map(({ key }) => key),
    marks: (
      await rows<{ kind: string }>(
        tx,
        sql`select distinct kind from risk_mark where account = ${account} order by kind`,
      )
    ).map(({ kind }) => kind),
  }));

const levelsOf = (account: string) =>
  database.transaction('system', async (tx) =>
    (
      await rows<{ level: string }>(
        tx,
        sql`select level from assessment where account = ${account} order by sequence`,
      )
    ).map(({ level }) => level),
  );

describe('a deleted account', () => {
  it('leaves nothing in what detection remembers, in one batch and over several, and others keep theirs', async () => {
    await take([registered('a', now, 'd-1'), says('a', 'kid', mild), says('ab', 'kid', mild)]);
    expect(await remembered('a')).toEqual({
      states: ['account:a', 'pair:1:a>kid'],
      marks: ['device', 'pair'],
    });
    await take([says('a', 'other', mild), deleted('a')]);
    expect(await remembered('a')).toEqual({ states: [], marks: [] });
    expect((await remembered('ab')).states).toEqual(['account:ab', 'pair:2:ab>kid']);
  });

  it('begins anew when its id comes back, also where the worker remembers states', async () => {
    await take([says('back', 'kid', grave[0] ?? ''), says('back', 'kid', grave[1] ?? '')]);
    const before = await levelsOf('back');
    await take([deleted('back'), says('back', 'kid', mild)]);
    const { states } = await remembered('back');
    expect(states).toEqual(['account:back', 'pair:4:back>kid']);
    await take([says('back', 'kid', mild)]);
    expect((await levelsOf('back')).slice(before.length)).not.toContain('critical');
  });

  it('that stood out is known by its device until that time is over, so that it cannot come back unseen', async () => {
    await take([
      registered('bad', now, 'd-2'),
      ...grave.map((text) => says('bad', 'kid', text)),
      ...grave.map((text) => says('bad', 'kid', text)),
    ]);
    expect(await levelsOf('bad')).toContain('high');
    await take([deleted('bad')]);
    const left = await remembered('bad');
    expect(left.states).toEqual([]);
    expect(left.marks).toEqual(expect.arrayContaining(['account', 'device']));
    await take([registered('bad-again', new Date(now.getTime() + DAY), 'd-2')]);
    expect((await levelsOf('bad-again')).length).toBe(1);

    const later = new Date(now.getTime() + (policy.risk.together.evasion.withinDays + 1) * DAY);
    await removeExpired(database, policy, { retentionDays: 30 }, later);
    expect(await remembered('bad')).toEqual({ states: [], marks: [] });
  });
});

describe('every night', () => {
  it('states without events and marks past their span go, and nothing sooner', async () => {
    await take([registered('quiet', now, 'd-3'), says('quiet', 'kid', mild)]);
    const after = (days: number) =>
      removeExpired(database, policy, { retentionDays: 30 }, new Date(now.getTime() + days * DAY));
    await after(20);
    expect(await remembered('quiet')).toEqual({
      states: ['account:quiet', 'pair:5:quiet>kid'],
      marks: ['device', 'pair'],
    });
    await after(rememberedDays(policy.risk) - 1);
    expect(await remembered('quiet')).toEqual({
      states: ['account:quiet', 'pair:5:quiet>kid'],
      marks: ['device'],
    });
    await after(rememberedDays(policy.risk) + 1);
    expect(await remembered('quiet')).toEqual({ states: [], marks: [] });
  });
});

describe('a lifted action', () => {
  it('takes back that the account was acted on; a later one counts again', async () => {
    const device = 'd-4';
    await take([registered('owner', now, device)]);
    const act = (id: string, at: Date) =>
      database.transaction('system', (tx) => noteActedOn(tx, organisationId, 'owner', id, at));
    await act('act-1', now);
    await database.transaction('system', (tx) => noteLifted(tx, organisationId, 'owner'));
    await take([registered('sibling', new Date(now.getTime() + DAY), device)]);
    expect(await levelsOf('sibling')).toEqual([]);
    await act('act-2', new Date(now.getTime() + 2 * DAY));
    await take([registered('return', new Date(now.getTime() + 3 * DAY), device)]);
    expect((await levelsOf('return')).length).toBe(1);
  });
});

describe('screening', () => {
  it('sees what other accounts add: the same message weighs more from an account that came back', async () => {
    const at = new Date(now.getTime() + 4 * DAY);
    const screened = (from: string) =>
      database.transaction({ organisation: organisationId }, (tx) =>
        screenMessage(
          tx,
          book,
          organisationId,
          {
            conversation: 'c',
            from: { id: from, ageBand: 'adult' },
            to: [{ id: 'new-kid', ageBand: '13-15' }],
            text: mild,
          },
          at,
        ),
      );
    await take([registered('newcomer', new Date(now.getTime() + 3 * DAY), 'd-5')]);
    const newcomer = await screened('newcomer');
    const back = await screened('return');
    expect(back.score - newcomer.score).toBeCloseTo(policy.risk.together.evasion.weight, 2);
  });
});
