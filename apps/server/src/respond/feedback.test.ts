import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../base/audit.ts';
import type { Staff } from '../base/auth.ts';
import { type Database, openEmbedded, rows } from '../base/database.ts';
import { keysOf } from '../base/keys.ts';
import { insertOrganisation } from '../base/organisation-store.ts';
import { appendStep, evidenceOf, insertCase, insertEvidence } from './case-store.ts';
import { exportLabels, type LabelLine } from './export-labels.ts';
import { humanDecisions, readFeedback } from './feedback.ts';
import { type Closing, closeCase, markSighting } from './label-case.ts';
import { reopenCase } from './work-case.ts';

const keys = keysOf(randomBytes(32));
const organisationId = randomUUID();
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
const as = { organisation: organisationId };

beforeAll(async () => {
  database = await openEmbedded();
  await database.transaction('system', (tx) =>
    insertOrganisation(tx, {
      id: organisationId,
      kind: 'platform',
      nameVi: 'Nền tảng thử',
      nameEn: 'Test platform',
      createdAt: new Date('2026-01-01T00:00:00Z'),
    }),
  );
});
afterAll(() => database.close());

/** A case with one message a cue; returns its id. */
async function openWith(
  subject: string,
  messages: { eventId: string; text: string; cue: string }[],
  at: string,
) {
  return database.transaction(as, async (tx) => {
    const sealer = await keys.sealerOf(tx, organisationId, new Date(at));
    const row = await insertCase(tx, {
      id: randomUUID(),
      organisationId,
      kind: 'assessment',
      urgency: 2,
      level: 'high',
      harm: 'grooming',
      subject,
      subjectBand: 'adult',
      counterpart: 'kid',
      counterpartBand: '13-15',
      cues: messages.map(({ cue }) => cue),
      contributions: [],
      openedAt: new Date(at),
      deadlineAt: null,
      deadlineKind: null,
      deadlineLaw: null,
    });
    await appendStep(tx, row, { step: 'opened', at: new Date(at), actor: null });
    await insertEvidence(
      tx,
      messages.map(({ eventId, text, cue }, index) => ({
        organisationId,
        caseId: row.id,
        position: index + 1,
        eventId,
        at: new Date(at),
        sender: subject,
        recipients: ['kid'],
        delivery: 'delivered',
        severity: 3,
        cues: [{ cue, score: 0.9, start: 0, end: text.length }],
        sealed: sealer.seal(text),
        digest: null,
      })),
    );
    return row.id;
  });
}
const close = (id: string, closing: Omit<Closing, 'note'>, at: string) =>
  database.transaction(as, (tx) => closeCase(tx, staff, id, { ...closing, note: 'Xong' }, new Date(at)));
const report = (now = '2026-11-24T00:00:00Z', months = 12) =>
  database.transaction(as, (tx) => readFeedback(tx, organisationId, months, new Date(now)));

