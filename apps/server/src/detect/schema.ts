import {
  bigint,
  index,
  json,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { moment, tenantPolicy } from '../base/schema.ts';

/** What detection remembers of an account (`account:ID`) or of one account towards another (`pair:ID>ID`). */
export const riskState = pgTable(
  'risk_state',
  {
    organisationId: uuid('organisation_id').notNull(),
    key: text('key').notNull(),
    // json, not jsonb: it keeps the order of keys, so a reloaded state equals the one in memory to the byte.
    state: json('state').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.key] }), tenantPolicy('risk_state')],
);

/** Cue observations, one row a cue found in a message; counted in public, shown as evidence. */
export const observation = pgTable(
  'observation',
  {
    organisationId: uuid('organisation_id').notNull(),
    position: bigint('position', { mode: 'number' }).notNull(),
    cue: text('cue').notNull(),
    score: real('score').notNull(),
    start: bigint('start_at', { mode: 'number' }).notNull(),
    end: bigint('end_at', { mode: 'number' }).notNull(),
    at: moment('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.position, t.cue, t.start] }),
    index('observation_cue').on(t.cue, t.at),
    tenantPolicy('observation'),
  ],
);

/** Assessments: append-only, one a rise of level or a rule that fired anew. The id follows from the event. */
export const assessment = pgTable(
  'assessment',
  {
    id: uuid('id').primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
    position: bigint('position', { mode: 'number' }).notNull(),
    eventId: text('event_id').notNull(),
    account: text('account').notNull(),
    accountBand: text('account_band').notNull(),
    counterpart: text('counterpart'),
    counterpartBand: text('counterpart_band'),
    level: text('level').notNull(),
    score: real('score').notNull(),
    harm: text('harm'),
    cues: jsonb('cues').notNull(),
    contributions: jsonb('contributions').notNull(),
    rules: jsonb('rules').notNull(),
    actions: jsonb('actions').notNull(),
    version: text('version').notNull(),
    at: moment('at').notNull(),
  },
  (t) => [
    uniqueIndex('assessment_sequence').on(t.sequence),
    index('assessment_account').on(t.organisationId, t.account, t.sequence),
    index('assessment_level').on(t.level, t.at),
    tenantPolicy('assessment'),
  ],
);
