DROP POLICY "hash_list_tenant" ON "hash_list" CASCADE;--> statement-breakpoint
DROP TABLE "hash_list" CASCADE;--> statement-breakpoint
DROP POLICY "known_hash_tenant" ON "known_hash" CASCADE;--> statement-breakpoint
DROP TABLE "known_hash" CASCADE;--> statement-breakpoint
-- What was found on a list was found in the bank that it became.
UPDATE "media_finding" SET "matches" = (SELECT jsonb_agg((m - 'list') || jsonb_build_object('bank', m->'list', 'content', NULL, 'status', 'confirmed', 'action', CASE WHEN (m->>'distance')::int = 0 THEN 'block' ELSE 'hold' END)) FROM jsonb_array_elements("matches") m) WHERE jsonb_array_length("matches") > 0;
