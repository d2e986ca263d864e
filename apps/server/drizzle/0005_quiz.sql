CREATE TABLE "quiz_item_count" (
	"quiz" text NOT NULL,
	"version" integer NOT NULL,
	"item" text NOT NULL,
	"harmful" bigint DEFAULT 0 NOT NULL,
	"genuine" bigint DEFAULT 0 NOT NULL,
	"skipped" bigint DEFAULT 0 NOT NULL,
	"mended" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "quiz_item_count_quiz_version_item_pk" PRIMARY KEY("quiz","version","item")
);
