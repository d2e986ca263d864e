import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openEmbedded } from '../base/database.ts';
import type { EventLog } from '../base/event-log.ts';
import { type Keys, keysOf } from '../base/keys.ts';
import { createPostgresLog } from '../base/postgres-log.ts';
import { acceptEvents } from './accept-events.ts';

const organisationId = '7e57ab1e-0000-4000-8000-000000000001';
const now = new Date('2026-11-24T08:00:00Z');
const message = (id: string, conversation = 'c-1', text = 'Chào bạn') => ({
  specversion: '1.0',
  id,
  source: '/test',
  type: 'message.sent',
  time: '2026-11-24T08:00:00Z',
  data: {
    conversation,
    from: { id: 'u-1', ageBand: 'adult' },
    to: [{ id: 'u-2', ageBand: '13-15' }],
    text,
  },
});

describe('intake', () => {
  let database: Database;
  let eventLog: EventLog;
  let keys: Keys;
  beforeAll(async () => {
    database = await openEmbedded();
    eventLog = createPostgresLog({ database, consumer: 'detect', maxLag: 1000 });
    keys = keysOf(Buffer.alloc(32, 7));
  });
  afterAll(() => database.close());
  const accept = (body: unknown) => acceptEvents({ database, keys, eventLog }, organisationId, body, now);

  it('names strings that no database keeps, takes the others, and escaped look-alikes', async () => {
    const result = await accept([
      message('fine'),
      message('nul', 'c\0'),
      message('half', 'c\ud800'),
      message('half-in-text', 'c-1', '\udc00'),
      message('written-out', 'c\\u0000 \\ud800'),
      message('emoji', 'c 👋🏽'),
    ]);
    expect(result.items.map(({ id, status, error }) => [id, status, error?.pointer])).toEqual([
      ['fine', 'accepted', undefined],
      ['nul', 'rejected', '/1/data/conversation'],
      ['half', 'rejected', '/2/data/conversation'],
      ['half-in-text', 'rejected', '/3/data/text'],
      ['written-out', 'accepted', undefined],
      ['emoji', 'accepted', undefined],
    ]);
  });

  it('refuses a schema version that it does not know, naming the one that it does', async () => {
    const result = await accept([
      { ...message('newest'), dataschema: 'urn:keben:events:1' },
      { ...message('future'), dataschema: 'urn:keben:events:99' },
    ]);
    expect(result.items.map(({ status, error }) => [status, error?.pointer])).toEqual([
      ['accepted', undefined],
      ['rejected', '/1/dataschema'],
    ]);
    expect(result.items[1]?.error?.detail).toContain('urn:keben:events:1');
  });

  it('counts a repeat once, inside a batch and later', async () => {
    const first = await accept([message('twice'), message('twice')]);
    expect(first).toMatchObject({ accepted: 1, duplicates: 1 });
    expect(await accept(message('twice'))).toMatchObject({ accepted: 0, duplicates: 1 });
  });
});
