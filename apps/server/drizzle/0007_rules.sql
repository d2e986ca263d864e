CREATE TABLE "rule_backtest" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"hash" text NOT NULL,
	"against" integer NOT NULL,
	"days" smallint NOT NULL,
	"state" text NOT NULL,
	"read_events" integer DEFAULT 0 NOT NULL,
	"total_events" integer DEFAULT 0 NOT NULL,
	"result" jsonb,
	"author_id" text NOT NULL,
	"author_name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "rule_backtest" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "rule_event" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"step" text NOT NULL,
	"percent" smallint,
	"reason" text NOT NULL,
	"changes" jsonb NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "rule_event" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "rule_shadow" (
	"organisation_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"key" text NOT NULL,
	"on_what" text NOT NULL,
	"event_id" text NOT NULL,
	"account" text NOT NULL,
	"level" text NOT NULL,
	"side" text NOT NULL,
	"in_force" text NOT NULL,
	"candidate" text NOT NULL,
	"in_force_rules" jsonb NOT NULL,
	"candidate_rules" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	CONSTRAINT "rule_shadow_organisation_id_version_key_pk" PRIMARY KEY("organisation_id","version","key")
);
--> statement-breakpoint
ALTER TABLE "rule_shadow" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "rule_version" (
	"organisation_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"percent" smallint DEFAULT 0 NOT NULL,
	"rules" json NOT NULL,
	"hash" text NOT NULL,
	"based_on" integer NOT NULL,
	"author_id" text NOT NULL,
	"author_name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "rule_version_organisation_id_number_pk" PRIMARY KEY("organisation_id","number")
);
--> statement-breakpoint
ALTER TABLE "rule_version" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "rule_backtest_version" ON "rule_backtest" USING btree ("organisation_id","version","created_at");--> statement-breakpoint
CREATE INDEX "rule_event_version" ON "rule_event" USING btree ("organisation_id","version","id");--> statement-breakpoint
CREATE INDEX "rule_shadow_age" ON "rule_shadow" USING btree ("recorded_at");--> statement-breakpoint
CREATE UNIQUE INDEX "rule_version_published" ON "rule_version" USING btree ("organisation_id") WHERE state = 'published';--> statement-breakpoint
CREATE UNIQUE INDEX "rule_version_candidate" ON "rule_version" USING btree ("organisation_id") WHERE state in ('shadow', 'rollout');--> statement-breakpoint
CREATE POLICY "rule_backtest_tenant" ON "rule_backtest" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "rule_event_tenant" ON "rule_event" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "rule_shadow_tenant" ON "rule_shadow" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "rule_version_tenant" ON "rule_version" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);