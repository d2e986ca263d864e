import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../base/audit.ts';
import type { Staff } from '../../base/auth.ts';
import { type Database, openEmbedded, rows, type Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { Answer } from '../decide-access.ts';
import { loadSafeguards, type Safeguards, safeguardsFolder } from '../safeguards.ts';
import { matrix } from './matrix.ts';
import type { OwnPolicy } from './own-policies.ts';
import { hashOf } from './own-policies.ts';
import { createPolicyBook } from './policy-book.ts';
import { dropSamples, lastSamples } from './sample-store.ts';
import { createSampler } from './sampler.ts';
import { backToFiles, createDraft, moveVersion, saveDraft } from './version-steps.ts';

const files = loadSafeguards();
const schema = readFileSync(join(safeguardsFolder, 'schema.cedarschema'), 'utf8');
const now = new Date('2026-11-25T08:00:00Z');
const policies: OwnPolicy[] = [
  {
    id: 'no-comments-at-all',
    file: 'contact.cedar',
    text: `@id("no-comments-at-all")
@reason_vi("Không ai bình luận.")
@reason_en("Nobody comments.")
forbid (principal, action == Action::"comment", resource);`,
  },
];
const hash = hashOf(policies);
const staffOf = (organisationId: string, userId: string): Staff => ({
  userId,
  name: userId,
  email: `${userId}@example.test`,
  role: 'lead',
  organisationId,
  organisationKind: 'platform',
  organisationName: { vi: 'Nền tảng thử', en: 'Test platform' },
});

let database: Database;
beforeAll(async () => {
  database = await openEmbedded();
});
afterAll(() => database.close());

const within = <T>(organisationId: string, work: (tx: Tx) => Promise<T>) =>
  database.transaction({ organisation: organisationId }, work);

async function publish(organisationId: string): Promise<void> {
  const [one, other] = [staffOf(organisationId, 'an'), staffOf(organisationId, 'ha')];
  await within(organisationId, async (tx) => {
    const { number } = await createDraft(
      tx,
      files,
      one,
      { name: 'n', reason: 'r', policies, basedOn: 0 },
      now,
    );
    await moveVersion(tx, files, one, { number, step: 'propose', reason: 'r', hash }, now);
    await moveVersion(tx, files, other, { number, step: 'publish', reason: 'r', hash, against: 0 }, now);
  });
}

const situation = matrix.find(({ id }) => id === 'comment adult>16-17 contacts')?.situation;
const decides = (held: Safeguards) => situation && held.judge(situation).decision;

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof AppError)) throw new Error('nothing was refused', { cause: error });
  return error.code;
}

describe('versions of policies', () => {
  it('take a second person, who did not write or propose them', async () => {
    const organisationId = randomUUID();
    const [an, ha, mai] = ['an', 'ha', 'mai'].map((id) => staffOf(organisationId, id)) as [
      Staff,
      Staff,
      Staff,
    ];
    await within(organisationId, async (tx) => {
      await createDraft(tx, files, an, { name: 'n', reason: 'r', policies: [], basedOn: 0 }, now);
      await saveDraft(tx, files, ha, 1, { name: 'n', reason: 'r', policies, hash: hashOf([]) }, now);
    });
    const move = (staff: Staff, step: 'propose' | 'publish' | 'withdraw' | 'refuse', seen = hash) =>
      within(organisationId, (tx) =>
        moveVersion(tx, files, staff, { number: 1, step, reason: 'r', hash: seen }, now),
      );
    expect(await refusal(move(mai, 'publish'))).toBe('state-conflict');
    expect(await refusal(move(mai, 'propose', hashOf([])))).toBe('state-conflict');
    await move(an, 'propose');
    for (const writer of [an, ha])
      expect(await refusal(move(writer, 'publish'))).toBe('second-person-needed');
    expect((await move(mai, 'publish')).state).toBe('published');

    // Rolling back is publishing again, also by two people; who wrote it may be the second of them.
    await within(organisationId, (tx) => backToFiles(tx, files, an, 'r', now));
    await move(ha, 'propose');
    expect(await refusal(move(ha, 'publish'))).toBe('second-person-needed');
    expect((await move(an, 'publish')).state).toBe('published');

    const steps = await within(organisationId, (tx) =>
      rows<{ action: string; data: unknown }>(
        tx,
        sql`select action, data from audit where organisation_id = ${organisationId} order by sequence`,
      ),
    );
    expect(steps.map(({ action }) => action)).toEqual([
      'safeguards.draft',
      'safeguards.edit',
      'safeguards.propose',
      'safeguards.publish',
      'safeguards.back-to-files',
      'safeguards.propose',
      'safeguards.publish',
    ]);
    expect(steps[3]?.data).toContain('added no-comments-at-all');
    expect(await database.transaction('system', (tx) => verifyAudit(tx, organisationId))).toMatchObject({
      intact: true,
    });
  });

  it('are not published when another came into force since the comparison', async () => {
    const organisationId = randomUUID();
    await publish(organisationId);
    const [an, ha] = [staffOf(organisationId, 'an'), staffOf(organisationId, 'ha')];
    const done = within(organisationId, async (tx) => {
      const { number } = await createDraft(
        tx,
        files,
        an,
        { name: 'n', reason: 'r', policies, basedOn: 1 },
        now,
      );
      await moveVersion(tx, files, an, { number, step: 'propose', reason: 'r', hash }, now);
      await moveVersion(tx, files, ha, { number, step: 'publish', reason: 'r', hash, against: 0 }, now);
    });
    expect(await refusal(done)).toBe('state-conflict');
  });
});

