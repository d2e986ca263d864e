import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openEmbedded, rows } from './database.ts';
import { toldFault, wordsOf } from './faults.ts';

const canary = 'chim-hoàng-yến-7314';
let database: Database;
beforeAll(async () => {
  database = await openEmbedded();
});
afterAll(() => database.close());

const failing = (statement: ReturnType<typeof sql>) =>
  database
    .transaction('system', (tx) => rows(tx, statement))
    .then(
      () => undefined,
      (cause: unknown) => cause,
    );

describe('what is told of a fault', () => {
  it.each([
    ['a value of a statement', () => sql`select ${canary}::text from no_such_table`, /no_such_table/],
    ['a value that Postgres could not read', () => sql`select ${canary}::text::int`, /invalid input syntax/],
    ['a value as JSON', () => sql`select ${`{"text": ${canary}}`}::text::jsonb`, /invalid input syntax/],
  ])('names the fault but never %s', async (_, statement, words) => {
    const fault = await failing(statement());
    // The trap is real: the error itself does carry the value.
    expect(String(fault)).toContain(canary);
    expect(wordsOf(fault)).toMatch(words);
    let line = '';
    const write = (text: string) => {
      line += text;
    };
    const log = pino({ serializers: { err: toldFault } }, { write });
    log.error({ err: new Error('batch failed', { cause: fault }) }, 'log worker pass failed');
    expect(line).toMatch(words);
    expect(line).toMatch(/faults\.test\.ts/);
    expect(line).not.toContain(canary);
  });
});
