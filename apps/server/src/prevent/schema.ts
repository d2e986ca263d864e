import {
  bigint,
  boolean,
  date,
  index,
  jsonb,
  pgSequence,
  pgTable,
  primaryKey,
  real,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { moment, tenantPolicy } from '../base/schema.ts';

export * from './supervision/schema.ts';

/** What is known of an account's age, from the platform's account events. */
export const protectedAccount = pgTable(
  'protected_account',
  {
    organisationId: uuid('organisation_id').notNull(),
    id: text('id').notNull(),
    /** The younger reading of the age: what protects. */
    ageBand: text('age_band').notNull(),
    /** The older reading while the two differ. */
    elderBand: text('elder_band'),
    /** How the age is known: declared, estimated, parent, school, verified. */
    assurance: text('assurance').notNull(),
    /** 0–1 */
    confidence: real('confidence').notNull().default(0.5),
    /** The birthday that ends the band, where the platform told it. */
    leavesBandOn: date('leaves_band_on', { mode: 'string' }),
    updatedAt: moment('updated_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.id] }), tenantPolicy('protected_account')],
);

/** Moves of an age that nobody vouched for: signals for a person to settle. */
export const ageClaim = pgTable(
  'age_claim',
  {
    id: uuid('id').primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    account: text('account').notNull(),
    /** `rise` over 16 or 18, or `fall` of a grown account below 18. */
    kind: text('kind').notNull(),
    fromBand: text('from_band').notNull(),
    toBand: text('to_band').notNull(),
    assurance: text('assurance').notNull(),
    confidence: real('confidence').notNull(),
    at: moment('at').notNull(),
    /** `open`, `confirmed`, `refused`, or `settled` by better proof. */
    state: text('state').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: moment('decided_at'),
  },
  (t) => [
    index('age_claim_state').on(t.organisationId, t.state, t.at),
    index('age_claim_account').on(t.organisationId, t.account),
    tenantPolicy('age_claim'),
  ],
);

/** Rises with every change of an account's settings, so that platforms can follow them. */
export const settingsSequence = pgSequence('settings_sequence');

/** What the young person and their parents chose; one row an account that chose anything. */
export const accountChoice = pgTable(
  'account_choice',
  {
    organisationId: uuid('organisation_id').notNull(),
    account: text('account').notNull(),
    /** Setting → value, the account's own. */
    self: jsonb('self').notNull().default({}),
    /** Setting → value of the active supervisors together, the strictest where several decided. */
    parent: jsonb('parent').notNull().default({}),
    /** Consent to make something personal public (Law 91/2025/QH15 Art 24). */
    selfPublishes: boolean('self_publishes').notNull().default(false),
    parentPublishes: boolean('parent_publishes').notNull().default(false),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.account] }),
    index('account_choice_sequence').on(t.organisationId, t.sequence),
    tenantPolicy('account_choice'),
  ],
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

/** Who blocked whom. Stays until the platform says `contact.accepted` between the two again. */
export const block = pgTable(
  'block',
  {
    organisationId: uuid('organisation_id').notNull(),
    by: text('by').notNull(),
    target: text('target').notNull(),
    since: moment('since').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.by, t.target] }),
    index('block_target').on(t.organisationId, t.target),
    tenantPolicy('block'),
  ],
);
