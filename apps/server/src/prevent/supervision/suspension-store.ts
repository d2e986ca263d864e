import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../base/database.ts';

export const bases = ['helpline', 'court'] as const;

export interface Suspension {
  id: string;
  /** The platform. */
  organisationId: string;
  account: string;
  /** Null: every supervisor of the account. */
  supervisionId: string | null;
  basis: (typeof bases)[number];
  reference: string;
  placedBy: string;
  placedByUser: string;
  placedAt: Date;
  liftedAt: Date | null;
}

interface Columns extends Omit<Suspension, 'placedAt' | 'liftedAt'> {
  placedAt: Date | string;
  liftedAt: Date | string | null;
}

const columns = sql`p.id::text, p.organisation_id::text as "organisationId", p.account,
  p.supervision_id::text as "supervisionId", p.basis, p.reference, p.placed_by::text as "placedBy",
  p.placed_by_user as "placedByUser", p.placed_at as "placedAt", p.lifted_at as "liftedAt"`;

async function find(tx: Tx, where: ReturnType<typeof sql>): Promise<Suspension[]> {
  const found = await rows<Columns>(
    tx,
    sql`select ${columns} from supervision_suspension p where ${where} order by p.placed_at desc, p.id limit 500`,
  );
  return found.map((row) => ({
    ...row,
    placedAt: new Date(row.placedAt),
    liftedAt: row.liftedAt === null ? null : new Date(row.liftedAt),
  }));
}

export async function insertSuspension(
  tx: Tx,
  row: Omit<Suspension, 'placedAt' | 'liftedAt'>,
  at: Date,
): Promise<void> {
  await tx.execute(
    sql`insert into supervision_suspension
        (id, organisation_id, account, supervision_id, basis, reference, placed_by, placed_by_user, placed_at)
      values (${row.id}, ${row.organisationId}, ${row.account}, ${row.supervisionId}, ${row.basis}, ${row.reference},
        ${row.placedBy}, ${row.placedByUser}, ${at.toISOString()})`,
  );
}

/** Lifts a suspension that this organisation placed and that still stands. */
export async function liftStored(
  tx: Tx,
  id: string,
  placedBy: string,
  user: string,
  at: Date,
): Promise<Suspension | undefined> {
  const [row] = await find(tx, sql`p.id = ${id} and p.placed_by = ${placedBy} and p.lifted_at is null`);
  if (!row) return undefined;
  await tx.execute(
    sql`update supervision_suspension set lifted_at = ${at.toISOString()}, lifted_by_user = ${user} where id = ${id}`,
  );
  return row;
}

/** Suspensions that stand on an account. */
export function standingOn(tx: Tx, organisationId: string, account: string): Promise<Suspension[]> {
  return find(
    tx,
    sql`p.organisation_id = ${organisationId} and p.account = ${account} and p.lifted_at is null`,
  );
}

/** Suspensions that an organisation placed, newest first. */
export function placedBy(tx: Tx, organisationId: string): Promise<Suspension[]> {
  return find(tx, sql`p.placed_by = ${organisationId}`);
}

/**
 * True when somebody with this family key may not redeem a code of this account: a suspension stands on a supervision
 * that the key opens (anywhere), on the whole account, or on another supervisor of the account whose new key this might
 * be. Scope `system`.
 */
export async function isKeptOut(
  tx: Tx,
  { organisationId, account }: { organisationId: string; account: string },
  family: Uint8Array,
): Promise<boolean> {
  const [row] = await rows<{ out: boolean }>(
    tx,
    sql`select
      exists (select 1 from supervision_suspension p join supervision s on s.organisation_id = p.organisation_id
        and s.account = p.account and (p.supervision_id is null or p.supervision_id = s.id)
        where p.lifted_at is null and s.family = ${family})
      or exists (select 1 from supervision_suspension p where p.lifted_at is null
        and p.organisation_id = ${organisationId} and p.account = ${account}
        and (p.supervision_id is null or not exists (select 1 from supervision s
          where s.organisation_id = p.organisation_id and s.account = p.account and s.family = ${family}))) as out`,
  );
  return row?.out ?? true;
}

/** Removes suspensions that were lifted before a time. */
export async function dropLifted(tx: Tx, before: Date): Promise<void> {
  await tx.execute(sql`delete from supervision_suspension where lifted_at < ${before.toISOString()}`);
}
