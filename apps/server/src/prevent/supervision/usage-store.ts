import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../base/database.ts';

export interface Usage {
  day: string;
  kind: 'app' | 'game';
  name: string;
  minutes: number;
}

/** Writes the minutes of a day so far; told again, the newest count holds. */
export async function saveUsage(
  tx: Tx,
  organisationId: string,
  account: string,
  usage: Usage,
): Promise<void> {
  await tx.execute(
    sql`insert into account_usage (organisation_id, account, day, kind, name, minutes)
      values (${organisationId}, ${account}, ${usage.day}, ${usage.kind}, ${usage.name}, ${usage.minutes})
      on conflict (organisation_id, account, day, kind, name) do update set minutes = excluded.minutes`,
  );
}

/** Minutes by day since a day, newest first. */
export function usageSince(tx: Tx, organisationId: string, account: string, day: string): Promise<Usage[]> {
  return rows<Usage>(
    tx,
    sql`select day::text, kind, name, minutes::int from account_usage
      where organisation_id = ${organisationId} and account = ${account} and day >= ${day}
      order by account_usage.day desc, kind, name`,
  );
}

export async function dropUsageOf(tx: Tx, organisationId: string, account: string): Promise<void> {
  await tx.execute(
    sql`delete from account_usage where organisation_id = ${organisationId} and account = ${account}`,
  );
}

export async function dropUsageBefore(tx: Tx, day: string): Promise<void> {
  await tx.execute(sql`delete from account_usage where day < ${day}`);
}
