-- An account's pairs are removed with it: compared by bytes they are one stretch of the primary key.
ALTER TABLE "risk_state" ALTER COLUMN "key" SET DATA TYPE text COLLATE "C";--> statement-breakpoint
-- History is only ever added to, whatever the code of a tenant's transaction says.
REVOKE UPDATE, DELETE ON "audit", "case_event", "referral_event", "rule_event" FROM "keben_app";
