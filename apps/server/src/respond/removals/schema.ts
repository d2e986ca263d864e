import {
  bigint,
  bigserial,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytea, moment, tenantPolicy } from '../../base/schema.ts';
import type { DeclineReason, RemovalState } from './removal-state.ts';

/** Requests to take pictures down: no picture, no name, no address. The hashes are in the bank, and only there. */
export const removalRequest = pgTable(
  'removal_request',
  {
    id: uuid('id').primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    /** Ten digits. */
    caseNumber: text('case_number').notNull(),
    pinSalt: bytea('pin_salt').notNull(),
    /** Keyed hash of what Argon2id makes of the PIN. */
    pinHash: bytea('pin_hash').notNull(),
    language: text('language').$type<'vi' | 'en'>().notNull(),
    ageBand: text('age_band').notNull(),
    /** Ids of policy/removal-platforms.yaml. */
    platforms: jsonb('platforms').$type<string[]>().notNull(),
    pictures: smallint('pictures').notNull(),
    films: smallint('films').notNull(),
    /** Hashes that it put into the bank. */
    hashes: integer('hashes').notNull().default(0),
    state: text('state').$type<RemovalState>().notNull(),
    declineReason: text('decline_reason').$type<DeclineReason>(),
    receivedAt: moment('received_at').notNull(),
    changedAt: moment('changed_at').notNull(),
  },
  (t) => [
    uniqueIndex('removal_request_number').on(t.caseNumber),
    index('removal_request_state').on(t.organisationId, t.state, t.receivedAt),
    tenantPolicy('removal_request'),
  ],
);

/** Which contents of the bank a standing request put there; each belongs to one request alone. */
export const removalContent = pgTable(
  'removal_content',
  {
    organisationId: uuid('organisation_id').notNull(),
    contentId: bigint('content_id', { mode: 'number' }).notNull(),
    requestId: uuid('request_id').notNull(),
    type: text('type').$type<'image' | 'video'>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.contentId] }),
    index('removal_content_request').on(t.requestId),
    tenantPolicy('removal_content'),
  ],
);

/** What happened to a request; only ever added to, until the request goes. */
export const removalStep = pgTable(
  'removal_step',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    requestId: uuid('request_id').notNull(),
    step: text('step').$type<'receive' | 'confirm' | 'decline' | 'withdraw'>().notNull(),
    /** Null: the young person. */
    actorName: text('actor_name'),
    reason: text('reason').$type<DeclineReason>(),
    at: moment('at').notNull(),
  },
  (t) => [index('removal_step_request').on(t.requestId, t.id), tenantPolicy('removal_step')],
);

/**
 * Wrong PINs of the last hour and of the last week by case number, whether there is such a request or not; no
 * organisation, and nothing of who tried.
 */
export const removalAttempt = pgTable(
  'removal_attempt',
  {
    /** Keyed hash of the case number. */
    number: bytea('number').primaryKey(),
    wrong: smallint('wrong').notNull(),
    since: moment('since').notNull(),
    weekWrong: smallint('week_wrong').notNull().default(0),
    weekSince: moment('week_since').notNull().defaultNow(),
  },
  (t) => [index('removal_attempt_week').on(t.weekSince)],
);
