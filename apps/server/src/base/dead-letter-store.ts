import { sql } from 'drizzle-orm';
import { column, rows, type Tx } from './database.ts';
import type { DeadLetter, Entry, EntryRole } from './event-log.ts';
import { readEntries } from './event-log-store.ts';

/** Sets one entry of the log in Postgres aside, or notes that it failed once more. */
export async function saveDead(
  tx: Tx,
  entry: Pick<Entry, 'position' | 'role' | 'organisationId'>,
  why: { reason: DeadLetter['reason']; error: string; at: Date },
): Promise<void> {
  await tx.execute(
    sql`insert into dead_letter (position, role, organisation_id, reason, error, at) values
      (${entry.position}, ${entry.role}, ${entry.organisationId}, ${why.reason}, ${why.error}, ${why.at.toISOString()}::timestamptz)
      on conflict (position, role) do update set reason = excluded.reason, error = excluded.error, at = excluded.at, replay = false`,
  );
}

/** Letters that wait for a person. */
export async function listDead(tx: Tx): Promise<DeadLetter[]> {
  const found = await rows<{
    position: string;
    role: EntryRole;
    organisation_id: string;
    reason: DeadLetter['reason'];
    error: string;
    at: Date | string;
    partition: number;
    event_id: string;
  }>(
    tx,
    sql`select d.position::text, d.role, d.organisation_id, d.reason, d.error, d.at, l.partition, l.event_id
      from dead_letter d join event_log l on l.position = d.position where not d.replay order by d.position, d.role desc`,
  );
  return found.map((row) => ({
    id: idOf(row.position, row.role),
    reason: row.reason,
    error: row.error,
    at: new Date(row.at),
    partition: row.partition,
    offset: Number(row.position),
    organisationId: row.organisation_id,
    eventId: row.event_id,
  }));
}

const idOf = (position: string, role: EntryRole) => (role === 'own' ? position : `${position}-mirror`);

/** Asks the worker to try letters again; returns those that it will. */
export async function askReplay(tx: Tx, which: 'all' | string[]): Promise<DeadLetter[]> {
  const letters = (await listDead(tx)).filter(({ id }) => which === 'all' || which.includes(id));
  const ids = column(letters.map(({ id }) => id));
  await tx.execute(
    sql`update dead_letter set replay = true
      where position || case role when 'own' then '' else '-mirror' end = any(${ids}::text[])`,
  );
  return letters;
}

/** Takes one letter that is to be tried again out of the table, if there is one that no other worker has. */
export async function takeReplay(tx: Tx): Promise<Entry | undefined> {
  const [letter] = await rows<{ position: string; role: EntryRole; organisation_id: string }>(
    tx,
    sql`delete from dead_letter where (position, role) in
        (select position, role from dead_letter where replay order by position, role desc limit 1 for update skip locked)
      returning position::text, role, organisation_id`,
  );
  if (!letter) return undefined;
  const [entry] = await readEntries(tx, letter.organisation_id, [Number(letter.position)]);
  return entry && { ...entry, role: letter.role };
}
