import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../base/database.ts';
import type { Choices } from '../settings.ts';
import { type Happening, type Standing, type State, stateAt } from './supervision-state.ts';

/** A supervision as stored; dates are parsed, names still sealed. */
export interface Supervision extends Standing {
  id: string;
  organisationId: string;
  account: string;
  names: Uint8Array;
  family: Uint8Array | null;
  expiresAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export type Actor = 'young' | 'parent' | 'staff' | 'time';

interface Columns {
  id: string;
  organisation_id: string;
  account: string;
  state: State;
  names: Uint8Array;
  family: Uint8Array | null;
  decisions: Choices;
  publishes: boolean | null;
  expires_at: Date | string | null;
  created_at: Date | string;
  updated_at: Date | string;
}

const columns = sql`id::text, organisation_id::text, account, state, names, family, decisions, publishes, expires_at, created_at, updated_at`;

const read = (row: Columns): Supervision => ({
  id: row.id,
  organisationId: row.organisation_id,
  account: row.account,
  state: row.state,
  names: row.names,
  family: row.family,
  decisions: row.decisions,
  publishes: row.publishes,
  expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
  createdAt: new Date(row.created_at),
  updatedAt: new Date(row.updated_at),
});

async function find(tx: Tx, where: ReturnType<typeof sql>): Promise<Supervision[]> {
  return (
    await rows<Columns>(tx, sql`select ${columns} from supervision where ${where} order by created_at, id`)
  ).map(read);
}

export async function insertInvitation(
  tx: Tx,
  row: Pick<Supervision, 'id' | 'organisationId' | 'account' | 'names'> & {
    codeHash: Uint8Array;
    expiresAt: Date;
  },
  at: Date,
): Promise<void> {
  const now = at.toISOString();
  await tx.execute(
    sql`insert into supervision (id, organisation_id, account, state, code_hash, names, expires_at, created_at, updated_at)
      values (${row.id}, ${row.organisationId}, ${row.account}, 'invited', ${row.codeHash}, ${row.names},
        ${row.expiresAt.toISOString()}, ${now}, ${now})`,
  );
}

export async function supervisionById(
  tx: Tx,
  organisationId: string,
  id: string,
): Promise<Supervision | undefined> {
  return (await find(tx, sql`organisation_id = ${organisationId} and id = ${id}`))[0];
}

/** All of one account, oldest first. */
export function supervisionsOf(tx: Tx, organisationId: string, account: string): Promise<Supervision[]> {
  return find(tx, sql`organisation_id = ${organisationId} and account = ${account}`);
}

/** All that one family key opens, in every organisation (scope `system`). */
export function supervisionsOfFamily(tx: Tx, family: Uint8Array): Promise<Supervision[]> {
  return find(tx, sql`family = ${family}`);
}

/** The invitation that a code opens (scope `system`). */
export async function invitationByCode(tx: Tx, codeHash: Uint8Array): Promise<Supervision | undefined> {
  return (await find(tx, sql`code_hash = ${codeHash} and state = 'invited'`))[0];
}

/** How many invitations an account made since a time. */
export async function countInvitations(
  tx: Tx,
  organisationId: string,
  account: string,
  since: Date,
): Promise<number> {
  const [row] = await rows<{ n: number }>(
    tx,
    sql`select count(*)::int as n from supervision where organisation_id = ${organisationId} and account = ${account}
      and created_at > ${since.toISOString()}`,
  );
  return row?.n ?? 0;
}

/** Writes what follows from a step, and the step. A code is worth nothing after any step. */
export async function saveStep(
  tx: Tx,
  row: Supervision,
  next: Standing & { family: Uint8Array | null; expiresAt: Date | null },
  { step, ...data }: Happening,
  actor: Actor,
  at: Date,
): Promise<void> {
  await tx.execute(
    sql`update supervision set state = ${next.state}, code_hash = null, family = ${next.family},
        decisions = ${JSON.stringify(next.decisions)}::text::jsonb, publishes = ${next.publishes},
        expires_at = ${next.expiresAt?.toISOString() ?? null}, updated_at = ${at.toISOString()}
      where organisation_id = ${row.organisationId} and id = ${row.id}`,
  );
  await appendEvent(tx, row, step, data, actor, at);
}

export async function appendEvent(
  tx: Tx,
  { organisationId, id }: Pick<Supervision, 'organisationId' | 'id'>,
  step: Happening['step'],
  data: Record<string, unknown>,
  actor: Actor,
  at: Date,
): Promise<void> {
  await tx.execute(
    sql`insert into supervision_event (organisation_id, supervision_id, at, actor, step, data)
      values (${organisationId}, ${id}, ${at.toISOString()}, ${actor}, ${step}, ${JSON.stringify(data)}::text::jsonb)`,
  );
}

export interface StoredEvent {
  at: Date;
  actor: Actor;
  step: Happening['step'];
  data: Record<string, unknown>;
}

/** The newest steps of one supervision, newest first. */
export async function eventsOf(
  tx: Tx,
  { organisationId, id }: Pick<Supervision, 'organisationId' | 'id'>,
  limit: number,
): Promise<StoredEvent[]> {
  const found = await rows<{
    at: Date | string;
    actor: Actor;
    step: Happening['step'];
    data: Record<string, unknown>;
  }>(
    tx,
    sql`select at, actor, step, data from supervision_event
      where organisation_id = ${organisationId} and supervision_id = ${id}
      order by supervision_event.id desc limit ${limit}`,
  );
  return found.map((row) => ({ ...row, at: new Date(row.at) }));
}

/** Accepted contacts of an account since a time, newest first, with the age band where it is known. */
export async function recentContacts(
  tx: Tx,
  organisationId: string,
  account: string,
  since: Date,
  limit: number,
): Promise<{ account: string; since: Date; band: string | null }[]> {
  const found = await rows<{ other: string; since: Date | string; band: string | null }>(
    tx,
    sql`select c.other, c.since, a.age_band as band from (
        select high as other, since from connection where organisation_id = ${organisationId} and low = ${account}
        union all
        select low as other, since from connection where organisation_id = ${organisationId} and high = ${account}) c
      left join protected_account a on a.organisation_id = ${organisationId} and a.id = c.other
      where c.since > ${since.toISOString()} order by c.since desc, c.other limit ${limit}`,
  );
  return found.map((row) => ({ account: row.other, since: new Date(row.since), band: row.band }));
}

/** Forgets what an account's supervisions held. */
export async function forgetSupervisions(tx: Tx, organisationId: string, account: string): Promise<void> {
  const mine = sql`organisation_id = ${organisationId} and account = ${account}`;
  await tx.execute(
    sql`delete from supervision_event where organisation_id = ${organisationId}
      and supervision_id in (select id from supervision where ${mine})`,
  );
  await tx.execute(sql`delete from supervision where ${mine}`);
  await tx.execute(sql`delete from account_usage where ${mine}`);
}

/** Ids of supervisions that lapsed without an answer. */
export async function lapsed(tx: Tx, now: Date): Promise<Supervision[]> {
  const waiting = await find(
    tx,
    sql`state in ('invited', 'accepted') and expires_at <= ${now.toISOString()}`,
  );
  return waiting.filter((row) => stateAt(row, now) === 'expired');
}

/** Supervisions whose account is certainly grown, by its youngest reading. */
export function ofGrownAccounts(tx: Tx, today: string): Promise<Supervision[]> {
  return find(
    tx,
    sql`state in ('invited', 'accepted', 'active', 'paused') and exists (select 1 from protected_account a
      where a.organisation_id = supervision.organisation_id and a.id = supervision.account
        and (a.age_band in ('18-24', 'adult') or (a.age_band = '16-17' and a.leaves_band_on <= ${today}::date)))`,
  );
}

/** Removes what ended before a time, unless a suspension still stands on it; returns how many. */
export async function dropEnded(tx: Tx, before: Date): Promise<number> {
  const gone = await rows<{ id: string }>(
    tx,
    sql`delete from supervision s where s.state in ('ended', 'declined', 'expired')
        and s.updated_at < ${before.toISOString()}
        and not exists (select 1 from supervision_suspension p where p.organisation_id = s.organisation_id
          and p.account = s.account and (p.supervision_id is null or p.supervision_id = s.id) and p.lifted_at is null)
      returning s.id::text`,
  );
  await tx.execute(
    sql`delete from supervision_event e where not exists (select 1 from supervision s where s.id = e.supervision_id)`,
  );
  return gone.length;
}
