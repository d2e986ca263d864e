ALTER TABLE "removal_request" ADD COLUMN "hashes" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE "removal_request" r SET "hashes" = (SELECT count(*) FROM "removal_content" c JOIN "bank_signal" s ON s."organisation_id" = c."organisation_id" AND s."content_id" = c."content_id" WHERE c."request_id" = r."id");
