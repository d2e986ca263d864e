import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';
import { Answer, loadQuizzes, Quiz, Score, scoreAttempt } from './quiz.ts';
import { countAnswers } from './store.ts';

const tags = ['learn'];
const params = z.object({ id: z.string().max(64) });

/** Lessons need no account: a quiz is public, and an attempt leaves nothing but counters. */
export function addLearnRoutes(app: App, { database }: Services): void {
  const quizzes = loadQuizzes();

  function quizOf(id: string): Quiz {
    const quiz = quizzes.get(id);
    if (!quiz) throw new AppError('not-found', `There is no quiz ${id}.`);
    return quiz;
  }

  app.get(
    '/v1/quiz/:id',
    {
      schema: {
        summary: 'A quiz with its signs and explanations',
        tags,
        params,
        response: { 200: Quiz },
      },
    },
    (request) => quizOf(request.params.id),
  );

  app.post(
    '/v1/quiz/:id/attempts',
    {
      // A whole school may sit behind one address.
      config: { rateLimit: { max: 600, timeWindow: '10 minutes' } },
      schema: {
        summary: 'Count an attempt, anonymously; answers with its misses and false alarms',
        tags,
        params,
        body: z.strictObject({ answers: z.array(Answer).min(1).max(50) }),
        response: { 201: z.object({ score: Score }) },
      },
    },
    async (request, reply) => {
      const quiz = quizOf(request.params.id);
      const { answers } = request.body;
      refuseOddItems(quiz, answers);
      await database.transaction('system', (tx) => countAnswers(tx, quiz, answers));
      return reply.status(201).send({ score: scoreAttempt(quiz, answers) });
    },
  );
}

function refuseOddItems(quiz: Quiz, answers: Answer[]): void {
  const left = new Set(quiz.items.map((item) => item.id));
  answers.forEach(({ item }, index) => {
    if (!left.delete(item)) {
      const pointer = `/answers/${index}/item`;
      throw new AppError(
        'invalid-request',
        `${pointer}: ${item} is not an item of ${quiz.id}, or is answered twice.`,
        {
          pointer,
        },
      );
    }
  });
}
