import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  index,
  integer,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { moment, tenantPolicy } from '../../../base/schema.ts';
import type { ContentStatus, ContentStep, MatchAction } from './content-state.ts';
import type { SignalKind } from './signal.ts';

/**
 * One row an organisation with hash banks. Every change of its banks, contents or signals locks this row and adds 1 to
 * `version`: so versions commit in their order, and a reader that has seen a version has seen all before it.
 */
export const hashHolding = pgTable(
  'hash_holding',
  {
    organisationId: uuid('organisation_id').primaryKey(),
    version: bigint('version', { mode: 'number' }).notNull(),
    /** Tombstones up to this version may be gone: who knows an older one reads everything anew. */
    purged: bigint('purged', { mode: 'number' }).notNull(),
    /** Bank numbers ever given. */
    banks: smallint('banks').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  () => [tenantPolicy('hash_holding')],
);

/** Hashes that one source stands for, with what follows from a match. */
export const hashBank = pgTable(
  'hash_bank',
  {
    id: uuid('id').primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    /** 1–16383, never given again in the organisation: part of the ids of the index in memory. */
    number: smallint('number').notNull(),
    name: text('name').notNull(),
    source: text('source').notNull(),
    reason: text('reason').notNull(),
    /** What is in the bank was made by a generative model. */
    generativeAi: boolean('generative_ai').notNull(),
    /** Part of lookups that ask this bank, 0–1. */
    enabledRatio: real('enabled_ratio').notNull(),
    /** Differing bits of 256 up to which a PDQ hash counts as the same, 0–40. */
    threshold: smallint('threshold').notNull(),
    action: text('action').$type<MatchAction>().notNull(),
    /** What a content is that the operator imports: `confirmed` where the source has looked at it. */
    arrives: text('arrives').$type<'confirmed' | 'unconfirmed'>().notNull(),
    /** Contents end this many days after they came; kept until removed without it. */
    retentionDays: integer('retention_days'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (t) => [
    uniqueIndex('hash_bank_name').on(t.organisationId, t.name),
    uniqueIndex('hash_bank_number').on(t.organisationId, t.number),
    tenantPolicy('hash_bank'),
  ],
);

/** One picture or film that a bank knows, by one or more signals; never the picture itself. */
export const bankContent = pgTable(
  'bank_content',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    bankId: uuid('bank_id')
      .notNull()
      .references(() => hashBank.id),
    status: text('status').$type<ContentStatus>().notNull(),
    source: text('source'),
    reason: text('reason'),
    note: text('note'),
    /** Not matched before this moment. */
    disabledUntil: moment('disabled_until'),
    expiresAt: moment('expires_at'),
    createdAt: moment('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    changedAt: moment('changed_at').notNull(),
    changedBy: text('changed_by').notNull(),
  },
  (t) => [
    index('bank_content_status').on(t.organisationId, t.bankId, t.status, t.id),
    index('bank_content_expiry').on(t.expiresAt).where(sql`expires_at is not null`),
    tenantPolicy('bank_content'),
  ],
);

/** Hashes of a content. A row that is not `live` tells readers of the index to drop it, until it is purged. */
export const bankSignal = pgTable(
  'bank_signal',
  {
    organisationId: uuid('organisation_id').notNull(),
    contentId: bigint('content_id', { mode: 'number' }).notNull(),
    /** 0–65535 in its content. */
    ordinal: integer('ordinal').notNull(),
    bankNumber: smallint('bank_number').notNull(),
    kind: text('kind').$type<SignalKind>().notNull(),
    /** Lower-case hexadecimal. */
    value: text('value').notNull(),
    /** PDQ quality 0–100, where it is known. */
    quality: smallint('quality'),
    /** Where in a film the frame stands. */
    seconds: real('seconds'),
    /** Version of the organisation's holding in which the row came or changed. */
    changed: bigint('changed', { mode: 'number' }).notNull(),
    live: boolean('live').notNull(),
    /** When its content was removed for good. */
    removedAt: moment('removed_at'),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.contentId, t.ordinal] }),
    index('bank_signal_value').on(t.organisationId, t.kind, t.value),
    index('bank_signal_changed').on(t.organisationId, t.changed, t.contentId, t.ordinal),
    // Small, since its keys are few: which banks hold which kinds, read by jumping from one to the next.
    index('bank_signal_held').on(t.organisationId, t.bankNumber, t.kind).where(sql`live`),
    index('bank_signal_removed').on(t.removedAt).where(sql`removed_at is not null`),
    tenantPolicy('bank_signal'),
  ],
);

/** What people decided about a content; only ever added to. */
export const bankStep = pgTable(
  'bank_step',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    organisationId: uuid('organisation_id').notNull(),
    contentId: bigint('content_id', { mode: 'number' }).notNull(),
    step: text('step').$type<ContentStep>().notNull(),
    reason: text('reason').notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    at: moment('at').notNull(),
  },
  (t) => [index('bank_step_content').on(t.organisationId, t.contentId), tenantPolicy('bank_step')],
);
