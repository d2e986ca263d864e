import { sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../base/database.ts';
import type { AgeBand } from '../base/vocabulary.ts';
import type { Mark, Standing } from './marks.ts';

interface MarkRow {
  organisation_id: string;
  kind: Mark['kind'];
  subject: string;
  account: string;
  step: string;
  at: Date | string;
  position: string;
  source: string;
  event_id: string;
  detail: { band: AgeBand; standing: Standing | null };
}

const markColumns = sql.raw(
  'm.organisation_id, m.kind, m.subject, m.account, m.step, m.at, m.position::text, m.source, m.event_id, m.detail',
);

/** Names a set of marks: all of one kind on one subject, or all of one kind by one account. */
export interface MarkKey {
  organisationId: string;
  kind: Mark['kind'];
  id: string;
}

/** Adds marks; those that are there already change nothing. Returns the new ones. */
export async function addMarks(tx: Tx, marks: readonly Mark[]): Promise<Mark[]> {
  if (marks.length === 0) return [];
  const found = await rows<MarkRow>(
    tx,
    sql`insert into risk_mark as m (organisation_id, kind, subject, account, step, at, position, source, event_id, detail)
      select o, k, s, a, t, at, p, r, e, d::json from unnest(
        ${column(marks.map((m) => m.organisationId))}::uuid[], ${column(marks.map((m) => m.kind))}::text[],
        ${column(marks.map((m) => m.subject))}::text[], ${column(marks.map((m) => m.account))}::text[],
        ${column(marks.map((m) => m.step))}::text[], ${column(marks.map((m) => new Date(m.at).toISOString()))}::timestamptz[],
        ${column(marks.map((m) => m.position))}::bigint[], ${column(marks.map((m) => m.source))}::text[],
        ${column(marks.map((m) => m.eventId))}::text[],
        ${column(marks.map(({ band, standing }) => JSON.stringify({ band, standing })))}::text[]
      ) with ordinality as n(o, k, s, a, t, at, p, r, e, d, i) order by i
      on conflict do nothing returning ${markColumns}`,
  );
  return found.map(toMark);
}

/** Removes the marks that a person acted on the account. */
export async function removeActed(tx: Tx, organisationId: string, account: string): Promise<void> {
  await tx.execute(
    sql`delete from risk_mark where organisation_id = ${organisationId} and kind = 'account' and account = ${account} and step like 'acted%'`,
  );
}

export async function marksOn(tx: Tx, keys: readonly MarkKey[]): Promise<Mark[]> {
  return select(tx, keys, sql`m.subject = k.i`);
}

export async function marksBy(tx: Tx, keys: readonly MarkKey[]): Promise<Mark[]> {
  return select(tx, keys, sql`m.account = k.i`);
}

async function select(tx: Tx, keys: readonly MarkKey[], same: ReturnType<typeof sql>): Promise<Mark[]> {
  if (keys.length === 0) return [];
  const found = await rows<MarkRow>(
    tx,
    sql`select ${markColumns} from (select distinct * from unnest(
        ${column(keys.map((key) => key.organisationId))}::uuid[], ${column(keys.map((key) => key.kind))}::text[],
        ${column(keys.map((key) => key.id))}::text[]) as n(o, k, i)) as k
      join risk_mark m on m.organisation_id = k.o and m.kind = k.k and ${same}
      order by m.at, m.source, m.event_id, m.account, m.step`,
  );
  return found.map(toMark);
}

/** Locks names until the transaction ends, always in the same order, so that two workers wait but never for each other. */
export async function lockNames(tx: Tx, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await tx.execute(
    sql`select pg_advisory_xact_lock(k) from (
      select distinct hashtextextended(n, 7231003) as k from unnest(${column([...new Set(names)])}::text[]) as n order by k) as locks`,
  );
}

function toMark(row: MarkRow): Mark {
  return {
    organisationId: row.organisation_id,
    kind: row.kind,
    subject: row.subject,
    account: row.account,
    step: row.step,
    at: new Date(row.at).getTime(),
    position: Number(row.position),
    source: row.source,
    eventId: row.event_id,
    band: row.detail.band,
    standing: row.detail.standing,
  };
}
