import { sql } from 'drizzle-orm';
import { column, preparedRows, rows, type Tx } from '../base/database.ts';
import { type AgeBand, type Harm, type Level, rank } from '../base/vocabulary.ts';
import { type Assessment, Contribution } from './assessment.ts';
import type { Observation } from './risk.ts';

/** States by `organisation key`, for the given keys. */
export async function loadStates(
  tx: Tx,
  keys: { organisationId: string; key: string }[],
): Promise<Map<string, unknown>> {
  if (keys.length === 0) return new Map();
  const found = await rows<{ organisation_id: string; key: string; state: unknown }>(
    tx,
    sql`select s.organisation_id, s.key, s.state from risk_state s
      join unnest(${column(keys.map((k) => k.organisationId))}::uuid[], ${column(keys.map((k) => k.key))}::text[]) as k(o, k)
      on s.organisation_id = k.o and s.key = k.k`,
  );
  return new Map(found.map((row) => [`${row.organisation_id} ${row.key}`, row.state]));
}

export async function saveStates(
  tx: Tx,
  states: { organisationId: string; key: string; state: unknown }[],
  now: Date,
): Promise<void> {
  if (states.length === 0) return;
  await tx.execute(
    sql`insert into risk_state (organisation_id, key, state, updated_at)
      select o, k, s::json, ${now.toISOString()}::timestamptz from unnest(
        ${column(states.map((s) => s.organisationId))}::uuid[], ${column(states.map((s) => s.key))}::text[],
        ${column(states.map((s) => JSON.stringify(s.state)))}::text[]) as n(o, k, s)
      on conflict (organisation_id, key) do update set state = excluded.state, updated_at = excluded.updated_at`,
  );
}

/** Forgets the pieces of messages (pieces.ts) in states last written before `before`: no later one goes on with them. */
export async function dropTails(tx: Tx, before: Date): Promise<void> {
  await tx.execute(
    sql`update risk_state set state = regexp_replace(state::text, ',"tail":\{[^}]*\}', '')::json
      where key like 'account:%' and updated_at < ${before.toISOString()}::timestamptz and state::text like '%,"tail":%'`,
  );
}

export interface StoredObservation extends Observation {
  organisationId: string;
  position: number;
  at: Date;
}

export async function saveObservations(tx: Tx, found: StoredObservation[]): Promise<void> {
  if (found.length === 0) return;
  await tx.execute(
    sql`insert into observation (organisation_id, position, cue, score, start_at, end_at, at)
      select * from unnest(
        ${column(found.map((o) => o.organisationId))}::uuid[], ${column(found.map((o) => o.position))}::bigint[],
        ${column(found.map((o) => o.cue))}::text[], ${column(found.map((o) => o.score))}::real[],
        ${column(found.map((o) => o.start))}::bigint[], ${column(found.map((o) => o.end))}::bigint[],
        ${column(found.map((o) => o.at.toISOString()))}::timestamptz[])
      on conflict do nothing`,
  );
}

/** Stores assessments; returns the ids that were new. */
export async function saveAssessments(tx: Tx, found: Assessment[]): Promise<Set<string>> {
  if (found.length === 0) return new Set();
  const stored = await rows<{ id: string }>(
    tx,
    sql`${insertOf(found)} on conflict (id) do nothing returning id`,
  );
  return new Set(stored.map((row) => row.id));
}

/**
 * Stores assessments that follow from a growing set: the newer content replaces the older under the same id, and goes
 * to the end of the list, so that who reads on sees it. Call with the lock of the set held. Returns the ids that are
 * new or whose level rose.
 */
