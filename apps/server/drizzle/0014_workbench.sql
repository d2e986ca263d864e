CREATE TABLE "safeguard_event" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"step" text NOT NULL,
	"reason" text NOT NULL,
	"changes" jsonb NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "safeguard_event" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "safeguard_version" (
	"organisation_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"policies" json NOT NULL,
	"hash" text NOT NULL,
	"based_on" integer NOT NULL,
	"checked_with" text NOT NULL,
	"author_id" text NOT NULL,
	"author_name" text NOT NULL,
	"hands" jsonb NOT NULL,
	"was_in_force" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "safeguard_version_organisation_id_number_pk" PRIMARY KEY("organisation_id","number")
);
--> statement-breakpoint
ALTER TABLE "safeguard_version" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "situation_count" (
	"organisation_id" uuid NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"key" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "situation_count_organisation_id_hour_key_pk" PRIMARY KEY("organisation_id","hour","key")
);
--> statement-breakpoint
ALTER TABLE "situation_count" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "situation_facts" (
	"organisation_id" uuid NOT NULL,
	"key" text NOT NULL,
	"facts" jsonb NOT NULL,
	CONSTRAINT "situation_facts_organisation_id_key_pk" PRIMARY KEY("organisation_id","key")
);
--> statement-breakpoint
ALTER TABLE "situation_facts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "safeguard_event_version" ON "safeguard_event" USING btree ("organisation_id","version","id");--> statement-breakpoint
CREATE UNIQUE INDEX "safeguard_version_published" ON "safeguard_version" USING btree ("organisation_id") WHERE state = 'published';--> statement-breakpoint
CREATE INDEX "situation_count_age" ON "situation_count" USING btree ("hour");--> statement-breakpoint
CREATE POLICY "safeguard_event_tenant" ON "safeguard_event" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "safeguard_version_tenant" ON "safeguard_version" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "situation_count_tenant" ON "situation_count" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "situation_facts_tenant" ON "situation_facts" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
-- History is only ever added to, whatever the code of a tenant's transaction says.
REVOKE UPDATE, DELETE ON "safeguard_event" FROM "keben_app";
