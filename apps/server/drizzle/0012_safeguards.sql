CREATE SEQUENCE "public"."settings_sequence" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "account_choice" (
	"organisation_id" uuid NOT NULL,
	"account" text NOT NULL,
	"self" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"parent" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"self_publishes" boolean DEFAULT false NOT NULL,
	"parent_publishes" boolean DEFAULT false NOT NULL,
	"sequence" bigint NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "account_choice_organisation_id_account_pk" PRIMARY KEY("organisation_id","account")
);
--> statement-breakpoint
ALTER TABLE "account_choice" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "age_claim" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"account" text NOT NULL,
	"kind" text NOT NULL,
	"from_band" text NOT NULL,
	"to_band" text NOT NULL,
	"assurance" text NOT NULL,
	"confidence" real NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"state" text NOT NULL,
	"decided_by" text,
	"decided_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "age_claim" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "block" (
	"organisation_id" uuid NOT NULL,
	"by" text NOT NULL,
	"target" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	CONSTRAINT "block_organisation_id_by_target_pk" PRIMARY KEY("organisation_id","by","target")
);
--> statement-breakpoint
ALTER TABLE "block" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "protected_account" ADD COLUMN "elder_band" text;--> statement-breakpoint
ALTER TABLE "protected_account" ADD COLUMN "confidence" real DEFAULT 0.5 NOT NULL;--> statement-breakpoint
ALTER TABLE "protected_account" ADD COLUMN "leaves_band_on" date;--> statement-breakpoint
CREATE INDEX "account_choice_sequence" ON "account_choice" USING btree ("organisation_id","sequence");--> statement-breakpoint
CREATE INDEX "age_claim_state" ON "age_claim" USING btree ("organisation_id","state","at");--> statement-breakpoint
CREATE INDEX "age_claim_account" ON "age_claim" USING btree ("organisation_id","account");--> statement-breakpoint
CREATE INDEX "block_target" ON "block" USING btree ("organisation_id","target");--> statement-breakpoint
CREATE POLICY "account_choice_tenant" ON "account_choice" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "age_claim_tenant" ON "age_claim" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "block_tenant" ON "block" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);