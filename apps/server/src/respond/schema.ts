import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  index,
  integer,
  jsonb,
  pgPolicy,
  pgTable,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { appRole, bytea, moment, tenantPolicy } from '../base/schema.ts';
import type { Contribution, GenerativeAiReason, MediaNote } from '../detect/index.ts';
import type { LabelledAssessment, LabelledSighting } from './labels.ts';

export * from './removals/schema.ts';

/** Cases. `state` is what the reducer (case-state.ts) makes of `case_event`; it is kept for the queue. */
export const caseFile = pgTable(
  'case_file',
  {
    id: uuid('id').primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    year: smallint('year').notNull(),
    sequence: integer('sequence').notNull(),
    kind: text('kind').notNull(),
    state: text('state').notNull(),
    urgency: smallint('urgency').notNull(),
    level: text('level').notNull(),
    harm: text('harm'),
    subject: text('subject'),
    subjectBand: text('subject_band'),
    counterpart: text('counterpart'),
    counterpartBand: text('counterpart_band'),
    cues: jsonb('cues').$type<string[]>().notNull(),
    contributions: jsonb('contributions').$type<Contribution[]>().notNull(),
    /** Why imagery of the case counts as AI-made; reasons are only ever added. */
    generativeAi: jsonb('generative_ai').$type<GenerativeAiReason[]>().notNull().default([]),
    assigneeId: text('assignee_id'),
    assigneeName: text('assignee_name'),
    openedAt: moment('opened_at').notNull(),
    deadlineAt: moment('deadline_at'),
    deadlineKind: text('deadline_kind'),
    deadlineLaw: text('deadline_law'),
    updatedAt: moment('updated_at').notNull(),
  },
  (t) => [
    uniqueIndex('case_number').on(t.organisationId, t.year, t.sequence),
    index('case_subject').on(t.organisationId, t.subject),
    index('case_queue').on(t.organisationId, t.state, t.urgency, t.deadlineAt),
    tenantPolicy('case_file'),
  ],
);

/** What happened to a case, append-only. */
export const caseEvent = pgTable(
  'case_event',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    caseId: uuid('case_id').notNull(),
    at: moment('at').notNull(),
    actorId: text('actor_id'),
    actorName: text('actor_name'),
    type: text('type').notNull(),
    note: text('note'),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [index('case_event_case').on(t.caseId, t.id), tenantPolicy('case_event')],
);

/** What a person decided when closing a case, append-only; the newest of a closed case counts. */
export const caseLabel = pgTable(
  'case_label',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    caseId: uuid('case_id').notNull(),
    at: moment('at').notNull(),
    actorId: text('actor_id').notNull(),
    outcome: text('outcome').notNull(),
    reason: text('reason').notNull(),
    /** confirmed, dismissed or undecided: what outcome and reason say of the machine. */
    verdict: text('verdict').notNull(),
    kind: text('kind').notNull(),
    level: text('level').notNull(),
    harm: text('harm'),
    assessments: jsonb('assessments').$type<LabelledAssessment[]>().notNull(),
    sightings: jsonb('sightings').$type<LabelledSighting[]>().notNull(),
  },
  (t) => [
    index('case_label_case').on(t.caseId, t.id),
    index('case_label_at').on(t.organisationId, t.at),
    tenantPolicy('case_label'),
  ],
);

/** What a person said of one cue in one message, append-only; the newest counts. */
export const sightingMark = pgTable(
  'sighting_mark',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    caseId: uuid('case_id').notNull(),
    evidenceId: uuid('evidence_id').notNull(),
    cue: text('cue').notNull(),
    mark: text('mark').notNull(),
    at: moment('at').notNull(),
    actorId: text('actor_id').notNull(),
  },
  (t) => [index('sighting_mark_case').on(t.caseId, t.evidenceId, t.cue, t.id), tenantPolicy('sighting_mark')],
);

/** Messages that belong to a case: an own sealed copy, which outlives the retention of the event log. */
export const caseEvidence = pgTable(
  'case_evidence',
  {
    id: uuid('id').primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    caseId: uuid('case_id').notNull(),
    /** Place in the event log; null for what a reporter handed in. */
    position: bigint('position', { mode: 'number' }),
    eventId: text('event_id'),
    at: moment('at').notNull(),
    sender: text('sender').notNull(),
    recipients: jsonb('recipients').$type<string[]>().notNull(),
    delivery: text('delivery').notNull(),
    severity: smallint('severity').notNull(),
    cues: jsonb('cues').$type<{ cue: string; score: number; start: number; end: number }[]>().notNull(),
    /** What was found of its pictures and films; the media themselves are never here. */
    media: jsonb('media').$type<MediaNote[]>().notNull().default([]),
    sealed: bytea('sealed'),
    /** SHA-256 of the text when it was taken in. */
    digest: bytea('digest'),
  },
  (t) => [uniqueIndex('case_evidence_position').on(t.caseId, t.position), tenantPolicy('case_evidence')],
);

