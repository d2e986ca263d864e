CREATE TABLE "bank_content" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"bank_id" uuid NOT NULL,
	"status" text NOT NULL,
	"source" text,
	"reason" text,
	"note" text,
	"disabled_until" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"changed_by" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "bank_content" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "bank_signal" (
	"organisation_id" uuid NOT NULL,
	"content_id" bigint NOT NULL,
	"ordinal" integer NOT NULL,
	"bank_number" smallint NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"quality" smallint,
	"seconds" real,
	"changed" bigint NOT NULL,
	"live" boolean NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "bank_signal_organisation_id_content_id_ordinal_pk" PRIMARY KEY("organisation_id","content_id","ordinal")
);
--> statement-breakpoint
ALTER TABLE "bank_signal" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "bank_step" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"content_id" bigint NOT NULL,
	"step" text NOT NULL,
	"reason" text NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "bank_step" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "hash_bank" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"number" smallint NOT NULL,
	"name" text NOT NULL,
	"source" text NOT NULL,
	"reason" text NOT NULL,
	"generative_ai" boolean NOT NULL,
	"enabled_ratio" real NOT NULL,
	"threshold" smallint NOT NULL,
	"action" text NOT NULL,
	"arrives" text NOT NULL,
	"retention_days" integer,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "hash_bank" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "hash_holding" (
	"organisation_id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"purged" bigint NOT NULL,
	"banks" smallint NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "hash_holding" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bank_content" ADD CONSTRAINT "bank_content_bank_id_hash_bank_id_fk" FOREIGN KEY ("bank_id") REFERENCES "public"."hash_bank"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bank_content_bank" ON "bank_content" USING btree ("organisation_id","bank_id","id");--> statement-breakpoint
CREATE INDEX "bank_content_expiry" ON "bank_content" USING btree ("expires_at") WHERE expires_at is not null;--> statement-breakpoint
CREATE INDEX "bank_signal_value" ON "bank_signal" USING btree ("organisation_id","kind","value");--> statement-breakpoint
CREATE INDEX "bank_signal_changed" ON "bank_signal" USING btree ("organisation_id","changed","content_id","ordinal");--> statement-breakpoint
CREATE INDEX "bank_signal_removed" ON "bank_signal" USING btree ("removed_at") WHERE removed_at is not null;--> statement-breakpoint
CREATE INDEX "bank_step_content" ON "bank_step" USING btree ("organisation_id","content_id");--> statement-breakpoint
CREATE UNIQUE INDEX "hash_bank_name" ON "hash_bank" USING btree ("organisation_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "hash_bank_number" ON "hash_bank" USING btree ("organisation_id","number");--> statement-breakpoint
CREATE POLICY "bank_content_tenant" ON "bank_content" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "bank_signal_tenant" ON "bank_signal" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "bank_step_tenant" ON "bank_step" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "hash_bank_tenant" ON "hash_bank" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "hash_holding_tenant" ON "hash_holding" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
-- Lists become banks that hold what they held; people had looked at what is on them, so it is confirmed.
INSERT INTO "hash_holding" ("organisation_id", "version", "purged", "banks", "updated_at") SELECT "organisation_id", 1, 0, count(*), max("updated_at") FROM "hash_list" GROUP BY 1;--> statement-breakpoint
INSERT INTO "hash_bank" ("id", "organisation_id", "number", "name", "source", "reason", "generative_ai", "enabled_ratio", "threshold", "action", "arrives", "retention_days", "created_at", "updated_at") SELECT "id", "organisation_id", row_number() OVER (PARTITION BY "organisation_id" ORDER BY "created_at", "id"), "name", "source", "reason", "generative_ai", 1, 31, 'block', 'confirmed', NULL, "created_at", "updated_at" FROM "hash_list";--> statement-breakpoint
WITH "put" AS (SELECT nextval(pg_get_serial_sequence('bank_content', 'id')) AS "id", "k".* FROM "known_hash" "k"), "contents" AS (INSERT INTO "bank_content" ("id", "organisation_id", "bank_id", "status", "reason", "created_at", "created_by", "changed_at", "changed_by") SELECT "p"."id", "p"."organisation_id", "p"."list_id", 'confirmed', "p"."reason", "l"."updated_at", 'operator', "l"."updated_at", 'operator' FROM "put" "p" JOIN "hash_list" "l" ON "l"."id" = "p"."list_id") INSERT INTO "bank_signal" ("organisation_id", "content_id", "ordinal", "bank_number", "kind", "value", "changed", "live") SELECT "p"."organisation_id", "p"."id", 0, "b"."number", "p"."kind", "p"."value", 1, true FROM "put" "p" JOIN "hash_bank" "b" ON "b"."id" = "p"."list_id";--> statement-breakpoint
-- What people decided is only ever added to, whatever the code of a tenant's transaction says.
REVOKE UPDATE, DELETE ON "bank_step" FROM "keben_app";