export async function updateAssessments(tx: Tx, found: Assessment[]): Promise<Set<string>> {
  if (found.length === 0) return new Set();
  const before = await rows<{ id: string; level: Level }>(
    tx,
    sql`select id, level from assessment where id = any(${column(found.map((a) => a.id))}::uuid[])`,
  );
  const levels = new Map(before.map((row) => [row.id, row.level]));
  await tx.execute(
    sql`${insertOf(found)} on conflict (id) do update set sequence = default, position = excluded.position, event_id = excluded.event_id,
        account_band = excluded.account_band, counterpart_band = excluded.counterpart_band, level = excluded.level,
        score = excluded.score, harm = excluded.harm, cues = excluded.cues, contributions = excluded.contributions,
        rules = excluded.rules, actions = excluded.actions, version = excluded.version, at = excluded.at
      where (assessment.score, assessment.contributions, assessment.at) is distinct from (excluded.score, excluded.contributions, excluded.at)`,
  );
  const risen = found.filter(({ id, level }) => rank(level) > rank(levels.get(id) ?? 'none'));
  return new Set(risen.map(({ id }) => id));
}

function insertOf(found: Assessment[]) {
  return sql`insert into assessment (id, organisation_id, position, event_id, account, account_band, counterpart, counterpart_band,
        level, score, harm, cues, contributions, rules, actions, version, at)
      select (a->>'id')::uuid, (a->>'organisationId')::uuid, (a->>'position')::bigint, a->>'eventId', a->>'account', a->>'accountBand',
        a->>'counterpart', a->>'counterpartBand', a->>'level', (a->>'score')::real, a->>'harm', a->'cues', a->'contributions',
        a->'rules', a->'actions', a->>'version', (a->>'at')::timestamptz
      from unnest(${column(found.map((a) => JSON.stringify(a)))}::text[]) with ordinality as t(j, n), lateral (select j::jsonb as a) as parsed
      order by n`;
}

interface AssessmentRow {
  id: string;
  organisation_id: string;
  sequence: string;
  position: string;
  event_id: string;
  account: string;
  account_band: AgeBand;
  counterpart: string | null;
  counterpart_band: AgeBand | null;
  level: Level;
  score: number;
  harm: Harm | null;
  cues: string[];
  contributions: unknown;
  rules: string[];
  actions: string[];
  version: string;
  at: Date | string;
}

const assessmentColumns = sql.raw(
  'id, organisation_id, sequence::text, position::text, event_id, account, account_band, counterpart, counterpart_band, level, score, harm, cues, contributions, rules, actions, version, at',
);

function toAssessment(row: AssessmentRow): Assessment {
  return {
    id: row.id,
    organisationId: row.organisation_id,
    position: Number(row.position),
    eventId: row.event_id,
    account: row.account,
    accountBand: row.account_band,
    counterpart: row.counterpart,
    counterpartBand: row.counterpart_band,
    level: row.level,
    score: row.score,
    harm: row.harm,
    cues: row.cues,
    contributions: Contribution.array().parse(row.contributions),
    rules: row.rules,
    actions: row.actions,
    version: row.version,
    at: new Date(row.at),
  };
}

export async function assessmentById(
  tx: Tx,
  organisationId: string,
  id: string,
): Promise<Assessment | undefined> {
  const [row] = await rows<AssessmentRow>(
    tx,
    sql`select ${assessmentColumns} from assessment where organisation_id = ${organisationId} and id = ${id}`,
  );
  return row && toAssessment(row);
}

/** One organisation's assessments after a cursor, oldest first. */
export async function listAssessments(
  tx: Tx,
  organisationId: string,
  after: number,
  limit: number,
): Promise<{ assessments: Assessment[]; next: number | null }> {
  const found = await rows<AssessmentRow>(
    tx,
    sql`select ${assessmentColumns} from assessment where organisation_id = ${organisationId} and assessment.sequence > ${after} order by assessment.sequence limit ${limit}`,
  );
  const last = found.at(-1);
  return {
    assessments: found.map(toAssessment),
    next: last && found.length === limit ? Number(last.sequence) : null,
  };
}

/** An account, alone or towards another, whose level is asked. */
export interface Standing {
  account: string;
  counterpart?: string | undefined;
}

/**
 * For each standing the highest of: the account's own level, that towards the counterpart, and any towards anybody in
 * assessments since `since`; in the order asked.
 */