/** Decisions on an account, each with its statement of reasons. */
export const action = pgTable(
  'action',
  {
    id: uuid('id').primaryKey(),
    sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
    organisationId: uuid('organisation_id').notNull(),
    caseId: uuid('case_id').notNull(),
    action: text('action').notNull(),
    account: text('account').notNull(),
    counterpart: text('counterpart'),
    at: moment('at').notNull(),
    byId: text('by_id').notNull(),
    byName: text('by_name').notNull(),
    status: text('status').notNull(),
    statementId: uuid('statement_id').notNull(),
    ground: text('ground').notNull(),
    statementVi: text('statement_vi').notNull(),
    statementEn: text('statement_en').notNull(),
  },
  (t) => [
    uniqueIndex('action_sequence').on(t.sequence),
    index('action_case').on(t.caseId),
    tenantPolicy('action'),
  ],
);

/** Reports by people that a platform passes on. */
export const userReport = pgTable(
  'user_report',
  {
    id: uuid('id').primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    caseId: uuid('case_id').notNull(),
    reporter: text('reporter').notNull(),
    target: text('target').notNull(),
    harm: text('harm'),
    commentSealed: bytea('comment_sealed'),
    at: moment('at').notNull(),
  },
  (t) => [index('user_report_case').on(t.caseId), tenantPolicy('user_report')],
);

/** Anonymous reports: no address, no agent, no name. The narrative is in `thread_message`, sealed by the sender. */
export const anonymousReport = pgTable(
  'anonymous_report',
  {
    id: uuid('id').primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    caseId: uuid('case_id').notNull(),
    /** SHA-256 of the lookup token that follows from the receipt. */
    lookupHash: bytea('lookup_hash').notNull(),
    reporterPublicKey: bytea('reporter_public_key').notNull(),
    ageBand: text('age_band').notNull(),
    harm: text('harm').notNull(),
    urgency: text('urgency').notNull(),
    region: text('region'),
    at: moment('at').notNull(),
  },
  (t) => [
    uniqueIndex('anonymous_report_lookup').on(t.lookupHash),
    index('anonymous_report_case').on(t.caseId),
    tenantPolicy('anonymous_report'),
  ],
);

export const threadMessage = pgTable(
  'thread_message',
  {
    id: uuid('id').primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    reportId: uuid('report_id').notNull(),
    at: moment('at').notNull(),
    sender: text('sender').notNull(),
    /** libsodium sealed boxes: one for the organisation's key, one for the reporter's. */
    sealedOrganisation: bytea('sealed_organisation').notNull(),
    sealedReporter: bytea('sealed_reporter').notNull(),
  },
  (t) => [index('thread_message_report').on(t.reportId, t.at), tenantPolicy('thread_message')],
);

const bothParties = sql`nullif(current_setting('keben.organisation', true), '')::uuid in (from_organisation, to_organisation)`;
const partiesPolicy = (table: string) =>
  pgPolicy(`${table}_parties`, { for: 'all', to: appRole, using: bothParties, withCheck: bothParties });

/** What one organisation hands to another. Both see it; nobody else does. */
export const referral = pgTable(
  'referral',
  {
    id: uuid('id').primaryKey(),
    fromOrganisation: uuid('from_organisation').notNull(),
    toOrganisation: uuid('to_organisation').notNull(),
    caseId: uuid('case_id').notNull(),
    caseNumber: text('case_number').notNull(),
    state: text('state').notNull(),
    note: text('note').notNull(),
    basis: text('basis').notNull(),
    summary: jsonb('summary').$type<ReferralSummary>().notNull(),
    outcomeKind: text('outcome_kind'),
    outcomeNote: text('outcome_note'),
    sentAt: moment('sent_at').notNull(),
    dueAt: moment('due_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (t) => [
    index('referral_to').on(t.toOrganisation, t.state),
    index('referral_from').on(t.fromOrganisation, t.state),
    partiesPolicy('referral'),
  ],
);

export interface ReferralSummary {
  harm: string | null;
  level: string;
  urgency: number;
  subject: { id: string; ageBand: string } | null;
  counterpart: { id: string; ageBand: string } | null;
  cues: string[];
  contributions: { kind: string; id: string; weight: number }[];
  /** Absent in referrals sent before the flag existed. */
  generativeAi?: GenerativeAiReason[];
}

/** Evidence of a referral, sealed anew under the receiver's key. */
export const referralEvidence = pgTable(
  'referral_evidence',
  {
    id: uuid('id').primaryKey(),
    referralId: uuid('referral_id').notNull(),
    fromOrganisation: uuid('from_organisation').notNull(),
    toOrganisation: uuid('to_organisation').notNull(),
    at: moment('at').notNull(),
    sender: text('sender').notNull(),
    severity: smallint('severity').notNull(),
    cues: jsonb('cues').$type<{ cue: string; score: number; start: number; end: number }[]>().notNull(),
    sealed: bytea('sealed'),
    digest: bytea('digest'),
  },
  (t) => [index('referral_evidence_referral').on(t.referralId, t.at), partiesPolicy('referral_evidence')],
);

export const referralEvent = pgTable(
  'referral_event',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    referralId: uuid('referral_id').notNull(),
    fromOrganisation: uuid('from_organisation').notNull(),
    toOrganisation: uuid('to_organisation').notNull(),
    at: moment('at').notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    type: text('type').notNull(),
    note: text('note'),
  },
  (t) => [index('referral_event_referral').on(t.referralId, t.id), partiesPolicy('referral_event')],
);
