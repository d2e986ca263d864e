import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openEmbedded, rows } from './database.ts';

let database: Database;
beforeAll(async () => {
  database = await openEmbedded();
});
afterAll(() => database.close());

/** Tables with an organisation and no policy, and why. */
const open: Record<string, string> = {
  api_key: 'keys are looked up before anybody knows the organisation (ADR 0003)',
  membership: 'sign-in reads it before anybody knows the organisation (ADR 0003)',
  data_key: 'wrapped keys, read as the system (ADR 0003)',
  outbox: 'ids only, delivered as the system',
};

describe('tables', () => {
  it('that belong to organisations have row-level security with a policy for tenants, forwards and backwards', async () => {
    const found = await database.transaction('system', (tx) =>
      rows<{ name: string; guarded: boolean }>(
        tx,
        sql`select c.relname as name, c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid
            and p.polcmd = '*' and pg_get_expr(p.polqual, c.oid) like '%keben.organisation%'
            and pg_get_expr(p.polwithcheck, c.oid) like '%keben.organisation%') as guarded
          from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname like '%organisation_id'
          where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`,
      ),
    );
    expect(found.length).toBeGreaterThan(25);
    const unguarded = [...new Set(found.filter(({ guarded }) => !guarded).map(({ name }) => name))];
    expect(unguarded.filter((name) => !(name in open))).toEqual([]);
  });

  it('that hold history cannot be changed by a tenant', async () => {
    const changeable = await database.transaction('system', (tx) =>
      rows<{ name: string }>(
        tx,
        sql`select name from unnest(array['audit', 'bank_step', 'case_event', 'case_label', 'sighting_mark', 'referral_event', 'rule_event', 'safeguard_event', 'supervision_event']) as name
          where has_table_privilege('keben_app', name, 'UPDATE') or has_table_privilege('keben_app', name, 'DELETE')
            or not has_table_privilege('keben_app', name, 'INSERT')`,
      ),
    );
    expect(changeable).toEqual([]);
  });
});
