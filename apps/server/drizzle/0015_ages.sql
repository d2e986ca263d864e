CREATE TABLE "forgotten_account" (
	"organisation_id" uuid NOT NULL,
	"id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "forgotten_account_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
ALTER TABLE "forgotten_account" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "age_claim" ADD COLUMN "leaves_band_on" date;--> statement-breakpoint
ALTER TABLE "age_claim" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "protected_account" ADD COLUMN "elder_assurance" text;--> statement-breakpoint
ALTER TABLE "protected_account" ADD COLUMN "elder_leaves_on" date;--> statement-breakpoint
ALTER TABLE "protected_account" ADD COLUMN "doubt" text;--> statement-breakpoint
-- Of several open claims of an account the newest stays; the older reading learns which of the two is the claim.
UPDATE "age_claim" c SET "state" = 'settled', "decided_at" = c."at" WHERE c."state" = 'open' AND EXISTS (SELECT 1 FROM "age_claim" n WHERE n."organisation_id" = c."organisation_id" AND n."account" = c."account" AND n."state" = 'open' AND (n."at", n."id") > (c."at", c."id"));--> statement-breakpoint
UPDATE "protected_account" a SET "doubt" = coalesce((SELECT c."kind" FROM "age_claim" c WHERE c."organisation_id" = a."organisation_id" AND c."account" = a."id" AND c."state" = 'open'), 'rise') WHERE a."elder_band" IS NOT NULL;--> statement-breakpoint
UPDATE "protected_account" SET "leaves_band_on" = ("updated_at" AT TIME ZONE 'utc')::date + CASE "age_band" WHEN 'under-13' THEN interval '13 years' WHEN '13-15' THEN interval '3 years' WHEN '16-17' THEN interval '2 years' ELSE interval '7 years' END WHERE "leaves_band_on" IS NULL AND "age_band" IN ('under-13', '13-15', '16-17', '18-24');--> statement-breakpoint
CREATE INDEX "forgotten_account_at" ON "forgotten_account" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "age_claim_open" ON "age_claim" USING btree ("organisation_id","account") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "protected_account_leaves" ON "protected_account" USING btree ("leaves_band_on");--> statement-breakpoint
CREATE INDEX "protected_account_elder_leaves" ON "protected_account" USING btree ("elder_leaves_on") WHERE elder_leaves_on is not null;--> statement-breakpoint
CREATE POLICY "forgotten_account_tenant" ON "forgotten_account" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);