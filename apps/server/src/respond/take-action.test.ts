import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Staff } from '../base/auth.ts';
import { type Database, openEmbedded, rows } from '../base/database.ts';
import { appendStep, insertCase } from './case-store.ts';
import type { AccountAction } from './statement.ts';
import { takeAction } from './take-action.ts';

const organisationId = randomUUID();
const as = { organisation: organisationId };
const at = new Date('2026-11-24T08:00:00Z');
const staff: Staff = {
  userId: 'u-lead',
  name: 'Người phụ trách',
  email: 'lead@example.test',
  role: 'lead',
  organisationId,
  organisationKind: 'platform',
  organisationName: { vi: 'Nền tảng thử', en: 'Test platform' },
};
let database: Database;
let id: string;
beforeAll(async () => {
  database = await openEmbedded();
  id = await database.transaction(as, async (tx) => {
    const row = await insertCase(tx, {
      id: randomUUID(),
      organisationId,
      kind: 'assessment',
      urgency: 2,
      level: 'high',
      harm: 'grooming',
      subject: 'somebody',
      subjectBand: 'adult',
      counterpart: 'kid',
      counterpartBand: '13-15',
      cues: [],
      contributions: [],
      openedAt: at,
      deadlineAt: null,
      deadlineKind: null,
      deadlineLaw: null,
    });
    await appendStep(tx, row, { step: 'opened', at, actor: null });
    return row.id;
  });
});
afterAll(() => database.close());

const act = (action: AccountAction) =>
  database.transaction(as, (tx) => takeAction(tx, staff, id, { action }, at));
const marks = async () =>
  (
    await database.transaction(as, (tx) =>
      rows<{ account: string }>(tx, sql`select account from risk_mark where kind = 'account'`),
    )
  ).map(({ account }) => account);

describe('acting on an account', () => {
  it('is remembered for returns when it restricts, and taken back when it is lifted', async () => {
    await act('warn');
    expect(await marks()).toEqual([]);
    await act('restrict-contact');
    await act('suspend');
    expect(await marks()).toEqual(['somebody', 'somebody']);
    await act('lift');
    expect(await marks()).toEqual([]);
    await act('suspend');
    expect(await marks()).toEqual(['somebody']);
  });
});
