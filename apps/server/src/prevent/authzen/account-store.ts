import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../base/database.ts';

/** Ids of up to `count` stored accounts after `after`, in the order of the primary key. */
export async function accountsAfter(
  tx: Tx,
  organisationId: string,
  after: string,
  count: number,
): Promise<string[]> {
  const found = await rows<{ id: string }>(
    tx,
    sql`select id from protected_account where organisation_id = ${organisationId} and id > ${after}
      order by id limit ${count}`,
  );
  return found.map(({ id }) => id);
}
