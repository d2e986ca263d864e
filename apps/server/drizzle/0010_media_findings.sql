CREATE TABLE "hash_list" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"name" text NOT NULL,
	"source" text NOT NULL,
	"reason" text NOT NULL,
	"generative_ai" boolean NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "hash_list" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "known_hash" (
	"organisation_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"list_id" uuid NOT NULL,
	"reason" text,
	CONSTRAINT "known_hash_organisation_id_kind_value_list_id_pk" PRIMARY KEY("organisation_id","kind","value","list_id")
);
--> statement-breakpoint
ALTER TABLE "known_hash" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "media_finding" (
	"organisation_id" uuid NOT NULL,
	"position" bigint NOT NULL,
	"item" smallint NOT NULL,
	"account" text NOT NULL,
	"towards" jsonb NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"why" text,
	"matches" jsonb NOT NULL,
	"generative_ai" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "media_finding_organisation_id_position_item_pk" PRIMARY KEY("organisation_id","position","item")
);
--> statement-breakpoint
ALTER TABLE "media_finding" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "case_evidence" ADD COLUMN "media" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "case_file" ADD COLUMN "generative_ai" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "known_hash" ADD CONSTRAINT "known_hash_list_id_hash_list_id_fk" FOREIGN KEY ("list_id") REFERENCES "public"."hash_list"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "hash_list_name" ON "hash_list" USING btree ("organisation_id","name");--> statement-breakpoint
CREATE INDEX "known_hash_list" ON "known_hash" USING btree ("list_id");--> statement-breakpoint
CREATE INDEX "media_finding_account" ON "media_finding" USING btree ("organisation_id","account","at");--> statement-breakpoint
CREATE POLICY "hash_list_tenant" ON "hash_list" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "known_hash_tenant" ON "known_hash" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "media_finding_tenant" ON "media_finding" AS PERMISSIVE FOR ALL TO "keben_app" USING (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid) WITH CHECK (organisation_id = nullif(current_setting('keben.organisation', true), '')::uuid);