import { bigint, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

const counter = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);

/** How often each quiz item was judged how, over everybody: no row stands for a person or an attempt. */
export const quizItemCount = pgTable(
  'quiz_item_count',
  {
    quiz: text('quiz').notNull(),
    version: integer('version').notNull(),
    item: text('item').notNull(),
    harmful: counter('harmful'),
    genuine: counter('genuine'),
    skipped: counter('skipped'),
    /** Right on the retry, after the sign was pointed out. */
    mended: counter('mended'),
  },
  (t) => [primaryKey({ columns: [t.quiz, t.version, t.item] })],
);
