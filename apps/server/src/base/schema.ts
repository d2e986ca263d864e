import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgPolicy,
  pgRole,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** The role under which every tenant transaction runs; row-level security binds it. */
export const appRole = pgRole('keben_app').existing();

/** True for rows of the organisation that the transaction is scoped to (see database.ts). */
export const ofOrganisation = sql`organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid`;

/** The tenant policy every table with an `organisation_id` carries. */
export const tenantPolicy = (table: string) =>
  pgPolicy(`${table}_tenant`, { for: 'all', to: appRole, using: ofOrganisation, withCheck: ofOrganisation });

/** Organisations: platforms, hotlines, police units, schools. Names are public inside the system (directory). */
export const organisation = pgTable(
  'organisation',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind').notNull(),
    nameVi: text('name_vi').notNull(),
    nameEn: text('name_en').notNull(),
    publicKey: bytea('public_key'),
    wrappedSecretKey: jsonb('wrapped_secret_key'),
    webhookUrl: text('webhook_url'),
    webhookSecretSealed: bytea('webhook_secret_sealed'),
    createdAt: moment('created_at').notNull(),
  },
  (t) => [uniqueIndex('organisation_name').on(t.nameVi)],
);

export const apiKey = pgTable('api_key', {
  hash: bytea('hash').primaryKey(),
  organisationId: uuid('organisation_id')
    .notNull()
    .references(() => organisation.id),
  label: text('label').notNull(),
  createdAt: moment('created_at').notNull(),
  revokedAt: moment('revoked_at'),
});

/** Which person works for which organisation in which role. */
export const membership = pgTable(
  'membership',
  {
    userId: text('user_id').notNull(),
    organisationId: uuid('organisation_id')
      .notNull()
      .references(() => organisation.id),
    role: text('role').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId] })],
);

/** Accepted events, append-only, in order per partition. Message text is sealed apart from the rest. */
export const eventLog = pgTable(
  'event_log',
  {
    position: bigserial('position', { mode: 'number' }).primaryKey(),
    partition: smallint('partition').notNull(),
    /** A second partition whose worker must hear of the event too (a reply belongs to the one it answers as well). */
    mirror: smallint('mirror'),
    organisationId: uuid('organisation_id').notNull(),
    source: text('source').notNull(),
    eventId: text('event_id').notNull(),
    type: text('type').notNull(),
    /** Version of the schema that `data` follows. */
    schema: smallint('schema').notNull().default(1),
    time: moment('time').notNull(),
    data: jsonb('data').notNull(),
    sealed: bytea('sealed'),
    receivedAt: moment('received_at').notNull(),
    /** Where the entry stood in Kafka; null when this table was the log. */
    logPartition: smallint('log_partition'),
    logOffset: bigint('log_offset', { mode: 'number' }),
  },
  (t) => [
    uniqueIndex('event_log_identity').on(t.organisationId, t.source, t.eventId),
    index('event_log_order').on(t.partition, t.position),
    index('event_log_mirror').on(t.mirror, t.position).where(sql`mirror is not null`),
    index('event_log_age').on(t.receivedAt),
    tenantPolicy('event_log'),
  ],
);

/** Mirrors that came through Kafka and were worked on: a repeat falls away here, as an event's does in `event_log`. */
export const logMirror = pgTable(
  'log_mirror',
  {
    organisationId: uuid('organisation_id').notNull(),
    source: text('source').notNull(),
    eventId: text('event_id').notNull(),
    at: moment('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.source, t.eventId] }),
    index('log_mirror_age').on(t.at),
    tenantPolicy('log_mirror'),
  ],
);

/** How far each consumer group has read each partition; written in the transaction of the effects. */
export const logCursor = pgTable(
  'log_cursor',
  {
    consumer: text('consumer').notNull(),
    partition: smallint('partition').notNull(),
    position: bigint('position', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.consumer, t.partition] })],
);

/** Entries that no processor could use, set aside with the reason (log in Postgres; Kafka has a topic for them). */
export const deadLetter = pgTable(
  'dead_letter',
  {
    position: bigint('position', { mode: 'number' }).notNull(),
    /** `own` or `mirror`: what of the entry failed. */
    role: text('role').notNull(),
    organisationId: uuid('organisation_id').notNull(),
    reason: text('reason').notNull(),
    error: text('error').notNull(),
    at: moment('at').notNull(),
    /** Somebody asked to try it again. */
    replay: boolean('replay').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.position, t.role] }), tenantPolicy('dead_letter')],
);

/** Events between rooms, written in the transaction of what they tell of, delivered in order. */
export const outbox = pgTable('outbox', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  organisationId: uuid('organisation_id').notNull(),
  topic: text('topic').notNull(),
  payload: jsonb('payload').notNull(),
  createdAt: moment('created_at').notNull(),
  failures: integer('failures').notNull().default(0),
  lastError: text('last_error'),
  dead: boolean('dead').notNull().default(false),
});

/** Append-only, hash-chained record of who did what; one chain an organisation. */
export const audit = pgTable(
  'audit',
  {
    organisationId: uuid('organisation_id').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    at: moment('at').notNull(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    target: text('target').notNull(),
    data: jsonb('data').notNull(),
    previous: bytea('previous').notNull(),
    hash: bytea('hash').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.sequence] }), tenantPolicy('audit')],
);

/** Data keys by organisation, wrapped by the master key; destroying a row erases what it sealed. */
export const dataKey = pgTable('data_key', {
  organisationId: uuid('organisation_id').primaryKey(),
  wrapped: bytea('wrapped').notNull(),
  createdAt: moment('created_at').notNull(),
});

// Tables of better-auth 1.7 (core + two-factor); its names are kept.
export const user = pgTable('user', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull().unique(),
  emailVerified: boolean('email_verified').notNull(),
  image: text('image'),
  twoFactorEnabled: boolean('two_factor_enabled').default(false),
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull(),
});

export const session = pgTable('session', {
  id: text('id').primaryKey(),
  expiresAt: moment('expires_at').notNull(),
  token: text('token').notNull().unique(),
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull(),
  ipAddress: text('ip_address'),
  userAgent: text('user_agent'),
  userId: text('user_id')
    .notNull()
    .references(() => user.id, { onDelete: 'cascade' }),
});

export const account = pgTable('account', {
  id: text('id').primaryKey(),
  accountId: text('account_id').notNull(),
  providerId: text('provider_id').notNull(),
  userId: text('user_id')
    .notNull()
    .references(() => user.id, { onDelete: 'cascade' }),
  accessToken: text('access_token'),
  refreshToken: text('refresh_token'),
  idToken: text('id_token'),
  accessTokenExpiresAt: moment('access_token_expires_at'),
  refreshTokenExpiresAt: moment('refresh_token_expires_at'),
  scope: text('scope'),
  password: text('password'),
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull(),
});

export const verification = pgTable('verification', {
  id: text('id').primaryKey(),
  identifier: text('identifier').notNull(),
  value: text('value').notNull(),
  expiresAt: moment('expires_at').notNull(),
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
});

export const twoFactor = pgTable('two_factor', {
  id: text('id').primaryKey(),
  secret: text('secret').notNull(),
  backupCodes: text('backup_codes').notNull(),
  verified: boolean('verified').default(true),
  failedVerificationCount: integer('failed_verification_count').default(0),
  lockedUntil: moment('locked_until'),
  userId: text('user_id')
    .notNull()
    .references(() => user.id, { onDelete: 'cascade' }),
});
