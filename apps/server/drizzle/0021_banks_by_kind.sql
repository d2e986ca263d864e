DROP INDEX "bank_content_bank";--> statement-breakpoint
CREATE INDEX "bank_content_status" ON "bank_content" USING btree ("organisation_id","bank_id","status","id");--> statement-breakpoint
CREATE INDEX "bank_signal_held" ON "bank_signal" USING btree ("organisation_id","bank_number","kind") WHERE live;--> statement-breakpoint
-- A frame counts once in its film. Memory that knows an older version is read anew.
WITH "gone" AS (DELETE FROM "bank_signal" s USING "bank_signal" first WHERE s."kind" = 'vpdq' AND first."kind" = 'vpdq' AND first."organisation_id" = s."organisation_id" AND first."content_id" = s."content_id" AND first."value" = s."value" AND first."ordinal" < s."ordinal" RETURNING s."organisation_id") UPDATE "hash_holding" SET "version" = "version" + 1, "purged" = "version" + 1 WHERE "organisation_id" IN (SELECT "organisation_id" FROM "gone");
