CREATE TABLE "dead_letter" (
	"position" bigint NOT NULL,
	"role" text NOT NULL,
	"organisation_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"error" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"replay" boolean DEFAULT false NOT NULL,
	CONSTRAINT "dead_letter_position_role_pk" PRIMARY KEY("position","role")
);
--> statement-breakpoint
ALTER TABLE "dead_letter" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "log_mirror" (
	"organisation_id" uuid NOT NULL,
	"source" text NOT NULL,
	"event_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "log_mirror_organisation_id_source_event_id_pk" PRIMARY KEY("organisation_id","source","event_id")
);
--> statement-breakpoint
ALTER TABLE "log_mirror" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "event_log" ADD COLUMN "schema" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "event_log" ADD COLUMN "log_partition" smallint;--> statement-breakpoint
ALTER TABLE "event_log" ADD COLUMN "log_offset" bigint;--> statement-breakpoint
CREATE INDEX "log_mirror_age" ON "log_mirror" USING btree ("at");--> statement-breakpoint
CREATE POLICY "dead_letter_tenant" ON "dead_letter" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "log_mirror_tenant" ON "log_mirror" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);