import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { openEmbedded, rows } from '../../base/database.ts';
import type { Entry } from '../../base/event-log.ts';
import type { AgeBand } from '../../base/vocabulary.ts';
import { type KnownAge, readAge } from '../age.ts';
import { storedOf } from '../choose-setting.ts';
import { entryOf } from '../entry-stage.ts';
import { recordAccounts } from '../record-accounts.ts';
import { type ClaimRow, listClaims } from './claim-store.ts';
import { decideAgeClaim } from './decide-claim.ts';

export const NOW = new Date('2026-11-25T08:00:00Z');
export const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;
export const later = (ms: number) => new Date(NOW.getTime() + ms);
export const dateOf = (time: Date) => time.toISOString().slice(0, 10);

export const organisation = randomUUID();
export const stranger = randomUUID();

/** Two platforms, and ages told and decided there, on an embedded database: for tests. */
export async function openAgesStage() {
  const database = await openEmbedded();
  await database.transaction('system', async (tx) => {
    for (const [id, name] of [
      [organisation, 'Sân Chơi'],
      [stranger, 'Sân Khác'],
    ])
      await tx.execute(sql`insert into organisation (id, kind, name_vi, name_en, created_at)
        values (${id}, 'platform', ${name}, ${name}, ${NOW.toISOString()})`);
  });

  const entry = (type: string, data: unknown, time = NOW): Entry => entryOf(organisation, type, data, time);
  const told = (id: string, ageBand: AgeBand, more: object = {}, time = NOW): Entry =>
    entry('account.updated', { account: { id, ageBand, ...more } }, time);
  const friends = (one: string, other: string): Entry =>
    entry('contact.accepted', {
      from: { id: one, ageBand: 'unknown' },
      to: { id: other, ageBand: 'unknown' },
    });
  const run = (entries: Entry[], now = NOW) =>
    database.transaction('system', (tx) => recordAccounts(tx, entries, now));
  const ageOf = (id: string): Promise<KnownAge | undefined> =>
    database.transaction({ organisation }, async (tx) => (await storedOf(tx, organisation, id)).age);
  const claimsOf = (account: string, states: Parameters<typeof listClaims>[2]['states'] = ['open']) =>
    database.transaction({ organisation }, (tx) =>
      listClaims(tx, organisation, { states, limit: 50, account }),
    );
  const readOf = async (id: string, now = NOW) => readAge(await ageOf(id), dateOf(now));
  const decide = (claim: ClaimRow | undefined, outcome: 'confirm' | 'refuse', now = NOW) =>
    database.transaction({ organisation }, (tx) =>
      decideAgeClaim(
        tx,
        {
          organisationId: organisation,
          claim: claim?.claim ?? '',
          outcome,
          by: { id: 'mod-1', name: 'Mai' },
          note: 'Đã xem giấy tờ',
        },
        now,
      ),
    );

  const claimsOfTx = (tx: Parameters<typeof listClaims>[0], account: string) =>
    listClaims(tx, organisation, { states: ['open'], limit: 10, account });

  const decideUnknown = () =>
    database.transaction({ organisation }, (tx) =>
      decideAgeClaim(
        tx,
        {
          organisationId: organisation,
          claim: randomUUID(),
          outcome: 'refuse',
          by: { id: 'mod-1', name: 'Mai' },
          note: 'x',
        },
        NOW,
      ),
    );

  async function waiting(): Promise<number> {
    const [row] = await database.transaction('system', (tx) =>
      rows<{ n: number }>(tx, sql`select count(*)::int as n from outbox where topic = 'age.claimed'`),
    );
    return row?.n ?? 0;
  }

  async function lastChange(): Promise<number> {
    const [row] = await database.transaction('system', (tx) =>
      rows<{ n: string }>(tx, sql`select coalesce(max(sequence), 0)::text as n from account_choice`),
    );
    return Number(row?.n ?? 0);
  }

  async function stored(id: string): Promise<Record<string, unknown> | undefined> {
    const [row] = await database.transaction('system', (tx) =>
      rows<Record<string, unknown>>(
        tx,
        sql`select age_band, leaves_band_on::text from protected_account where organisation_id = ${organisation} and id = ${id}`,
      ),
    );
    return row;
  }

  /** Rows that name an account, by table, over every table of the database. */
  async function traces(id: string): Promise<Record<string, number>> {
    return database.transaction('system', async (tx) => {
      const found: Record<string, number> = {};
      const tables = await rows<{ name: string }>(
        tx,
        sql`select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
      );
      for (const { name } of tables) {
        const [row] = await rows<{ n: number }>(
          tx,
          sql`select count(*)::int as n from ${sql.identifier(name)} t where t::text ~ ${`\\m${id}\\M`}`,
        );
        if (row && row.n > 0) found[name] = row.n;
      }
      return found;
    });
  }

  return {
    database,
    entry,
    told,
    friends,
    run,
    ageOf,
    claimsOf,
    readOf,
    decide,
    claimsOfTx,
    decideUnknown,
    waiting,
    lastChange,
    stored,
    traces,
  };
}
