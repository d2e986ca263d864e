import { sql } from 'drizzle-orm';
import {
  bigserial,
  boolean,
  date,
  index,
  jsonb,
  pgPolicy,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { appRole, bytea, moment, tenantPolicy } from '../../base/schema.ts';

/** A parent who looks after an account, by invitation. Who the parent is, nobody asks. */
export const supervision = pgTable(
  'supervision',
  {
    id: uuid('id').primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    account: text('account').notNull(),
    /** As the reducer (supervision-state.ts) derives it from the history. */
    state: text('state').notNull(),
    /** HMAC-SHA-256 of the one-time code; null once it was used. */
    codeHash: bytea('code_hash'),
    /** What the two call each other, sealed: `{ parent, young }`. */
    names: bytea('names').notNull(),
    /** SHA-256 of the family key's lookup token. */
    family: bytea('family'),
    /** Setting → value that this parent decided. */
    decisions: jsonb('decisions').notNull().default({}),
    /** This parent's consent to make something personal public; null while not decided. */
    publishes: boolean('publishes'),
    /** When an invitation or an unanswered acceptance lapses. */
    expiresAt: moment('expires_at'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (t) => [
    uniqueIndex('supervision_code').on(t.codeHash),
    index('supervision_account').on(t.organisationId, t.account),
    index('supervision_family').on(t.family),
    tenantPolicy('supervision'),
  ],
);

/** Steps of a supervision, append-only. */
export const supervisionEvent = pgTable(
  'supervision_event',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    supervisionId: uuid('supervision_id').notNull(),
    at: moment('at').notNull(),
    /** `young`, `parent`, `staff` or `time`. */
    actor: text('actor').notNull(),
    step: text('step').notNull(),
    data: jsonb('data').notNull(),
  },
  (t) => [
    index('supervision_event_of').on(t.organisationId, t.supervisionId, t.id),
    tenantPolicy('supervision_event'),
  ],
);

const placedHere = sql`placed_by = nullif(current_setting('keben.organisation', true), '')::uuid`;

/** Suspensions of supervisors by a helpline or a court; the organisation that placed one sees it and lifts it. */
export const supervisionSuspension = pgTable(
  'supervision_suspension',
  {
    id: uuid('id').primaryKey(),
    /** The platform of the account. */
    organisationId: uuid('organisation_id').notNull(),
    account: text('account').notNull(),
    /** Null: every supervisor of the account. */
    supervisionId: uuid('supervision_id'),
    basis: text('basis').notNull(),
    /** File number of whoever placed it. */
    reference: text('reference').notNull(),
    placedBy: uuid('placed_by').notNull(),
    placedByUser: text('placed_by_user').notNull(),
    placedAt: moment('placed_at').notNull(),
    liftedByUser: text('lifted_by_user'),
    liftedAt: moment('lifted_at'),
  },
  (t) => [
    index('supervision_suspension_account').on(t.organisationId, t.account),
    index('supervision_suspension_placed').on(t.placedBy, t.placedAt),
    tenantPolicy('supervision_suspension'),
    pgPolicy('supervision_suspension_placed_here', { for: 'select', to: appRole, using: placedHere }),
  ],
);

/** Sessions of parents in a browser; no organisation, since one family key may open accounts of several. */
export const familySession = pgTable(
  'family_session',
  {
    /** SHA-256 of the cookie's token. */
    hash: bytea('hash').primaryKey(),
    family: bytea('family').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [index('family_session_expiry').on(t.expiresAt)],
);

/** Minutes that an account spent, by day; only while somebody supervises it. */
export const accountUsage = pgTable(
  'account_usage',
  {
    organisationId: uuid('organisation_id').notNull(),
    account: text('account').notNull(),
    /** Local day of the young person. */
    day: date('day', { mode: 'string' }).notNull(),
    /** `app` or `game`. */
    kind: text('kind').notNull(),
    /** Name of the game; empty for the app. */
    name: text('name').notNull(),
    minutes: smallint('minutes').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.account, t.day, t.kind, t.name] }),
    tenantPolicy('account_usage'),
  ],
);
