import { and, asc, desc, eq, gt, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { column, rows, type Tx } from '../../../base/database.ts';
import type { Actor, BankRow } from './bank.ts';
import { type ContentStatus, type ContentStep, contentStatuses } from './content-state.ts';
import { removalActor } from './removals.ts';
import { bankContent, bankSignal, bankStep, hashBank } from './schema.ts';
import type { Signal } from './signal.ts';

export type ContentRow = typeof bankContent.$inferSelect;
export type SignalStored = typeof bankSignal.$inferSelect;

/** Something to put into a bank: one picture or film, by its hashes. */
export interface NewContent {
  signals: Signal[];
  source?: string | null | undefined;
  reason?: string | null | undefined;
  note?: string | null | undefined;
}

/** One parameter for all ids: a statement has 65,535 at most. */
function oneOf(ids: AnyPgColumn, wanted: number[]) {
  return sql`${ids} = any(${column(wanted)}::bigint[])`;
}

/**
 * Contents of a bank that hold all signals of one of the given ones, by position among these; those that are not retired
 * first. What is past its time is about to go and counts no more.
 */
export async function knownContents(
  tx: Tx,
  bank: BankRow,
  contents: NewContent[],
  now: Date,
): Promise<Map<number, number>> {
  const flat = contents.flatMap(({ signals }, at) => signals.map(({ kind, value }) => ({ at, kind, value })));
  const found = await rows<{ at: number; id: string }>(
    tx,
    sql`with f as (
        select distinct * from unnest(${column(flat.map(({ at }) => at))}::int[],
          ${column(flat.map(({ kind }) => kind))}::text[], ${column(flat.map(({ value }) => value))}::text[]) as f(at, kind, value)),
      wanted as (select at, count(*) as n from f group by at),
      held as (
        select f.at, s.content_id, count(distinct (f.kind, f.value)) as n from f
        join bank_signal s on s.organisation_id = ${bank.organisationId} and s.kind = f.kind and s.value = f.value
          and s.bank_number = ${bank.number} and s.removed_at is null
        group by f.at, s.content_id)
      select distinct on (at) at, c.id::text as id from held join wanted using (at)
      join bank_content c on c.id = held.content_id and c.organisation_id = ${bank.organisationId}
        and (c.expires_at is null or c.expires_at > ${now.toISOString()})
      where held.n = wanted.n order by at, c.status = 'retired', c.id`,
  );
  return new Map(found.map(({ at, id }) => [at, Number(id)]));
}

/** Writes new contents with their signals; returns their ids in the order given. */
export async function insertContents(
  tx: Tx,
  bank: BankRow,
  contents: NewContent[],
  { by, version, now, arrives }: { by: Actor; version: number; now: Date; arrives: BankRow['arrives'] },
): Promise<number[]> {
  const reserved = await rows<{ id: string }>(
    tx,
    sql`select nextval(pg_get_serial_sequence('bank_content', 'id'))::text as id from generate_series(1, ${contents.length}::int)`,
  );
  const ids = reserved.map(({ id }) => Number(id));
  const expiresAt =
    bank.retentionDays === null
      ? null
      : new Date(now.getTime() + bank.retentionDays * 86_400_000).toISOString();
  const texts = (of: (content: NewContent) => string | null | undefined) =>
    column(contents.map((content) => of(content) ?? ''));
  await tx.execute(
    sql`insert into bank_content (id, organisation_id, bank_id, status, source, reason, note, expires_at, created_at, created_by, changed_at, changed_by)
      select id, ${bank.organisationId}, ${bank.id}, ${arrives}, nullif(s, ''), nullif(r, ''), nullif(n, ''),
        ${expiresAt}::timestamptz, ${now.toISOString()}, ${by.id}, ${now.toISOString()}, ${by.id}
      from unnest(${column(ids)}::bigint[], ${texts(({ source }) => source)}::text[],
        ${texts(({ reason }) => reason)}::text[], ${texts(({ note }) => note)}::text[]) as c(id, s, r, n)`,
  );
  const signals = contents.flatMap(({ signals: own }, at) =>
    own.map((signal, ordinal) => ({ ...signal, ordinal, id: ids[at] ?? 0 })),
  );
  await tx.execute(
    sql`insert into bank_signal (organisation_id, content_id, ordinal, bank_number, kind, value, quality, seconds, changed, live)
      select ${bank.organisationId}, id, o, ${bank.number}, k, v, nullif(q, -1), nullif(t, -1), ${version}, true
      from unnest(${column(signals.map(({ id }) => id))}::bigint[], ${column(signals.map(({ ordinal }) => ordinal))}::int[],
        ${column(signals.map(({ kind }) => kind))}::text[], ${column(signals.map(({ value }) => value))}::text[],
        ${column(signals.map(({ quality }) => quality ?? -1))}::smallint[], ${column(signals.map(({ seconds }) => seconds ?? -1))}::real[])
        as s(id, o, k, v, q, t)`,
  );
  return ids;
}

/** A content with its bank; locked when `lock`. */
export async function contentById(
  tx: Tx,
  organisationId: string,
  id: number,
  { lock = false } = {},
): Promise<{ content: ContentRow; bank: BankRow } | undefined> {
  const query = tx
    .select({ content: bankContent, bank: hashBank })
    .from(bankContent)
    .innerJoin(hashBank, eq(hashBank.id, bankContent.bankId))
    .where(and(eq(bankContent.organisationId, organisationId), eq(bankContent.id, id)));
  const [row] = await (lock ? query.for('update', { of: bankContent }) : query);
  return row;
}

/** Contents with their banks, by id; for what matched. */
export async function contentsById(
  tx: Tx,
  organisationId: string,
  ids: number[],
): Promise<Map<number, { content: ContentRow; bank: BankRow }>> {
  if (ids.length === 0) return new Map();
  const found = await tx
    .select({ content: bankContent, bank: hashBank })
    .from(bankContent)
    .innerJoin(hashBank, eq(hashBank.id, bankContent.bankId))
    .where(and(eq(bankContent.organisationId, organisationId), oneOf(bankContent.id, ids)));
  return new Map(found.map((row) => [row.content.id, row]));
}

/** Ids of a bank's contents other than the given ones. */
export async function contentsBeside(tx: Tx, bank: BankRow, ids: number[]): Promise<number[]> {
  const found = await rows<{ id: string }>(
    tx,
    sql`select id::text from bank_content where organisation_id = ${bank.organisationId} and bank_id = ${bank.id}
      and not (id = any(${column(ids)}::bigint[]))`,
  );
  return found.map(({ id }) => Number(id));
}

/** Contents of a bank after an id, in the order of ids. */
export async function listContents(
  tx: Tx,
  bank: BankRow,
  {
    after = 0,
    limit,
    status,
  }: { after?: number | undefined; limit: number; status?: ContentStatus | undefined },
): Promise<ContentRow[]> {
  const found: ContentRow[] = [];
  // One status after the other: the index has their ids in order, and there is none for all statuses at once.
  for (const one of status === undefined ? contentStatuses : [status]) {
    found.push(
      ...(await tx
        .select()
        .from(bankContent)
        .where(
          and(
            eq(bankContent.organisationId, bank.organisationId),
            eq(bankContent.bankId, bank.id),
            eq(bankContent.status, one),
            gt(bankContent.id, after),
          ),
        )
        .orderBy(asc(bankContent.id))
        .limit(limit)),
    );
  }
  return found.sort((a, b) => a.id - b.id).slice(0, limit);
}

/** Signals of contents in their order, by content. */
export async function signalsOf(
  tx: Tx,
  organisationId: string,
  contents: number[],
): Promise<Map<number, SignalStored[]>> {
  const by = new Map<number, SignalStored[]>();
  if (contents.length === 0) return by;
  const found = await tx
    .select()
    .from(bankSignal)
    .where(and(eq(bankSignal.organisationId, organisationId), oneOf(bankSignal.contentId, contents)))
    .orderBy(asc(bankSignal.contentId), asc(bankSignal.ordinal));
  for (const row of found) {
    const of = by.get(row.contentId);
    if (of) of.push(row);
    else by.set(row.contentId, [row]);
  }
  return by;
}

/** Different frames of each of the given films. */
export async function framesOf(
  tx: Tx,
  organisationId: string,
  contents: number[],
): Promise<Map<number, number>> {
  if (contents.length === 0) return new Map();
  const found = await rows<{ content: string; n: number }>(
    tx,
    sql`select content_id::text as content, count(distinct value)::int as n from bank_signal
      where organisation_id = ${organisationId} and content_id = any(${column(contents)}::bigint[]) and kind = 'vpdq' group by 1`,
  );
  return new Map(found.map(({ content, n }) => [Number(content), n]));
}

/** Contents of one bank that a look-up tells of for one hash. */
export const MOST_FOUND = 100;

/** Contents that hold the given hashes to the bit: for each hash the first 100 of each bank. */
export async function contentsWith(
  tx: Tx,
  organisationId: string,
  hashes: Signal[],
): Promise<{ kind: string; value: string; content: number }[]> {
  if (hashes.length === 0) return [];
  const found = await rows<{ kind: string; value: string; content: string }>(
    tx,
    sql`with wanted as (
        select distinct * from unnest(${column(hashes.map(({ kind }) => kind))}::text[], ${column(hashes.map(({ value }) => value))}::text[]) as w(k, v)),
      held as (
        select s.kind, s.value, s.content_id, row_number() over (partition by s.kind, s.value, s.bank_number order by s.content_id) as place
        from wanted join bank_signal s on s.organisation_id = ${organisationId} and s.kind = k and s.value = v and s.live)
      select kind, value, content_id::text as content from held where place <= ${MOST_FOUND} order by content_id`,
  );
  return found.map(({ content, ...rest }) => ({ ...rest, content: Number(content) }));
}

/** Changes a content and, with the version of its change, whether its signals are asked. */
export async function updateContent(
  tx: Tx,
  content: ContentRow,
  change: Partial<Pick<ContentRow, 'status' | 'note' | 'disabledUntil'>>,
  { by, version, now }: { by: Actor; version: number; now: Date },
): Promise<ContentRow> {
  const [row] = await tx
    .update(bankContent)
    .set({ ...change, changedAt: now, changedBy: by.id })
    .where(and(eq(bankContent.organisationId, content.organisationId), eq(bankContent.id, content.id)))
    .returning();
  if (!row) throw new Error('a content that was locked is not there');
  await tx
    .update(bankSignal)
    .set({ live: row.status !== 'retired', changed: version })
    .where(
      and(
        eq(bankSignal.organisationId, row.organisationId),
        eq(bankSignal.contentId, row.id),
        eq(bankSignal.live, row.status === 'retired'),
      ),
    );
  return row;
}

/** Removes contents for good; their signals stay as tombstones until every reader has seen them. */
export async function deleteContents(
  tx: Tx,
  organisationId: string,
  which: { bankId: string } | { ids: number[] },
  { version, now }: { version: number; now: Date },
): Promise<number> {
  const chosen =
    'bankId' in which ? sql`bank_id = ${which.bankId}` : sql`id = any(${column(which.ids)}::bigint[])`;
  const [gone] = await rows<{ n: number }>(
    tx,
    sql`with gone as (
        delete from bank_content where organisation_id = ${organisationId} and ${chosen} returning id),
      dead as (
        update bank_signal s set live = false, changed = ${version}, removed_at = ${now.toISOString()}
          from gone where s.organisation_id = ${organisationId} and s.content_id = gone.id)
      select count(*)::int as n from gone`,
  );
  return gone?.n ?? 0;
}

/** In a system transaction: contents past their time, by organisation. */
export async function expiredContents(tx: Tx, now: Date, limit: number): Promise<Map<string, number[]>> {
  const found = await rows<{ organisation_id: string; id: string }>(
    tx,
    sql`select organisation_id, id::text from bank_content where expires_at <= ${now.toISOString()} order by expires_at limit ${limit}`,
  );
  const by = new Map<string, number[]>();
  for (const { organisation_id, id } of found)
    by.set(organisation_id, [...(by.get(organisation_id) ?? []), Number(id)]);
  return by;
}

export async function insertStep(
  tx: Tx,
  content: ContentRow,
  step: ContentStep,
  { by, reason, now }: { by: Actor; reason: string; now: Date },
): Promise<void> {
  await tx.insert(bankStep).values({
    organisationId: content.organisationId,
    contentId: content.id,
    step,
    reason,
    actorId: by.id,
    actorName: by.name,
    at: now,
  });
}

/** The last thing that people decided about each of the given contents. */
export async function lastStepsOf(
  tx: Tx,
  organisationId: string,
  contents: number[],
): Promise<Map<number, typeof bankStep.$inferSelect>> {
  if (contents.length === 0) return new Map();
  const found = await tx
    .selectDistinctOn([bankStep.contentId])
    .from(bankStep)
    .where(and(eq(bankStep.organisationId, organisationId), oneOf(bankStep.contentId, contents)))
    .orderBy(bankStep.contentId, desc(bankStep.id));
  return new Map(found.map((step) => [step.contentId, step]));
}

/** What people decided about a content, oldest first. */
export async function stepsOf(
  tx: Tx,
  organisationId: string,
  contentId: number,
): Promise<(typeof bankStep.$inferSelect)[]> {
  return tx
    .select()
    .from(bankStep)
    .where(and(eq(bankStep.organisationId, organisationId), eq(bankStep.contentId, contentId)))
    .orderBy(asc(bankStep.id));
}

/** Whether a bank holds something that came by a young person's request to take a picture down. */
export async function holdsRemovals(tx: Tx, { organisationId, id }: BankRow): Promise<boolean> {
  const found = await rows(
    tx,
    sql`select from bank_content where organisation_id = ${organisationId} and bank_id = ${id}
      and created_by = ${removalActor.id} limit 1`,
  );
  return found.length > 0;
}