describe('the policy book', () => {
  it('serves what is published to that organisation alone, at once', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const book = createPolicyBook(files, schema, () => undefined);
    const held = (organisationId: string) => within(organisationId, (tx) => book(tx, organisationId));
    expect(decides(await held(one))).toBe('allow');
    await publish(one);
    expect(decides(await held(one))).toBe('deny');
    expect(decides(await held(other))).toBe('allow');
    await within(one, (tx) => backToFiles(tx, files, staffOf(one, 'an'), 'r', now));
    expect(await held(one)).toBe(files);
  });

  it.each([
    [
      'no longer compiles',
      `replace(policies::text, 'Action::\\"comment\\"', 'Action::\\"gone\\"')`,
      /unrecognized action/,
    ],
    [
      'is below the floor of this release',
      `'[{"id":"blocked-stays-blocked","off":true}]'`,
      /weakens "Blocked stays blocked"/,
    ],
  ])('falls back to the files when a version %s, and tells it once', async (_, changed, detail) => {
    const organisationId = randomUUID();
    await publish(organisationId);
    await database.transaction('system', (tx) =>
      tx.execute(
        sql`update safeguard_version set policies = ${sql.raw(changed)}::json, hash = 'changed', checked_with = 'earlier'
          where organisation_id = ${organisationId}`,
      ),
    );
    const faults: string[] = [];
    const book = createPolicyBook(files, schema, (fault) => void faults.push(fault.detail));
    const held = () => within(organisationId, (tx) => book(tx, organisationId));
    expect(await held()).toBe(files);
    expect(await held()).toBe(files);
    expect(faults).toEqual([expect.stringMatching(detail)]);
    expect(book.faultOf(organisationId, 1, 'changed')).toMatch(detail);
  });
});

describe('facts of requests', () => {
  const judged = (id: string): Answer => {
    const row = matrix.find((one) => one.id === id);
    if (!row) throw new Error(id);
    return { situation: row.situation, verdict: files.judge(row.situation) };
  };

  it('are counted by the hour, for two processes together, and tell the last N', async () => {
    const organisationId = randomUUID();
    let at = new Date('2026-11-25T08:10:00Z');
    const make = () =>
      createSampler({ database, now: () => at, report: (cause) => expect.fail(String(cause)) });
    const [one, other] = [make(), make()];
    const often = judged('comment adult>16-17 contacts');
    const rare = judged('message.send adult>13-15 strangers');
    one.observe(organisationId, [often, often, rare, new AppError('invalid-request', 'no such action')]);
    other.observe(organisationId, [often]);
    await Promise.all([one.flush(), other.flush()]);
    at = new Date('2026-11-25T09:10:00Z');
    one.observe(organisationId, [rare, rare]);
    await one.close();
    await other.close();
    const since = new Date('2026-11-20T00:00:00Z');
    const last = (requests: number) =>
      within(organisationId, (tx) => lastSamples(tx, organisationId, { requests, limit: 100, since }));
    expect(await last(2)).toMatchObject({ total: 2, from: new Date('2026-11-25T09:00:00Z') });
    const all = await last(100);
    expect(all).toMatchObject({ total: 6, from: new Date('2026-11-25T08:00:00Z') });
    expect(all.samples.map(({ facts, count }) => [facts.action, count]).sort()).toEqual([
      ['comment', 3],
      ['message.send', 3],
    ]);
    // Another organisation sees none of it.
    const stranger = randomUUID();
    expect(
      await within(stranger, (tx) => lastSamples(tx, organisationId, { requests: 9, limit: 9, since })),
    ).toMatchObject({ total: 0, samples: [] });
    await database.transaction('system', (tx) => dropSamples(tx, new Date('2026-12-02T08:30:00Z')));
    expect(await last(100)).toMatchObject({ total: 2 });
    await database.transaction('system', (tx) => dropSamples(tx, new Date('2026-12-03T08:30:00Z')));
    const [left] = await database.transaction('system', (tx) =>
      rows<{ n: number }>(
        tx,
        sql`select count(*)::int as n from situation_facts where organisation_id = ${organisationId}`,
      ),
    );
    expect(left?.n).toBe(0);
  });
});
