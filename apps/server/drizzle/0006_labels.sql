CREATE TABLE "case_label" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_id" text NOT NULL,
	"outcome" text NOT NULL,
	"reason" text NOT NULL,
	"verdict" text NOT NULL,
	"kind" text NOT NULL,
	"level" text NOT NULL,
	"harm" text,
	"assessments" jsonb NOT NULL,
	"sightings" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "case_label" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "sighting_mark" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"evidence_id" uuid NOT NULL,
	"cue" text NOT NULL,
	"mark" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_id" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sighting_mark" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "case_label_case" ON "case_label" USING btree ("case_id","id");--> statement-breakpoint
CREATE INDEX "case_label_at" ON "case_label" USING btree ("organisation_id","at");--> statement-breakpoint
CREATE INDEX "sighting_mark_case" ON "sighting_mark" USING btree ("case_id","evidence_id","cue","id");--> statement-breakpoint
CREATE POLICY "case_label_tenant" ON "case_label" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "sighting_mark_tenant" ON "sighting_mark" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
REVOKE UPDATE, DELETE ON "case_label", "sighting_mark" FROM "keben_app";
