import { index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { moment, tenantPolicy } from '../base/schema.ts';

/** What is known of an account's age, from the platform's account events. */
export const protectedAccount = pgTable(
  'protected_account',
  {
    organisationId: uuid('organisation_id').notNull(),
    id: text('id').notNull(),
    ageBand: text('age_band').notNull(),
    /** How the age is known: declared, parent, school, verified, estimated. */
    assurance: text('assurance').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.id] }), tenantPolicy('protected_account')],
);

/** Accepted contacts; `low` and `high` are the two ids in code unit order, so a pair is one row. */
export const connection = pgTable(
  'connection',
  {
    organisationId: uuid('organisation_id').notNull(),
    low: text('low').notNull(),
    high: text('high').notNull(),
    since: moment('since').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.low, t.high] }),
    index('connection_high').on(t.organisationId, t.high),
    tenantPolicy('connection'),
  ],
);
