import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../base/database.ts';

/** A parent's session lasts this long after the last page. */
export const SESSION_MINUTES = 30;

const until = (now: Date) => new Date(now.getTime() + SESSION_MINUTES * 60_000).toISOString();

export async function insertSession(tx: Tx, hash: Uint8Array, family: Uint8Array, now: Date): Promise<void> {
  await tx.execute(
    sql`insert into family_session (hash, family, expires_at) values (${hash}, ${family}, ${until(now)})`,
  );
}

/** The family of a session that still runs; it runs on from now. */
export async function familyOfSession(tx: Tx, hash: Uint8Array, now: Date): Promise<Uint8Array | undefined> {
  const [row] = await rows<{ family: Uint8Array }>(
    tx,
    sql`update family_session set expires_at = ${until(now)}
      where hash = ${hash} and expires_at > ${now.toISOString()} returning family`,
  );
  return row?.family;
}

export async function dropSession(tx: Tx, hash: Uint8Array): Promise<void> {
  await tx.execute(sql`delete from family_session where hash = ${hash}`);
}

export async function dropOldSessions(tx: Tx, now: Date): Promise<void> {
  await tx.execute(sql`delete from family_session where expires_at <= ${now.toISOString()}`);
}
