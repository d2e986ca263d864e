import { sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../../base/database.ts';
import { type GenerativeAiReason, generativeAiReasons, type MediaFinding } from './media-finding.ts';

export interface StoredFinding extends MediaFinding {
  organisationId: string;
  position: number;
  account: string;
  towards: string[];
  at: Date;
}

export async function saveFindings(tx: Tx, found: StoredFinding[]): Promise<void> {
  if (found.length === 0) return;
  await tx.execute(
    sql`insert into media_finding (organisation_id, position, item, account, towards, type, status, why, banks, kinds, as_of, matches, generative_ai, at)
      select (f->>'organisationId')::uuid, (f->>'position')::bigint, (f->>'item')::smallint, f->>'account', f->'towards', f->>'type',
        f->>'status', f->>'why', f->'banks', f->'kinds', (f->>'asOf')::timestamptz, f->'matches', f->'generativeAi', (f->>'at')::timestamptz
      from unnest(${column(found.map((one) => JSON.stringify(one)))}::text[]) as t(j), lateral (select j::jsonb as f) as parsed
      on conflict do nothing`,
  );
}

/** Findings of events by log position. */
export async function findingsAt(
  tx: Tx,
  organisationId: string,
  positions: number[],
): Promise<(MediaFinding & { position: number })[]> {
  if (positions.length === 0) return [];
  const found = await rows<MediaFinding & { position: number; seen: number | null }>(
    tx,
    sql`select position::int8::float8 as position, item, type, status, why, banks, kinds, (extract(epoch from as_of) * 1000)::float8 as seen, matches, generative_ai as "generativeAi" from media_finding
      where organisation_id = ${organisationId} and position = any(${column(positions)}::bigint[]) order by media_finding.position, item`,
  );
  return found.map(({ seen, ...finding }) => ({ ...finding, asOf: seen === null ? null : new Date(seen) }));
}

/** Accounts in whose media the given contents were found since a moment, by content. */
export async function accountsFoundWith(
  tx: Tx,
  organisationId: string,
  contents: number[],
  since: Date,
): Promise<Map<number, number>> {
  if (contents.length === 0) return new Map();
  const found = await rows<{ content: string; n: number }>(
    tx,
    sql`select m->>'content' as content, count(distinct f.account)::int as n
      from media_finding f, jsonb_array_elements(f.matches) as m
      where f.organisation_id = ${organisationId} and f.status = 'match' and f.at > ${since.toISOString()}
        and (m->>'content')::bigint = any(${column(contents)}::bigint[])
      group by 1`,
  );
  return new Map(found.map(({ content, n }) => [Number(content), n]));
}

/** Findings in which one of the given contents of hash banks matched. */
export async function countFindingsOf(tx: Tx, organisationId: string, contents: number[]): Promise<number> {
  if (contents.length === 0) return 0;
  const [found] = await rows<{ n: number }>(
    tx,
    sql`select count(*)::int as n from media_finding f
      where f.organisation_id = ${organisationId} and f.status = 'match' and exists (
        select from jsonb_array_elements(f.matches) as m where (m->>'content')::bigint = any(${column(contents)}::bigint[]))`,
  );
  return found?.n ?? 0;
}

/** Days within which AI-made media that an account sent to somebody counts for an assessment towards the same person. */
const REACH_DAYS = 30;

/**
 * Assessments behind which stands AI-made media: in the event itself, in a message behind a term, or sent by the
 * account to the same person in the 30 days before. By assessment id: the reasons, and where it was found.
 */
export async function generativeAiBehind(
  tx: Tx,
  organisationId: string,
  assessmentIds: string[],
): Promise<Map<string, { reasons: GenerativeAiReason[]; positions: number[] }>> {
  const by = new Map<string, { reasons: GenerativeAiReason[]; positions: number[] }>();
  if (assessmentIds.length === 0) return by;
  const found = await rows<{ id: string; reasons: GenerativeAiReason[]; position: number }>(
    tx,
    sql`select distinct a.id, f.generative_ai as reasons, f.position::float8 as position
      from assessment a join media_finding f on f.organisation_id = a.organisation_id and f.account = a.account
        and f.at <= a.at and f.at > a.at - make_interval(days => ${REACH_DAYS}) and jsonb_array_length(f.generative_ai) > 0
        and (f.position = a.position or (a.counterpart is not null and jsonb_exists(f.towards, a.counterpart))
          or exists (select from jsonb_array_elements(a.contributions) term where term->'evidence' @> to_jsonb(f.position)))
      where a.organisation_id = ${organisationId} and a.id = any(${column(assessmentIds)}::uuid[]) order by 3`,
  );
  for (const { id, reasons, position } of found) {
    const before = by.get(id) ?? { reasons: [], positions: [] };
    by.set(id, {
      reasons: generativeAiReasons.filter((one) => before.reasons.includes(one) || reasons.includes(one)),
      positions: [...new Set([...before.positions, position])],
    });
  }
  return by;
}
