import { randomUUID } from 'node:crypto';
import { emptyFacts } from '@keben/cues/rules';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Staff } from '../../base/auth.ts';
import { type Database, openEmbedded, rows } from '../../base/database.ts';
import { decideAssessment, decideMessage, loadDetectionPolicy } from '../policy.ts';
import { createDraft } from './draft-rules.ts';
import { moveVersion } from './move-rules.ts';
import { createRuleBook } from './rule-book.ts';
import type { OrganisationRule } from './rule-set.ts';

const files = loadDetectionPolicy();
const now = new Date('2026-11-24T08:00:00Z');
const reason = { vi: 'Vì sao', en: 'Why' };
const rules: OrganisationRule[] = [
  { id: 'open-case-at-high-risk', on: 'assessment', when: 'level >= 1', actions: ['open-case'], reason },
  { id: 'unsure', on: 'message', when: 'level != 2 || 10 / (level - 2) > 1', decision: 'block', reason },
];
const staffOf = (organisationId: string): Staff => ({
  userId: 'u',
  name: 'Người phụ trách',
  email: 'lead@example.test',
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

async function publish(organisationId: string): Promise<void> {
  const staff = staffOf(organisationId);
  await database.transaction({ organisation: organisationId }, async (tx) => {
    await createDraft(tx, files, staff, { name: 'n', reason: 'r', rules, basedOn: 0 }, now);
    await moveVersion(tx, files, staff, { number: 1, step: 'shadow', reason: 'r' }, now);
    await moveVersion(tx, files, staff, { number: 1, step: 'publish', reason: 'r' }, now);
  });
}

describe('the rule book', () => {
  it('keeps organisations apart, and the database does too', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await publish(one);
    const book = createRuleBook(files, () => undefined);
    const choose = await database.transaction('system', (tx) => book.open(tx, [one, other]));
    expect(choose(one, 'u-1').policy.version).toMatch(/\+r1\./);
    expect(choose(other, 'u-1').policy.version).toBe(files.version);
    const seen = await database.transaction({ organisation: other }, (tx) =>
      rows<{ n: number }>(
        tx,
        sql`select (select count(*) from rule_version) + (select count(*) from rule_event)
          + (select count(*) from rule_shadow) + (select count(*) from rule_backtest) as n`,
      ),
    );
    expect(Number(seen[0]?.n)).toBe(0);
  });

  it('leaves out a stored rule that this release no longer understands, and reports it', async () => {
    const organisationId = randomUUID();
    await publish(organisationId);
    await database.transaction('system', (tx) =>
      tx.execute(
        sql`update rule_version set rules = replace(rules::text, 'level >= 1', 'gone_variable >= 1')::json, hash = 'changed'
          where organisation_id = ${organisationId}`,
      ),
    );
    const faults: string[] = [];
    const book = createRuleBook(files, ({ detail }) => void faults.push(detail));
    const choose = await database.transaction('system', (tx) => book.open(tx, [organisationId]));
    const { policy } = choose(organisationId, 'u-1');
    expect(faults).toEqual([
      expect.stringMatching(/open-case-at-high-risk, line 1, column 1: .*gone_variable/),
    ]);
    // The file's rule of the same id holds instead.
    expect(decideAssessment(policy, { ...emptyFacts(), level: 1 }).actions).toEqual([]);
    expect(decideAssessment(policy, { ...emptyFacts(), level: 3 }).actions).toEqual(['open-case']);
    expect(decideMessage(policy, { ...emptyFacts(), level: 1 }).rules).toEqual(['unsure']);
  });

  it('a rule that cannot answer warns, never more, and is named', async () => {
    const organisationId = randomUUID();
    await publish(organisationId);
    const book = createRuleBook(files, () => undefined);
    const choose = await database.transaction('system', (tx) => book.open(tx, [organisationId]));
    const { policy } = choose(organisationId, 'u-1');
    expect(decideMessage(policy, { ...emptyFacts(), level: 1 })).toEqual({
      decision: 'block',
      rules: ['unsure'],
    });
    expect(decideMessage(policy, { ...emptyFacts(), level: 2 })).toEqual({
      decision: 'warn',
      rules: ['failed:unsure'],
    });
  });
});
