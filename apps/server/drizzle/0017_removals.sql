CREATE TABLE "removal_attempt" (
	"number" "bytea" PRIMARY KEY NOT NULL,
	"wrong" smallint NOT NULL,
	"since" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "removal_content" (
	"organisation_id" uuid NOT NULL,
	"content_id" bigint NOT NULL,
	"request_id" uuid NOT NULL,
	"type" text NOT NULL,
	CONSTRAINT "removal_content_organisation_id_content_id_pk" PRIMARY KEY("organisation_id","content_id")
);
--> statement-breakpoint
ALTER TABLE "removal_content" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "removal_request" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"case_number" text NOT NULL,
	"pin_salt" "bytea" NOT NULL,
	"pin_hash" "bytea" NOT NULL,
	"language" text NOT NULL,
	"age_band" text NOT NULL,
	"platforms" jsonb NOT NULL,
	"pictures" smallint NOT NULL,
	"films" smallint NOT NULL,
	"state" text NOT NULL,
	"decline_reason" text,
	"received_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "removal_request" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "removal_step" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"request_id" uuid NOT NULL,
	"step" text NOT NULL,
	"actor_name" text,
	"reason" text,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "removal_step" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "removal_attempt_since" ON "removal_attempt" USING btree ("since");--> statement-breakpoint
CREATE INDEX "removal_content_request" ON "removal_content" USING btree ("request_id");--> statement-breakpoint
CREATE UNIQUE INDEX "removal_request_number" ON "removal_request" USING btree ("case_number");--> statement-breakpoint
CREATE INDEX "removal_request_state" ON "removal_request" USING btree ("organisation_id","state","received_at");--> statement-breakpoint
CREATE INDEX "removal_step_request" ON "removal_step" USING btree ("request_id","id");--> statement-breakpoint
CREATE INDEX "media_finding_match" ON "media_finding" USING btree ("organisation_id") WHERE status = 'match';--> statement-breakpoint
CREATE POLICY "removal_content_tenant" ON "removal_content" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "removal_request_tenant" ON "removal_request" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "removal_step_tenant" ON "removal_step" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
-- Tried case numbers belong to no organisation; what happened to a request is only ever added to.
REVOKE ALL ON "removal_attempt" FROM "keben_app";--> statement-breakpoint
REVOKE UPDATE, DELETE ON "removal_step" FROM "keben_app";
