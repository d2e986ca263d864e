import { sql } from 'drizzle-orm';
import { column, preparedRows, rows, type Tx } from '../base/database.ts';
import { type AgeColumns, ageColumns, ageOf } from './age-store.ts';
import type { StoredAccount, StoredRelation } from './facts.ts';
import type { Choices } from './settings.ts';

/**
 * Forgets an account: age, claims, choices, contacts and blocks. That it went, and when, is kept for a while, so that
 * an event from before that comes late does not bring it back.
 */
export async function deleteAccounts(
  tx: Tx,
  gone: { organisationId: string; id: string; at: Date }[],
): Promise<void> {
  for (const { organisationId, id, at } of gone) {
    await tx.execute(
      sql`insert into forgotten_account (organisation_id, id, at) values (${organisationId}, ${id}, ${at.toISOString()})
        on conflict (organisation_id, id) do update set at = greatest(forgotten_account.at, excluded.at)`,
    );
    const mine = sql`organisation_id = ${organisationId}`;
    await tx.execute(sql`delete from protected_account where ${mine} and id = ${id}`);
    await tx.execute(sql`delete from age_claim where ${mine} and account = ${id}`);
    await tx.execute(sql`delete from account_choice where ${mine} and account = ${id}`);
    await tx.execute(sql`delete from connection where ${mine} and (low = ${id} or high = ${id})`);
    await tx.execute(sql`delete from block where ${mine} and ("by" = ${id} or target = ${id})`);
  }
}

export interface Pair {
  organisationId: string;
  one: string;
  other: string;
  at: Date;
}

const ordered = (one: string, other: string): [string, string] => (one < other ? [one, other] : [other, one]);

/**
 * Makes contacts of pairs; an acceptance ends a block between the two. One from before a block that stands, which comes
 * late, does neither.
 */
export async function connect(tx: Tx, pairs: Pair[]): Promise<void> {
  if (pairs.length === 0) return;
  const both = pairs.map(({ one, other }) => ordered(one, other));
  const organisations = column(pairs.map((p) => p.organisationId));
  const low = column(both.map(([first]) => first));
  const high = column(both.map(([, second]) => second));
  const given = sql`unnest(${organisations}::uuid[], ${low}::text[], ${high}::text[],
    ${column(pairs.map((p) => p.at.toISOString()))}::timestamptz[]) as p(o, l, h, at)`;
  const between = sql`b.organisation_id = p.o
    and ((b."by" = p.l and b.target = p.h) or (b."by" = p.h and b.target = p.l))`;
  await tx.execute(
    sql`insert into connection (organisation_id, low, high, since)
      select p.o, p.l, p.h, p.at from ${given}
        where not exists (select 1 from block b where ${between} and b.since > p.at)
      on conflict do nothing`,
  );
  await tx.execute(sql`delete from block b using ${given} where ${between} and b.since <= p.at`);
}

export async function disconnect(tx: Tx, { organisationId, one, other }: Omit<Pair, 'at'>): Promise<void> {
  const [low, high] = ordered(one, other);
  await tx.execute(
    sql`delete from connection where organisation_id = ${organisationId} and low = ${low} and high = ${high}`,
  );
}

/** Takes back one side's block, unless it blocked again since; what the other side blocked stays. */
export async function removeBlock(tx: Tx, { organisationId, one, other, at }: Pair): Promise<void> {
  await tx.execute(
    sql`delete from block where organisation_id = ${organisationId} and "by" = ${one} and target = ${other}
      and since <= ${at.toISOString()}`,
  );
}

export async function addBlock(tx: Tx, { organisationId, one, other, at }: Pair): Promise<void> {
  await tx.execute(
    sql`insert into block (organisation_id, "by", target, since)
      values (${organisationId}, ${one}, ${other}, ${at.toISOString()})
      on conflict (organisation_id, "by", target) do update set since = greatest(block.since, excluded.since)`,
  );
}

