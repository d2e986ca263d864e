import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { moment, tenantPolicy } from '../base/schema.ts';
import type { HashMatch } from './media/hash-match.ts';
import type { BacktestResult } from './rules/backtest-result.ts';
import type { OrganisationRule, RuleChange } from './rules/rule-set.ts';
import type { RuleState } from './rules/rule-state.ts';

export * from './media/banks/schema.ts';

/** What detection remembers of an account (`account:ID`) or of one account towards another (`pair:ID>ID`). */
export const riskState = pgTable(
  'risk_state',
  {
    organisationId: uuid('organisation_id').notNull(),
    /** Compared by bytes (`collate "C"`, migration 0011), so that an account's pairs lie side by side. */
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

/** An organisation's rules, version by version, laid over those of the files. Content changes only in a draft. */
export const ruleVersion = pgTable(
  'rule_version',
  {
    organisationId: uuid('organisation_id').notNull(),
    number: integer('number').notNull(),
    name: text('name').notNull(),
    state: text('state').$type<RuleState>().notNull(),
    /** Share of accounts that a rollout takes in. */
    percent: smallint('percent').notNull().default(0),
    rules: json('rules').$type<OrganisationRule[]>().notNull(),
    hash: text('hash').notNull(),
    /** The version it was begun from; 0 is the rules of the files alone. */
    basedOn: integer('based_on').notNull(),
    authorId: text('author_id').notNull(),
    authorName: text('author_name').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.number] }),
    uniqueIndex('rule_version_published').on(t.organisationId).where(sql`state = 'published'`),
    uniqueIndex('rule_version_candidate').on(t.organisationId).where(sql`state in ('shadow', 'rollout')`),
    tenantPolicy('rule_version'),
  ],
);

/** What happened to the rules: who, when, why, and what changed. Append-only. */
export const ruleEvent = pgTable(
  'rule_event',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    version: integer('version').notNull(),
    step: text('step').notNull(),
    percent: smallint('percent'),
    reason: text('reason').notNull(),
    changes: jsonb('changes').$type<RuleChange[]>().notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    at: moment('at').notNull(),
  },
  (t) => [index('rule_event_version').on(t.organisationId, t.version, t.id), tenantPolicy('rule_event')],
);

/** What a version in shadow or rollout said beside the one in force, wherever either of them had something to say. */
export const ruleShadow = pgTable(
  'rule_shadow',
  {
    organisationId: uuid('organisation_id').notNull(),
    version: integer('version').notNull(),
    /** The id of the assessment, or `message:POSITION`. */
    key: text('key').notNull(),
    on: text('on_what').$type<'message' | 'assessment'>().notNull(),
    eventId: text('event_id').notNull(),
    account: text('account').notNull(),
    level: text('level').notNull(),
    /** Which of the two decided. */
    side: text('side').$type<'in-force' | 'candidate'>().notNull(),
    inForce: text('in_force').notNull(),
    candidate: text('candidate').notNull(),
    inForceRules: jsonb('in_force_rules').$type<string[]>().notNull(),
    candidateRules: jsonb('candidate_rules').$type<string[]>().notNull(),
    at: moment('at').notNull(),
    recordedAt: moment('recorded_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.version, t.key] }),
    index('rule_shadow_age').on(t.recordedAt),
    tenantPolicy('rule_shadow'),
  ],
);

/** A version tried on the events of the last days, in the background. */
export const ruleBacktest = pgTable(
  'rule_backtest',
  {
    id: uuid('id').primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    version: integer('version').notNull(),
    hash: text('hash').notNull(),
    /** The version that it is compared with. */
    against: integer('against').notNull(),
    days: smallint('days').notNull(),
    state: text('state').$type<'waiting' | 'running' | 'done' | 'cancelled' | 'failed'>().notNull(),
    read: integer('read_events').notNull().default(0),
    total: integer('total_events').notNull().default(0),
    result: jsonb('result').$type<BacktestResult>(),
    authorId: text('author_id').notNull(),
    authorName: text('author_name').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (t) => [
    index('rule_backtest_version').on(t.organisationId, t.version, t.createdAt),
    tenantPolicy('rule_backtest'),
  ],
);

/** What became of the look-up of each media item of an event, and what its provenance says. One row an item, always. */
export const mediaFinding = pgTable(
  'media_finding',
  {
    organisationId: uuid('organisation_id').notNull(),
    position: bigint('position', { mode: 'number' }).notNull(),
    item: smallint('item').notNull(),
    account: text('account').notNull(),
    towards: jsonb('towards').$type<string[]>().notNull(),
    type: text('type').notNull(),
    /** match, no-match or unavailable; `why` with the last. */
    status: text('status').notNull(),
    why: text('why'),
    /** Numbers of the banks it was compared with, and the kinds of hashes by which. */
    banks: jsonb('banks').$type<number[]>().notNull().default([]),
    kinds: jsonb('kinds').$type<string[]>().notNull().default([]),
    /** The banks were compared as they stood at this moment; null for what came before this was kept. */
    asOf: moment('as_of'),
    matches: jsonb('matches').$type<HashMatch[]>().notNull(),
    /** Why it counts as AI-made: hash-list, provenance; empty when nothing says so. */
    generativeAi: jsonb('generative_ai').$type<string[]>().notNull(),
    at: moment('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.position, t.item] }),
    index('media_finding_account').on(t.organisationId, t.account, t.at),
    index('media_finding_match').on(t.organisationId).where(sql`status = 'match'`),
    tenantPolicy('media_finding'),
  ],
);

/**
 * What detection must know across accounts, as a set of rows that are only ever added: `pair` and `pile` (the account
 * stood out towards the target `subject`), `device` (the account uses the device `subject`, a keyed hash), `account` (it
 * reached high risk, or a person acted on it). Assessments that span accounts follow from the set, whatever the order.
 */
export const riskMark = pgTable(
  'risk_mark',
  {
    organisationId: uuid('organisation_id').notNull(),
    kind: text('kind').notNull(),
    subject: text('subject').notNull(),
    account: text('account').notNull(),
    /** Tells marks of one account on one subject apart: a level or a day. */
    step: text('step').notNull(),
    at: moment('at').notNull(),
    position: bigint('position', { mode: 'number' }).notNull(),
    source: text('source').notNull(),
    eventId: text('event_id').notNull(),
    detail: json('detail').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.kind, t.subject, t.account, t.step] }),
    index('risk_mark_account').on(t.organisationId, t.account, t.kind),
    tenantPolicy('risk_mark'),
  ],
);
