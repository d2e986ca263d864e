CREATE TABLE "risk_mark" (
	"organisation_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"account" text NOT NULL,
	"step" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"position" bigint NOT NULL,
	"source" text NOT NULL,
	"event_id" text NOT NULL,
	"detail" json NOT NULL,
	CONSTRAINT "risk_mark_organisation_id_kind_subject_account_step_pk" PRIMARY KEY("organisation_id","kind","subject","account","step")
);
--> statement-breakpoint
ALTER TABLE "risk_mark" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "event_log" ADD COLUMN "mirror" smallint;--> statement-breakpoint
CREATE INDEX "risk_mark_account" ON "risk_mark" USING btree ("organisation_id","account","kind");--> statement-breakpoint
CREATE INDEX "event_log_mirror" ON "event_log" USING btree ("mirror","position") WHERE mirror is not null;--> statement-breakpoint
CREATE POLICY "risk_mark_tenant" ON "risk_mark" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
-- States have a new shape (shares instead of log-odds, paths of harm); what stood out before stays in assessments and cases.
DELETE FROM "risk_state";