export async function highestLevels(
  tx: Tx,
  organisationId: string,
  standings: readonly Standing[],
  since: Date,
): Promise<Level[]> {
  if (standings.length === 0) return [];
  const keysOf = ({ account, counterpart }: Standing) => [
    `account:${account}`,
    ...(counterpart === undefined ? [] : [pairKey(account, counterpart)]),
  ];
  const found = await preparedRows<{ key: string; level: Level }>(
    tx,
    'highest levels',
    sql`select key, state->>'level' as level from risk_state where organisation_id = ${organisationId}
        and key = any(${column([...new Set(standings.flatMap(keysOf))])}::text[])
      union all
      select distinct 'account:' || account, level from assessment where organisation_id = ${organisationId}
        and account = any(${column([...new Set(standings.map(({ account }) => account))])}::text[])
        and at >= ${since.toISOString()}::timestamptz`,
  );
  const worst = new Map<string, Level>();
  for (const { key, level } of found) {
    if (rank(level) > rank(worst.get(key) ?? 'none')) worst.set(key, level);
  }
  return standings.map((standing) =>
    keysOf(standing).reduce<Level>((level, key) => {
      const other = worst.get(key) ?? 'none';
      return rank(other) > rank(level) ? other : level;
    }, 'none'),
  );
}

/** What other accounts added to the account's risk since `since`: the terms, and towards whom. */
export async function termsAcross(
  tx: Tx,
  organisationId: string,
  account: string,
  since: Date,
): Promise<{ counterpart: string | null; terms: Contribution[] }[]> {
  const found = await rows<{ counterpart: string | null; contributions: unknown }>(
    tx,
    sql`select counterpart, contributions from assessment
      where organisation_id = ${organisationId} and account = ${account} and at >= ${since.toISOString()}::timestamptz
      and (contributions @> '[{"kind":"collusion"}]' or contributions @> '[{"kind":"pile-on"}]' or contributions @> '[{"kind":"evasion"}]')`,
  );
  return found.map(({ counterpart, contributions }) => ({
    counterpart,
    terms: Contribution.array()
      .parse(contributions)
      .filter(({ kind }) => kind === 'collusion' || kind === 'pile-on' || kind === 'evasion'),
  }));
}

export async function observationsAt(
  tx: Tx,
  organisationId: string,
  positions: number[],
): Promise<StoredObservation[]> {
  if (positions.length === 0) return [];
  const found = await rows<{
    position: string;
    cue: string;
    score: number;
    start_at: string;
    end_at: string;
    at: Date | string;
  }>(
    tx,
    sql`select position::text, cue, score, start_at::text, end_at::text, at from observation
      where organisation_id = ${organisationId} and position = any(${column(positions)}::bigint[]) order by observation.position, observation.start_at`,
  );
  return found.map((row) => ({
    organisationId,
    position: Number(row.position),
    cue: row.cue,
    score: row.score,
    start: Number(row.start_at),
    end: Number(row.end_at),
    at: new Date(row.at),
  }));
}

/** Counts for the public figures: observations by cue and assessments by level since `from`, over all platforms. */
export async function countDetections(
  tx: Tx,
  from: Date,
): Promise<{ cues: { cue: string; count: number }[]; assessments: { level: Level; count: number }[] }> {
  const since = from.toISOString();
  const cues = await rows<{ cue: string; count: number }>(
    tx,
    sql`select cue, count(*)::int as count from observation where at >= ${since}::timestamptz group by cue order by count desc, cue`,
  );
  const assessments = await rows<{ level: Level; count: number }>(
    tx,
    sql`select level, count(*)::int as count from assessment where at >= ${since}::timestamptz group by level`,
  );
  return { cues, assessments };
}

export async function countAssessments(tx: Tx, organisationId: string): Promise<number> {
  const [row] = await rows<{ n: number }>(
    tx,
    sql`select count(*)::int as n from assessment where organisation_id = ${organisationId}`,
  );
  return row?.n ?? 0;
}

export function pairKey(actor: string, other: string): string {
  return `${pairsPrefix(actor)}>${other}`;
}

/** What the keys of all pairs of one account begin with, up to the `>`. */
export function pairsPrefix(actor: string): string {
  return `pair:${actor.length}:${actor}`;
}
