CREATE TABLE "assessment" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "assessment_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"position" bigint NOT NULL,
	"event_id" text NOT NULL,
	"account" text NOT NULL,
	"account_band" text NOT NULL,
	"counterpart" text,
	"counterpart_band" text,
	"level" text NOT NULL,
	"score" real NOT NULL,
	"harm" text,
	"cues" jsonb NOT NULL,
	"contributions" jsonb NOT NULL,
	"rules" jsonb NOT NULL,
	"actions" jsonb NOT NULL,
	"version" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "assessment" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "observation" (
	"organisation_id" uuid NOT NULL,
	"position" bigint NOT NULL,
	"cue" text NOT NULL,
	"score" real NOT NULL,
	"start_at" bigint NOT NULL,
	"end_at" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "observation_organisation_id_position_cue_start_at_pk" PRIMARY KEY("organisation_id","position","cue","start_at")
);
--> statement-breakpoint
ALTER TABLE "observation" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "risk_state" (
	"organisation_id" uuid NOT NULL,
	"key" text NOT NULL,
	"state" json NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "risk_state_organisation_id_key_pk" PRIMARY KEY("organisation_id","key")
);
--> statement-breakpoint
ALTER TABLE "risk_state" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE UNIQUE INDEX "assessment_sequence" ON "assessment" USING btree ("sequence");--> statement-breakpoint
CREATE INDEX "assessment_account" ON "assessment" USING btree ("organisation_id","account","sequence");--> statement-breakpoint
CREATE INDEX "assessment_level" ON "assessment" USING btree ("level","at");--> statement-breakpoint
CREATE INDEX "observation_cue" ON "observation" USING btree ("cue","at");--> statement-breakpoint
CREATE POLICY "assessment_tenant" ON "assessment" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "observation_tenant" ON "observation" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "risk_state_tenant" ON "risk_state" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);