import { sql } from 'drizzle-orm';
import { column, preparedRows, type Tx } from '../../../base/database.ts';
import type { BankRow } from './bank.ts';
import type { ContentRow } from './content-store.ts';

/** What says whether a content that was found counts, and as what. */
export type KnownContent = Pick<
  ContentRow,
  'id' | 'bankId' | 'status' | 'source' | 'reason' | 'disabledUntil' | 'expiresAt'
>;
export type KnownBank = Pick<BankRow, 'id' | 'name' | 'source' | 'reason' | 'generativeAi' | 'action'>;
/** By the id of the content. */
export type Known = Map<number, { content: KnownContent; bank: KnownBank }>;

/**
 * Contents with their banks, thousands of times a second: prepared, a parameter for all ids, without a join. `banks`: numbers
 * of the banks that hold the contents. Starts both statements at once, for `Database.read`.
 */
export async function knownByIds(
  tx: Tx,
  organisationId: string,
  { ids, banks }: { ids: number[]; banks: number[] },
): Promise<Known> {
  type RawContent = Omit<KnownContent, 'id' | 'disabledUntil' | 'expiresAt'> & {
    id: string;
    disabled: number | null;
    expires: number | null;
  };
  const [contents, inBanks] = await Promise.all([
    preparedRows<RawContent>(
      tx,
      'known-contents',
      sql`select id::text, bank_id as "bankId", status, source, reason,
          (extract(epoch from disabled_until) * 1000)::float8 as disabled,
          (extract(epoch from expires_at) * 1000)::float8 as expires
        from bank_content where organisation_id = ${organisationId} and id = any(${column(ids)}::bigint[])`,
    ),
    preparedRows<KnownBank>(
      tx,
      'known-banks',
      sql`select id, name, source, reason, generative_ai as "generativeAi", action
        from hash_bank where organisation_id = ${organisationId} and number = any(${column(banks)}::smallint[])`,
    ),
  ]);
  const byId = new Map(inBanks.map((bank) => [bank.id, bank]));
  const known: Known = new Map();
  for (const { id, disabled, expires, ...row } of contents) {
    // The two statements see two moments: a bank that is gone in the second took its contents along.
    const bank = byId.get(row.bankId);
    if (!bank) continue;
    const content = { ...row, id: Number(id), disabledUntil: moment(disabled), expiresAt: moment(expires) };
    known.set(content.id, { content, bank });
  }
  return known;
}

function moment(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
