import { sql } from 'drizzle-orm';
import type { Tx } from '../base/database.ts';
import type { Answer, Quiz } from './quiz.ts';
import { quizItemCount } from './schema.ts';

/** Adds one attempt's answers to the counters; nothing else of the attempt is kept. */
export async function countAnswers(
  tx: Tx,
  quiz: Pick<Quiz, 'id' | 'version'>,
  answers: Answer[],
): Promise<void> {
  if (answers.length === 0) return;
  const one = (yes: boolean) => (yes ? 1 : 0);
  // One order for all, so that two attempts at once never wait for each other in a circle.
  const ordered = answers.toSorted((a, b) => (a.item < b.item ? -1 : 1));
  await tx
    .insert(quizItemCount)
    .values(
      ordered.map(({ item, first, mended }) => ({
        quiz: quiz.id,
        version: quiz.version,
        item,
        harmful: one(first === 'harmful'),
        genuine: one(first === 'genuine'),
        skipped: one(first === 'skipped'),
        mended: one(mended),
      })),
    )
    .onConflictDoUpdate({
      target: [quizItemCount.quiz, quizItemCount.version, quizItemCount.item],
      set: {
        harmful: sql`${quizItemCount.harmful} + excluded.harmful`,
        genuine: sql`${quizItemCount.genuine} + excluded.genuine`,
        skipped: sql`${quizItemCount.skipped} + excluded.skipped`,
        mended: sql`${quizItemCount.mended} + excluded.mended`,
      },
    });
}
