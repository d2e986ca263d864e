CREATE TABLE "connection" (
	"organisation_id" uuid NOT NULL,
	"low" text NOT NULL,
	"high" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	CONSTRAINT "connection_organisation_id_low_high_pk" PRIMARY KEY("organisation_id","low","high")
);
--> statement-breakpoint
ALTER TABLE "connection" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "protected_account" (
	"organisation_id" uuid NOT NULL,
	"id" text NOT NULL,
	"age_band" text NOT NULL,
	"assurance" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "protected_account_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
ALTER TABLE "protected_account" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "action" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "action_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organisation_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"action" text NOT NULL,
	"account" text NOT NULL,
	"counterpart" text,
	"at" timestamp with time zone NOT NULL,
	"by_id" text NOT NULL,
	"by_name" text NOT NULL,
	"status" text NOT NULL,
	"statement_id" uuid NOT NULL,
	"ground" text NOT NULL,
	"statement_vi" text NOT NULL,
	"statement_en" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "action" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "anonymous_report" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"lookup_hash" "bytea" NOT NULL,
	"reporter_public_key" "bytea" NOT NULL,
	"age_band" text NOT NULL,
	"harm" text NOT NULL,
	"urgency" text NOT NULL,
	"region" text,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "anonymous_report" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "case_event" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_id" text,
	"actor_name" text,
	"type" text NOT NULL,
	"note" text,
	"data" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "case_event" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "case_evidence" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"position" bigint,
	"event_id" text,
	"at" timestamp with time zone NOT NULL,
	"sender" text NOT NULL,
	"recipients" jsonb NOT NULL,
	"delivery" text NOT NULL,
	"severity" smallint NOT NULL,
	"cues" jsonb NOT NULL,
	"sealed" "bytea",
	"digest" "bytea"
);
--> statement-breakpoint
ALTER TABLE "case_evidence" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "case_file" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"year" smallint NOT NULL,
	"sequence" integer NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"urgency" smallint NOT NULL,
	"level" text NOT NULL,
	"harm" text,
	"subject" text,
	"subject_band" text,
	"counterpart" text,
	"counterpart_band" text,
	"cues" jsonb NOT NULL,
	"contributions" jsonb NOT NULL,
	"assignee_id" text,
	"assignee_name" text,
	"opened_at" timestamp with time zone NOT NULL,
	"deadline_at" timestamp with time zone,
	"deadline_kind" text,
	"deadline_law" text,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "case_file" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "referral" (
	"id" uuid PRIMARY KEY NOT NULL,
	"from_organisation" uuid NOT NULL,
	"to_organisation" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"case_number" text NOT NULL,
	"state" text NOT NULL,
	"note" text NOT NULL,
	"basis" text NOT NULL,
	"summary" jsonb NOT NULL,
	"outcome_kind" text,
	"outcome_note" text,
	"sent_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "referral" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "referral_event" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"referral_id" uuid NOT NULL,
	"from_organisation" uuid NOT NULL,
	"to_organisation" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"type" text NOT NULL,
	"note" text
);
--> statement-breakpoint
ALTER TABLE "referral_event" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "referral_evidence" (
	"id" uuid PRIMARY KEY NOT NULL,
	"referral_id" uuid NOT NULL,
	"from_organisation" uuid NOT NULL,
	"to_organisation" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"sender" text NOT NULL,
	"severity" smallint NOT NULL,
	"cues" jsonb NOT NULL,
	"sealed" "bytea",
	"digest" "bytea"
);
--> statement-breakpoint
ALTER TABLE "referral_evidence" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "thread_message" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"report_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"sender" text NOT NULL,
	"sealed_organisation" "bytea" NOT NULL,
	"sealed_reporter" "bytea" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "thread_message" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "user_report" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"reporter" text NOT NULL,
	"target" text NOT NULL,
	"harm" text,
	"comment_sealed" "bytea",
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "user_report" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "connection_high" ON "connection" USING btree ("organisation_id","high");--> statement-breakpoint
CREATE UNIQUE INDEX "action_sequence" ON "action" USING btree ("sequence");--> statement-breakpoint
CREATE INDEX "action_case" ON "action" USING btree ("case_id");--> statement-breakpoint
CREATE UNIQUE INDEX "anonymous_report_lookup" ON "anonymous_report" USING btree ("lookup_hash");--> statement-breakpoint
CREATE INDEX "anonymous_report_case" ON "anonymous_report" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "case_event_case" ON "case_event" USING btree ("case_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "case_evidence_position" ON "case_evidence" USING btree ("case_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "case_number" ON "case_file" USING btree ("organisation_id","year","sequence");--> statement-breakpoint
CREATE INDEX "case_subject" ON "case_file" USING btree ("organisation_id","subject");--> statement-breakpoint
CREATE INDEX "case_queue" ON "case_file" USING btree ("organisation_id","state","urgency","deadline_at");--> statement-breakpoint
CREATE INDEX "referral_to" ON "referral" USING btree ("to_organisation","state");--> statement-breakpoint
CREATE INDEX "referral_from" ON "referral" USING btree ("from_organisation","state");--> statement-breakpoint
CREATE INDEX "referral_event_referral" ON "referral_event" USING btree ("referral_id","id");--> statement-breakpoint
CREATE INDEX "referral_evidence_referral" ON "referral_evidence" USING btree ("referral_id","at");--> statement-breakpoint
CREATE INDEX "thread_message_report" ON "thread_message" USING btree ("report_id","at");--> statement-breakpoint
CREATE INDEX "user_report_case" ON "user_report" USING btree ("case_id");--> statement-breakpoint
CREATE POLICY "connection_tenant" ON "connection" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "protected_account_tenant" ON "protected_account" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "action_tenant" ON "action" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "anonymous_report_tenant" ON "anonymous_report" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "case_event_tenant" ON "case_event" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "case_evidence_tenant" ON "case_evidence" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "case_file_tenant" ON "case_file" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "referral_parties" ON "referral" AS PERMISSIVE FOR ALL TO "keben_app" USING (nullif(current_setting('keben.organisation', true), '')::uuid in (from_organisation, to_organisation)) WITH CHECK (nullif(current_setting('keben.organisation', true), '')::uuid in (from_organisation, to_organisation));--> statement-breakpoint
CREATE POLICY "referral_event_parties" ON "referral_event" AS PERMISSIVE FOR ALL TO "keben_app" USING (nullif(current_setting('keben.organisation', true), '')::uuid in (from_organisation, to_organisation)) WITH CHECK (nullif(current_setting('keben.organisation', true), '')::uuid in (from_organisation, to_organisation));--> statement-breakpoint
CREATE POLICY "referral_evidence_parties" ON "referral_evidence" AS PERMISSIVE FOR ALL TO "keben_app" USING (nullif(current_setting('keben.organisation', true), '')::uuid in (from_organisation, to_organisation)) WITH CHECK (nullif(current_setting('keben.organisation', true), '')::uuid in (from_organisation, to_organisation));--> statement-breakpoint
CREATE POLICY "thread_message_tenant" ON "thread_message" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "user_report_tenant" ON "user_report" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);