import { asc, desc, eq, sql } from 'drizzle-orm';
import { column, rows, type Tx } from '../base/database.ts';
import type { Mark, Verdict } from './labels.ts';
import { caseEvent, caseLabel, sightingMark } from './schema.ts';

export async function insertLabel(tx: Tx, row: typeof caseLabel.$inferInsert): Promise<void> {
  await tx.insert(caseLabel).values(row);
}

export async function insertMark(tx: Tx, row: typeof sightingMark.$inferInsert): Promise<void> {
  await tx.insert(sightingMark).values(row);
}

/** The newest mark of each cue of each message of a case, by `evidence cue`. */
export async function marksOf(tx: Tx, caseId: string): Promise<Map<string, Mark>> {
  const found = await tx
    .selectDistinctOn([sightingMark.evidenceId, sightingMark.cue])
    .from(sightingMark)
    .where(eq(sightingMark.caseId, caseId))
    .orderBy(asc(sightingMark.evidenceId), asc(sightingMark.cue), desc(sightingMark.id));
  return new Map(found.map(({ evidenceId, cue, mark }) => [`${evidenceId} ${cue}`, mark as Mark]));
}

/** Ids of the assessments that opened a case or were added to it, oldest first. */
export async function assessmentIdsOf(tx: Tx, caseId: string): Promise<string[]> {
  const found = await tx
    .select({ data: caseEvent.data })
    .from(caseEvent)
    .where(eq(caseEvent.caseId, caseId))
    .orderBy(asc(caseEvent.id));
  return [
    ...new Set(found.flatMap(({ data }) => (typeof data.assessment === 'string' ? data.assessment : []))),
  ];
}

/** Cases counted by one cue or rule (or by none: the whole), level, month (UTC, YYYY-MM) and verdict. */
export interface LabelCount {
  id: string;
  level: string;
  month: string;
  verdict: Verdict;
  count: number;
}

// A case that was reopened is being looked at again: until it is closed anew it counts for nothing.
const latest = (organisationId: string, since: Date) => sql`latest as (
  select distinct on (l.case_id) l.case_id, l.level, l.verdict, l.outcome, l.reason, l.assessments, l.sightings, l.at,
    to_char(l.at at time zone 'utc', 'YYYY-MM') as month
  from case_label l join case_file c on c.id = l.case_id
  where l.organisation_id = ${organisationId} and c.organisation_id = ${organisationId}
    and c.state = 'closed' and l.at >= ${since.toISOString()}::timestamptz
  order by l.case_id, l.id desc)`;

const marks = (organisationId: string) => sql`marks as (
  select distinct on (evidence_id, cue) evidence_id, cue, mark from sighting_mark
  where organisation_id = ${organisationId} order by evidence_id, cue, id desc)`;

/** A cue all of whose sightings in a case were marked wrong was wrong there, whatever became of the case. */
export async function countByCue(tx: Tx, organisationId: string, since: Date): Promise<LabelCount[]> {
  return rows<LabelCount>(
    tx,
    sql`with ${latest(organisationId, since)}, ${marks(organisationId)}, seen as (
        select n.case_id, n.level, n.month, n.verdict, s->>'cue' as id,
          bool_and(coalesce(m.mark = 'wrong', false)) as wrong
        from latest n cross join lateral jsonb_array_elements(n.sightings) s
        left join marks m on m.evidence_id = (s->>'evidence')::uuid and m.cue = s->>'cue'
        group by 1, 2, 3, 4, 5)
      select id, level, month, case when wrong then 'dismissed' else verdict end as verdict, count(*)::int as count
      from seen group by 1, 2, 3, 4 order by 1, 3, 2, 4`,
  );
}

export async function countByRule(tx: Tx, organisationId: string, since: Date): Promise<LabelCount[]> {
  return rows<LabelCount>(
    tx,
    sql`with ${latest(organisationId, since)}, fired as (
        select distinct n.case_id, n.level, n.month, n.verdict, rule as id
        from latest n cross join lateral jsonb_array_elements(n.assessments) a
        cross join lateral jsonb_array_elements_text(a->'rules') rule)
      select id, level, month, verdict, count(*)::int as count from fired group by 1, 2, 3, 4 order by 1, 3, 2, 4`,
  );
}

/** The closings themselves, with what outcome and reason were chosen; `detected` only those that detection opened. */
export async function countByReason(
  tx: Tx,
  organisationId: string,
  since: Date,
): Promise<(Omit<LabelCount, 'id'> & { outcome: string; reason: string; detected: boolean })[]> {
  return rows(
    tx,
    sql`with ${latest(organisationId, since)}
      select outcome, reason, level, month, verdict, jsonb_array_length(assessments) > 0 as detected, count(*)::int as count
      from latest group by 1, 2, 3, 4, 5, 6 order by 1, 2`,
  );
}

export interface DecisionRow {
  key: string;
  case_id: string;
  verdict: Verdict;
  outcome: string;
  reason: string;
  at: Date | string;
}

/** The newest decision about each of the accounts, oldest first. */
export async function decisionsOfAccounts(
  tx: Tx,
  organisationId: string,
  accounts: readonly string[],
): Promise<DecisionRow[]> {
  if (accounts.length === 0) return [];
  return rows<DecisionRow>(
    tx,
    sql`with ${latest(organisationId, new Date(0))}
      select c.subject as key, n.case_id, n.verdict, n.outcome, n.reason, n.at from latest n join case_file c on c.id = n.case_id
      where c.subject = any(${column([...accounts])}::text[]) order by n.at, n.case_id`,
  );
}

/** The newest decision of each case that holds one of the events as evidence, oldest first. */
export async function decisionsOfEvents(
  tx: Tx,
  organisationId: string,
  eventIds: readonly string[],
): Promise<DecisionRow[]> {
  if (eventIds.length === 0) return [];
  return rows<DecisionRow>(
    tx,
    sql`with ${latest(organisationId, new Date(0))}
      select e.event_id as key, n.case_id, n.verdict, n.outcome, n.reason, n.at from latest n join case_evidence e on e.case_id = n.case_id
      where e.organisation_id = ${organisationId} and e.event_id = any(${column([...eventIds])}::text[]) order by n.at, n.case_id`,
  );
}

export interface LabelledText {
  id: string;
  sealed: Uint8Array;
  verdict: Verdict;
  outcome: string;
  reason: string;
  at: Date | string;
  cues: string[];
  marks: Record<string, Mark> | null;
}

/**
 * Evidence that still has a text, with the cues that stand in the text (a known picture does not), of closed and labelled cases, after an evidence id, in the
 * order of ids.
 */
export async function labelledTexts(
  tx: Tx,
  organisationId: string,
  after: string,
  limit: number,
): Promise<LabelledText[]> {
  return rows<LabelledText>(
    tx,
    sql`with ${latest(organisationId, new Date(0))}, ${marks(organisationId)}
      select e.id, e.sealed, n.verdict, n.outcome, n.reason, e.at,
        (select coalesce(jsonb_agg(distinct x->>'cue'), '[]') from jsonb_array_elements(e.cues) x
          where (x->>'end')::int > (x->>'start')::int) as cues,
        (select jsonb_object_agg(m.cue, m.mark) from marks m where m.evidence_id = e.id) as marks
      from latest n join case_evidence e on e.case_id = n.case_id
      where e.organisation_id = ${organisationId} and e.sealed is not null and e.id > ${after}::uuid
      order by e.id limit ${limit}`,
  );
}