/** What bears on decisions, of the accounts that are known. */
export async function accountsForDecisions(
  tx: Tx,
  organisationId: string,
  ids: string[],
): Promise<Map<string, StoredAccount>> {
  const found = await preparedRows<
    AgeColumns & {
      id: string;
      parent: Choices | null;
      self: Choices | null;
      parent_publishes: boolean | null;
      self_publishes: boolean | null;
    }
  >(
    tx,
    'accounts for decisions',
    sql`select coalesce(a.id, c.account) as id, ${ageColumns}, c.parent, c.self, c.parent_publishes, c.self_publishes
      from (select * from protected_account
          where organisation_id = ${organisationId} and id = any(${column(ids)}::text[])) a
        full join (select * from account_choice
          where organisation_id = ${organisationId} and account = any(${column(ids)}::text[])) c on c.account = a.id`,
  );
  return new Map(
    found.map((row) => {
      const age = ageOf(row);
      return [
        row.id,
        {
          ...(age ? { age } : {}),
          parent: row.parent ?? {},
          self: row.self ?? {},
          parentPublishes: row.parent_publishes ?? false,
          selfPublishes: row.self_publishes ?? false,
        },
      ];
    }),
  );
}

/** How pairs stand to one another, in the order asked. */
export async function relationsOf(
  tx: Tx,
  organisationId: string,
  pairs: [one: string, other: string][],
): Promise<StoredRelation[]> {
  if (pairs.length === 0) return [];
  const both = pairs.map(([one, other]) => ordered(one, other));
  const found = await preparedRows<{ since: Date | string | null; blocked: boolean }>(
    tx,
    'relations of pairs',
    sql`select
        (select c.since from connection c
          where c.organisation_id = ${organisationId} and c.low = p.low and c.high = p.high) as since,
        exists (select 1 from block b
          where b.organisation_id = ${organisationId} and b."by" = p.low and b.target = p.high)
          or exists (select 1 from block b
          where b.organisation_id = ${organisationId} and b."by" = p.high and b.target = p.low) as blocked
      from unnest(${column(both.map(([low]) => low))}::text[], ${column(both.map(([, high]) => high))}::text[])
        with ordinality as p(low, high, n) order by n`,
  );
  return found.map(({ since, blocked }) => ({
    connected: since !== null,
    blocked,
    ...(since === null ? {} : { since: new Date(since) }),
  }));
}

/**
 * Writes choices; the change gets the next number of the settings sequence. Changes of one organisation wait for one
 * another, so that numbers appear in order and a reader who follows them misses none.
 */
export async function saveChoices(
  tx: Tx,
  organisationId: string,
  account: string,
  choices: { self: Choices; parent: Choices; selfPublishes: boolean; parentPublishes: boolean },
  at: Date,
): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtext('settings_sequence'), hashtext(${organisationId}))`,
  );
  await tx.execute(
    sql`insert into account_choice
        (organisation_id, account, self, parent, self_publishes, parent_publishes, sequence, updated_at)
      values (${organisationId}, ${account}, ${JSON.stringify(choices.self)}::text::jsonb,
        ${JSON.stringify(choices.parent)}::text::jsonb, ${choices.selfPublishes}, ${choices.parentPublishes},
        nextval('settings_sequence'), ${at.toISOString()})
      on conflict (organisation_id, account) do update set self = excluded.self, parent = excluded.parent,
        self_publishes = excluded.self_publishes, parent_publishes = excluded.parent_publishes,
        sequence = excluded.sequence, updated_at = excluded.updated_at`,
  );
}

/** Makes two changes of one account's choices wait for one another until the transaction ends. */
export async function lockChoices(tx: Tx, organisationId: string, account: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtext(${organisationId}), hashtext(${`choices ${account}`}))`,
  );
}

/** Accounts whose choices changed after a number of the settings sequence; an account stands at its newest change. */
export async function changesAfter(
  tx: Tx,
  organisationId: string,
  after: number,
  limit: number,
): Promise<{ account: string; sequence: number }[]> {
  const found = await rows<{ account: string; sequence: string }>(
    tx,
    sql`select account, sequence::text from account_choice
      where organisation_id = ${organisationId} and account_choice.sequence > ${after}
      order by account_choice.sequence limit ${limit}`,
  );
  return found.map(({ account, sequence }) => ({ account, sequence: Number(sequence) }));
}

/** Number of the newest change of choices; 0 before the first. */
export async function lastChange(tx: Tx, organisationId: string): Promise<number> {
  const [found] = await rows<{ sequence: string }>(
    tx,
    sql`select coalesce(max(sequence), 0)::text as sequence from account_choice
      where organisation_id = ${organisationId}`,
  );
  return Number(found?.sequence ?? 0);
}
