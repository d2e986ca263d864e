import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { afterAll, describe, expect, it } from 'vitest';
import { migrationsFolder } from '../../../base/database.ts';

const folder = mkdtempSync(join(tmpdir(), 'keben-migrations-'));
const client = await PGlite.create();
afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true });
});

/** The migrations before the one that made banks, as a server of that time had them. */
function migrationsBeforeBanks(): string {
  cpSync(migrationsFolder, folder, { recursive: true });
  const journal = join(folder, 'meta/_journal.json');
  const kept = JSON.parse(readFileSync(journal, 'utf8')) as { entries: { idx: number }[] };
  writeFileSync(journal, JSON.stringify({ ...kept, entries: kept.entries.filter(({ idx }) => idx < 16) }));
  return folder;
}

describe('a database with lists of known hashes', () => {
  it('has banks that hold the same after it was brought up to date', async () => {
    const database = drizzle(client);
    await migrate(database, { migrationsFolder: migrationsBeforeBanks() });
    const [first, second] = [randomUUID(), randomUUID()];
    const [early, late, theirs] = [randomUUID(), randomUUID(), randomUUID()];
    const list = (id: string, organisation: string, name: string, ai: boolean, at: string) =>
      client.query(
        `insert into hash_list (id, organisation_id, name, source, reason, generative_ai, version, created_at, updated_at)
          values ($1, $2, $3, 'source', 'why', $4, 3, $5, $5)`,
        [id, organisation, name, ai, at],
      );
    await list(late, first, 'late', true, '2026-11-02T00:00:00Z');
    await list(early, first, 'early', false, '2026-11-01T00:00:00Z');
    await list(theirs, second, 'early', false, '2026-11-03T00:00:00Z');
    const hashes = [
      [first, 'md5', 'a'.repeat(32), early, 'own reason'],
      [first, 'pdq', 'b'.repeat(64), early, null],
      [first, 'md5', 'a'.repeat(32), late, null],
      [second, 'sha256', 'c'.repeat(64), theirs, null],
    ];
    for (const hash of hashes)
      await client.query(
        'insert into known_hash (organisation_id, kind, value, list_id, reason) values ($1, $2, $3, $4, $5)',
        hash,
      );

    await migrate(database, { migrationsFolder });

    const held = await client.query(
      `select b.organisation_id as organisation, b.id, b.number, b.name, b.generative_ai as ai, b.action, b.arrives,
          c.status, c.reason, s.kind, s.value, s.live, s.bank_number = b.number as numbered
        from bank_signal s join bank_content c on c.id = s.content_id and c.organisation_id = s.organisation_id
        join hash_bank b on b.id = c.bank_id order by b.created_at, s.kind`,
    );
    const common = { action: 'block', arrives: 'confirmed', status: 'confirmed', live: true, numbered: true };
    const told = (bank: object, hash: (string | null)[]) => ({
      ...common,
      ...bank,
      organisation: hash[0],
      kind: hash[1],
      value: hash[2],
      id: hash[3],
      reason: hash[4],
    });
    const [own, pdq, again, other] = hashes as [string[], string[], string[], string[]];
    expect(held.rows).toEqual([
      told({ number: 1, name: 'early', ai: false }, own),
      told({ number: 1, name: 'early', ai: false }, pdq),
      told({ number: 2, name: 'late', ai: true }, again),
      told({ number: 1, name: 'early', ai: false }, other),
    ]);
    const holding = await client.query('select organisation_id as id, version::int, banks from hash_holding');
    expect(holding.rows).toHaveLength(2);
    expect(holding.rows).toContainEqual({ id: first, version: 1, banks: 2 });
    expect(holding.rows).toContainEqual({ id: second, version: 1, banks: 1 });
  });
});
