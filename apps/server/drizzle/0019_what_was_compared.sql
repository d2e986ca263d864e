DROP INDEX "removal_attempt_since";--> statement-breakpoint
ALTER TABLE "media_finding" ADD COLUMN "banks" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "media_finding" ADD COLUMN "kinds" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "media_finding" ADD COLUMN "as_of" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "removal_attempt" ADD COLUMN "week_wrong" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "removal_attempt" ADD COLUMN "week_since" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "removal_attempt_week" ON "removal_attempt" USING btree ("week_since");