CREATE TABLE "account_usage" (
	"organisation_id" uuid NOT NULL,
	"account" text NOT NULL,
	"day" date NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"minutes" smallint NOT NULL,
	CONSTRAINT "account_usage_organisation_id_account_day_kind_name_pk" PRIMARY KEY("organisation_id","account","day","kind","name")
);
--> statement-breakpoint
ALTER TABLE "account_usage" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "family_session" (
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"family" "bytea" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "supervision" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"account" text NOT NULL,
	"state" text NOT NULL,
	"code_hash" "bytea",
	"names" "bytea" NOT NULL,
	"family" "bytea",
	"decisions" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"publishes" boolean,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "supervision" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "supervision_event" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"supervision_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor" text NOT NULL,
	"step" text NOT NULL,
	"data" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "supervision_event" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "supervision_suspension" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"account" text NOT NULL,
	"supervision_id" uuid,
	"basis" text NOT NULL,
	"reference" text NOT NULL,
	"placed_by" uuid NOT NULL,
	"placed_by_user" text NOT NULL,
	"placed_at" timestamp with time zone NOT NULL,
	"lifted_by_user" text,
	"lifted_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "supervision_suspension" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "family_session_expiry" ON "family_session" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "supervision_code" ON "supervision" USING btree ("code_hash");--> statement-breakpoint
CREATE INDEX "supervision_account" ON "supervision" USING btree ("organisation_id","account");--> statement-breakpoint
CREATE INDEX "supervision_family" ON "supervision" USING btree ("family");--> statement-breakpoint
CREATE INDEX "supervision_event_of" ON "supervision_event" USING btree ("organisation_id","supervision_id","id");--> statement-breakpoint
CREATE INDEX "supervision_suspension_account" ON "supervision_suspension" USING btree ("organisation_id","account");--> statement-breakpoint
CREATE INDEX "supervision_suspension_placed" ON "supervision_suspension" USING btree ("placed_by","placed_at");--> statement-breakpoint
CREATE POLICY "account_usage_tenant" ON "account_usage" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "supervision_tenant" ON "supervision" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "supervision_event_tenant" ON "supervision_event" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "supervision_suspension_tenant" ON "supervision_suspension" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "supervision_suspension_placed_here" ON "supervision_suspension" AS PERMISSIVE FOR SELECT TO "keben_app" USING (placed_by = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
-- History is only ever added to, whatever the code of a tenant's transaction says.
REVOKE UPDATE, DELETE ON "supervision_event" FROM "keben_app";--> statement-breakpoint
-- Sessions of parents belong to no organisation: the system alone touches them.
REVOKE ALL ON "family_session" FROM "keben_app";