describe('what responders decide', () => {
  let confirmed: string;
  let dismissed: string;

  beforeAll(async () => {
    confirmed = await openWith(
      'harmful',
      [
        { eventId: 'e-1', text: 'Đừng kể với mẹ nhé', cue: 'asks-secrecy' },
        { eventId: 'e-2', text: 'Em mấy tuổi rồi', cue: 'asks-age' },
      ],
      '2026-10-02T08:00:00Z',
    );
    dismissed = await openWith(
      'coach',
      [{ eventId: 'e-3', text: 'Bí mật sinh nhật mẹ nha', cue: 'asks-secrecy' }],
      '2026-11-02T08:00:00Z',
    );
    await close(confirmed, { outcome: 'confirmed', reason: 'attempt' }, '2026-10-03T08:00:00Z');
    await close(dismissed, { outcome: 'dismissed', reason: 'innocent-context' }, '2026-11-03T08:00:00Z');
  });

  it('gives precision by cue, level and month', async () => {
    const { cues, reasons } = await report();
    const secrecy = cues.find(({ id }) => id === 'asks-secrecy');
    expect(secrecy).toMatchObject({
      confirmed: 1,
      dismissed: 1,
      precision: { value: 0.5 },
      levels: [{ level: 'high', confirmed: 1, dismissed: 1 }],
      months: [
        { month: '2026-10', confirmed: 1, dismissed: 0 },
        { month: '2026-11', confirmed: 0, dismissed: 1 },
      ],
    });
    expect(cues.find(({ id }) => id === 'asks-age')).toMatchObject({ confirmed: 1, dismissed: 0 });
    expect(reasons).toContainEqual({ outcome: 'dismissed', reason: 'innocent-context', count: 1 });
    // Only the month that runs: the case of October is out.
    expect((await report('2026-11-24T00:00:00Z', 1)).cues).toMatchObject([{ confirmed: 0, dismissed: 1 }]);
  });

  it('a sighting marked wrong counts against its cue, until it is marked right', async () => {
    const mark = async (value: 'wrong' | 'right') =>
      database.transaction(as, async (tx) => {
        const item = (await evidenceOf(tx, confirmed)).find(({ eventId }) => eventId === 'e-2');
        await markSighting(
          tx,
          staff,
          confirmed,
          { evidence: item?.id ?? '', cue: 'asks-age', mark: value },
          new Date('2026-11-04T00:00:00Z'),
        );
      });
    await mark('wrong');
    const age = async () => (await report()).cues.find(({ id }) => id === 'asks-age');
    expect(await age()).toMatchObject({ confirmed: 0, dismissed: 1 });
    await mark('right');
    expect(await age()).toMatchObject({ confirmed: 1, dismissed: 0 });
    await expect(
      database.transaction(as, async (tx) => {
        const [item] = await evidenceOf(tx, confirmed);
        await markSighting(
          tx,
          staff,
          confirmed,
          { evidence: item?.id ?? '', cue: 'pay-or-else', mark: 'wrong' },
          new Date(),
        );
      }),
    ).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('tells the later decision about accounts and events', async () => {
    const { accounts, events } = await database.transaction(as, (tx) =>
      humanDecisions(tx, organisationId, { accounts: ['harmful', 'nobody'], eventIds: ['e-3', 'e-9'] }),
    );
    expect([...accounts.keys()]).toEqual(['harmful']);
    expect(accounts.get('harmful')).toMatchObject({
      verdict: 'confirmed',
      reason: 'attempt',
      caseId: confirmed,
    });
    expect([...events.keys()]).toEqual(['e-3']);
    expect(events.get('e-3')).toMatchObject({ verdict: 'dismissed' });
  });

  it('exports texts with what the decisions say of their cues, and records it first', async () => {
    const exported: LabelLine[] = [];
    for await (const line of exportLabels(database, keys, new Date('2026-11-24T00:00:00Z')))
      exported.push(line);
    expect(exported.sort((a, b) => (a.text < b.text ? -1 : 1))).toEqual([
      {
        text: 'Bí mật sinh nhật mẹ nha',
        cues: { 'asks-secrecy': 0 },
        outcome: 'dismissed',
        at: '2026-11-02T08:00:00.000Z',
      },
      {
        text: 'Em mấy tuổi rồi',
        cues: { 'asks-age': 1 },
        outcome: 'confirmed',
        at: '2026-10-02T08:00:00.000Z',
      },
      {
        text: 'Đừng kể với mẹ nhé',
        cues: { 'asks-secrecy': 1 },
        outcome: 'confirmed',
        at: '2026-10-02T08:00:00.000Z',
      },
    ]);
    await database.transaction('system', async (tx) => {
      expect((await verifyAudit(tx, organisationId)).intact).toBe(true);
      const lines = await rows<{ action: string }>(
        tx,
        sql`select action from audit where organisation_id = ${organisationId} order by sequence desc limit 1`,
      );
      expect(lines).toEqual([{ action: 'labels.exported' }]);
    });
  });

  it('a reopened case says nothing until it is closed again', async () => {
    await database.transaction(as, (tx) =>
      reopenCase(tx, staff, dismissed, 'Có tin mới', new Date('2026-11-05T00:00:00Z')),
    );
    const secrecy = async () => (await report()).cues.find(({ id }) => id === 'asks-secrecy');
    expect(await secrecy()).toMatchObject({ confirmed: 1, dismissed: 0 });
    await close(dismissed, { outcome: 'referred', reason: 'needs-care' }, '2026-11-06T00:00:00Z');
    expect(await secrecy()).toMatchObject({ confirmed: 1, dismissed: 0, undecided: 1 });
  });

  it('refuses a reason that does not fit, and changes nothing then', async () => {
    const id = await openWith('other', [], '2026-11-07T00:00:00Z');
    await expect(
      close(id, { outcome: 'confirmed', reason: 'misread' }, '2026-11-08T00:00:00Z'),
    ).rejects.toMatchObject({ code: 'invalid-request', extras: { pointer: '/reason' } });
    const { accounts } = await database.transaction(as, (tx) =>
      humanDecisions(tx, organisationId, { accounts: ['other'] }),
    );
    expect(accounts.size).toBe(0);
  });

  it('labels cannot be changed, and are not seen by another organisation', async () => {
    for (const statement of [sql`update case_label set reason = 'test'`, sql`delete from sighting_mark`]) {
      await expect(database.transaction(as, (tx) => tx.execute(statement))).rejects.toMatchObject({
        cause: { message: expect.stringContaining('permission denied') },
      });
    }
    const seen = await database.transaction({ organisation: randomUUID() }, (tx) =>
      rows<{ n: number }>(tx, sql`select count(*)::int as n from case_label`),
    );
    expect(seen).toEqual([{ n: 0 }]);
  });
});
