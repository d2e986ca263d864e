import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { LocalText } from '../base/vocabulary.ts';

const quizFolder = join(import.meta.dirname, '../../../../content/quiz');
const slug = z.string().regex(/^[a-z0-9-]{1,64}$/);

/** One message to judge. A part with `cue` is a sign that the learner points at; genuine messages have none. */
export const QuizItem = z
  .strictObject({
    id: slug,
    genuine: z.boolean(),
    from: LocalText,
    parts: z.array(z.strictObject({ text: LocalText, cue: slug.optional() })).min(1),
    why: LocalText,
    act: LocalText,
  })
  .refine(({ genuine, parts }) => genuine === parts.every((part) => part.cue === undefined), {
    error: 'a harmful item points at a cue, a genuine item at none',
  });

/** A quiz as content/quiz/{id}.yaml holds it. */
export const Quiz = z
  .strictObject({
    id: slug,
    version: z.number().int().positive(),
    title: LocalText,
    items: z.array(QuizItem).min(2),
  })
  .refine(({ items }) => new Set(items.map((item) => item.id)).size === items.length, {
    error: 'item ids are used once',
  })
  .meta({ id: 'Quiz' });
export type Quiz = z.infer<typeof Quiz>;

/** First answer to an item, before any hint; `mended` when a retry after the hint was right. */
export const Answer = z.strictObject({
  item: slug,
  first: z.enum(['harmful', 'genuine', 'skipped']),
  mended: z.boolean().default(false),
});
export type Answer = z.infer<typeof Answer>;

/** Signal-detection counts of one attempt; a signal is a harmful message. */
export const Score = z.object({
  hits: z.number().int(),
  misses: z.number().int(),
  falseAlarms: z.number().int(),
  correctRejections: z.number().int(),
  skipped: z.number().int(),
});
export type Score = z.infer<typeof Score>;

/** Every quiz in content/quiz by id; throws when a file is not valid. */
export function loadQuizzes(folder = quizFolder): Map<string, Quiz> {
  const found = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => Quiz.parse(parse(readFileSync(join(folder, name), 'utf8'))));
  return new Map(found.map((quiz) => [quiz.id, quiz]));
}

/** Counts hits, misses, false alarms and correct rejections; answers to items the quiz lacks do not count. */
export function scoreAttempt(quiz: Quiz, answers: Answer[]): Score {
  const genuine = new Map(quiz.items.map((item) => [item.id, item.genuine]));
  const score: Score = { hits: 0, misses: 0, falseAlarms: 0, correctRejections: 0, skipped: 0 };
  for (const { item, first } of answers) {
    const truth = genuine.get(item);
    if (truth === undefined) continue;
    if (first === 'skipped') score.skipped += 1;
    else if (truth) score[first === 'genuine' ? 'correctRejections' : 'falseAlarms'] += 1;
    else score[first === 'harmful' ? 'hits' : 'misses'] += 1;
  }
  return score;
}
