import { and, desc, eq, sql } from 'drizzle-orm';
import { preparedRows, rows, type Tx } from '../../base/database.ts';
import { safeguardEvent, safeguardVersion } from '../schema.ts';

export type VersionRow = typeof safeguardVersion.$inferSelect;
export type EventRow = typeof safeguardEvent.$inferSelect;

/** Steps on one organisation's policies take turns, so that two people cannot each publish beside the other. */
export async function lockVersions(tx: Tx, organisationId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(7231007, hashtext(${organisationId}))`);
}

export async function insertVersion(tx: Tx, fresh: Omit<VersionRow, 'number'>): Promise<VersionRow> {
  const [last] = await rows<{ n: number }>(
    tx,
    sql`select coalesce(max(number), 0)::int as n from safeguard_version where organisation_id = ${fresh.organisationId}`,
  );
  const [row] = await tx
    .insert(safeguardVersion)
    .values({ ...fresh, number: (last?.n ?? 0) + 1 })
    .returning();
  if (!row) throw new Error('the version was not stored');
  return row;
}

export async function versionOf(
  tx: Tx,
  organisationId: string,
  number: number,
): Promise<VersionRow | undefined> {
  const [row] = await tx
    .select()
    .from(safeguardVersion)
    .where(and(eq(safeguardVersion.organisationId, organisationId), eq(safeguardVersion.number, number)));
  return row;
}

export async function publishedVersion(tx: Tx, organisationId: string): Promise<VersionRow | undefined> {
  const [row] = await tx
    .select()
    .from(safeguardVersion)
    .where(and(eq(safeguardVersion.organisationId, organisationId), sql`state = 'published'`));
  return row;
}

/** The version in force by name alone: asked with every read of questions, so it is one row of a small index. */
export async function standingVersion(
  tx: Tx,
  organisationId: string,
): Promise<{ number: number; hash: string } | undefined> {
  const [row] = await preparedRows<{ number: number; hash: string }>(
    tx,
    'standing version',
    sql`select number, hash from safeguard_version where organisation_id = ${organisationId} and state = 'published'`,
  );
  return row;
}

/** Newest first, without the texts. */
export async function listVersions(tx: Tx, organisationId: string): Promise<VersionRow[]> {
  return tx
    .select()
    .from(safeguardVersion)
    .where(eq(safeguardVersion.organisationId, organisationId))
    .orderBy(desc(safeguardVersion.number))
    .limit(200);
}

export async function updateVersion(
  tx: Tx,
  row: Pick<VersionRow, 'organisationId' | 'number'>,
  changes: Partial<
    Pick<VersionRow, 'name' | 'state' | 'policies' | 'hash' | 'checkedWith' | 'hands' | 'wasInForce'>
  > & { updatedAt: Date },
): Promise<VersionRow> {
  const [updated] = await tx
    .update(safeguardVersion)
    .set(changes)
    .where(
      and(eq(safeguardVersion.organisationId, row.organisationId), eq(safeguardVersion.number, row.number)),
    )
    .returning();
  if (!updated) throw new Error(`version ${row.number} vanished`);
  return updated;
}

export async function insertEvent(tx: Tx, event: Omit<EventRow, 'id'>): Promise<void> {
  await tx.insert(safeguardEvent).values(event);
}

/** What happened to one version, or to all, newest first. */
export async function listEvents(tx: Tx, organisationId: string, version?: number): Promise<EventRow[]> {
  return tx
    .select()
    .from(safeguardEvent)
    .where(
      and(
        eq(safeguardEvent.organisationId, organisationId),
        version === undefined ? undefined : eq(safeguardEvent.version, version),
      ),
    )
    .orderBy(desc(safeguardEvent.id))
    .limit(200);
}
