import { sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../../../base/database.ts';
import type { SignalKind } from '../banks/index.ts';

/** Live signals of kinds, and the version and time of an organisation's last change. */
export async function countSignals(
  tx: Tx,
  organisationId: string,
  kinds: SignalKind[],
): Promise<Map<SignalKind, number>> {
  const found = await rows<{ kind: SignalKind; n: number }>(
    tx,
    sql`select kind, count(*)::int as n from bank_signal
      where organisation_id = ${organisationId} and kind = any(${column(kinds)}::text[]) and live group by 1`,
  );
  return new Map(found.map(({ kind, n }) => [kind, n]));
}

/** Version and moment of the last change of an organisation's banks; undefined when it never had any. */
export async function lastChange(
  tx: Tx,
  organisationId: string,
): Promise<{ version: number; at: number } | undefined> {
  const [row] = await rows<{ version: string; at: number }>(
    tx,
    sql`select version::text, floor(extract(epoch from updated_at))::int as at from hash_holding
      where organisation_id = ${organisationId}`,
  );
  return row && { version: Number(row.version), at: row.at };
}
