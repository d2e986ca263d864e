import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  date,
  index,
  integer,
  json,
  jsonb,
  pgSequence,
  pgTable,
  primaryKey,
  real,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { moment, tenantPolicy } from '../base/schema.ts';
import type { OwnPolicy, PolicyChange } from './workbench/own-policies.ts';
import type { StoredFacts } from './workbench/stored-facts.ts';
import type { VersionState } from './workbench/version-state.ts';

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
    /** The day that ends the band: the birthday, where the platform told it, or the last day the band can reach. */
    leavesBandOn: date('leaves_band_on', { mode: 'string' }),
    elderAssurance: text('elder_assurance'),
    elderLeavesOn: date('elder_leaves_on', { mode: 'string' }),
    /** Which reading is the claim: `rise` the older one, `fall` the younger one. */
    doubt: text('doubt'),
    updatedAt: moment('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    index('protected_account_leaves').on(t.leavesBandOn),
    index('protected_account_elder_leaves').on(t.elderLeavesOn).where(sql`elder_leaves_on is not null`),
    tenantPolicy('protected_account'),
  ],
);

/** Accounts that were deleted, for as long as their events may still come late; nothing else of them is kept. */
export const forgottenAccount = pgTable(
  'forgotten_account',
  {
    organisationId: uuid('organisation_id').notNull(),
    id: text('id').notNull(),
    at: moment('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    index('forgotten_account_at').on(t.at),
    tenantPolicy('forgotten_account'),
  ],
);

/** Moves of an age that nobody vouched for: signals for a person to settle. An account has at most one open. */
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
    /** The day that ends the claimed band. */
    leavesBandOn: date('leaves_band_on', { mode: 'string' }),
    at: moment('at').notNull(),
    /** `open`, `confirmed`, `refused`, or `settled` by better proof. */
    state: text('state').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: moment('decided_at'),
    /** Why, in the words of who decided. */
    note: text('note'),
  },
  (t) => [
    uniqueIndex('age_claim_open').on(t.organisationId, t.account).where(sql`state = 'open'`),
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

/** An organisation's policies, version by version, laid over those of the files. Content changes only in a draft. */
export const safeguardVersion = pgTable(
  'safeguard_version',
  {
    organisationId: uuid('organisation_id').notNull(),
    number: integer('number').notNull(),
    name: text('name').notNull(),
    state: text('state').$type<VersionState>().notNull(),
    /** What the organisation says differently. */
    policies: json('policies').$type<OwnPolicy[]>().notNull(),
    hash: text('hash').notNull(),
    /** The version it was begun from; 0 is the files alone. */
    basedOn: integer('based_on').notNull(),
    /** Version of the files that it was last checked with: after an upgrade it is checked again before it counts. */
    checkedWith: text('checked_with').notNull(),
    authorId: text('author_id').notNull(),
    authorName: text('author_name').notNull(),
    /** Who wrote or proposed it: none of them may publish it. */
    hands: jsonb('hands').$type<string[]>().notNull(),
    wasInForce: boolean('was_in_force').notNull().default(false),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.number] }),
    uniqueIndex('safeguard_version_published').on(t.organisationId).where(sql`state = 'published'`),
    tenantPolicy('safeguard_version'),
  ],
);

/** What happened to the policies: who, when, why, and what changed. Append-only. */
export const safeguardEvent = pgTable(
  'safeguard_event',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    version: integer('version').notNull(),
    step: text('step').notNull(),
    reason: text('reason').notNull(),
    changes: jsonb('changes').$type<PolicyChange[]>().notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    at: moment('at').notNull(),
  },
  (t) => [
    index('safeguard_event_version').on(t.organisationId, t.version, t.id),
    tenantPolicy('safeguard_event'),
  ],
);

/** Facts of judged situations, without any account, so that drafts can be tried on what really happens. */
export const situationFacts = pgTable(
  'situation_facts',
  {
    organisationId: uuid('organisation_id').notNull(),
    /** Hash of the facts. */
    key: text('key').notNull(),
    facts: jsonb('facts').$type<StoredFacts>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.key] }), tenantPolicy('situation_facts')],
);

/** How often each was asked in an hour; the key `*` counts every request of the hour. */
export const situationCount = pgTable(
  'situation_count',
  {
    organisationId: uuid('organisation_id').notNull(),
    hour: moment('hour').notNull(),
    key: text('key').notNull(),
    count: bigint('count', { mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.hour, t.key] }),
    index('situation_count_age').on(t.hour),
    tenantPolicy('situation_count'),
  ],
);
