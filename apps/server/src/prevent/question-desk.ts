import { setTimeout as wait } from 'node:timers/promises';
import type { Database, Tx } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import { type AccessQuestion, type Answer, decideAccess } from './decide-access.ts';
import type { Safeguards, Verdict } from './safeguards.ts';

/** Questions answered in one read of the database. */
const MOST_AT_ONCE = 1000;

/**
 * Between the beginnings of two reads while many requests wait: half as many reads cost a third less of both cores at
 * 5,000 requests a second (`npm run bench:decisions`), and an answer comes a millisecond later.
 */
const GATHER_MS = 3;
/** With fewer requests waiting, now and at the read before, there is time to read for each. */
const FEW = 4;

/** Which policies hold for an organisation, read in the transaction of the questions they judge. */
export type PolicyBook = (tx: Tx, organisationId: string) => Promise<Safeguards>;

export interface QuestionDesk {
  /** Answers in the order of the questions; a question that cannot be asked so gets its own AppError. */
  ask(organisationId: string, questions: readonly AccessQuestion[]): Promise<(Verdict | AppError)[]>;
  /** The policies that would judge a question of this organisation now. */
  policiesOf(organisationId: string): Promise<Safeguards>;
}

interface Waiting {
  questions: readonly AccessQuestion[];
  resolve(answers: (Verdict | AppError)[]): void;
  reject(fault: unknown): void;
}

/**
 * Answers the questions of requests that arrive together from one read of the database. The first question of an idle
 * desk is read at once; those that come meanwhile share the next read, and while
 * many come, reads begin a few milliseconds apart. Every answer is as fresh as the commit before its
 * read began, which is after the question came: nothing is cached, so a withdrawal holds for the very next question.
 */
export function createQuestionDesk(parts: {
  database: Database;
  policies: PolicyBook;
  now: () => Date;
  /** Told of what was judged, after the answers went out. */
  observe?: (organisationId: string, answers: readonly Answer[]) => void;
}): QuestionDesk {
  const { database, policies, now, observe } = parts;
  const queues = new Map<string, Waiting[]>();

  async function serve(organisationId: string): Promise<void> {
    const queue = queues.get(organisationId);
    let began = Number.NEGATIVE_INFINITY;
    let before = 0;
    while (queue && queue.length > 0) {
      const isBusy = Math.max(queue.length, before) >= FEW;
      const rest = isBusy ? began + GATHER_MS - performance.now() : 0;
      if (rest > 0) await wait(rest);
      began = performance.now();
      const batch = takeBatch(queue);
      before = batch.length;
      try {
        const answers = await read(
          organisationId,
          batch.flatMap(({ questions }) => questions),
        );
        let from = 0;
        for (const { questions, resolve } of batch) {
          const mine = answers.slice(from, from + questions.length);
          from += questions.length;
          resolve(mine.map((answer) => (answer instanceof AppError ? answer : answer.verdict)));
        }
        observe?.(organisationId, answers);
      } catch (fault) {
        for (const { reject } of batch) reject(fault);
      }
    }
    queues.delete(organisationId);
  }

  function read(organisationId: string, questions: AccessQuestion[]): Promise<Answer[]> {
    return database.read({ organisation: organisationId }, (tx) =>
      decideAccess(tx, policies(tx, organisationId), organisationId, questions, now()),
    );
  }

  return {
    ask(organisationId, questions) {
      return new Promise((resolve, reject) => {
        const waiting = queues.get(organisationId);
        if (waiting) {
          waiting.push({ questions, resolve, reject });
          return;
        }
        queues.set(organisationId, [{ questions, resolve, reject }]);
        // Requests parsed in this turn of the event loop come along.
        setImmediate(() => void serve(organisationId));
      });
    },
    policiesOf: (organisationId) =>
      database.transaction({ organisation: organisationId }, (tx) => policies(tx, organisationId), {
        urgent: true,
      }),
  };
}

function takeBatch(queue: Waiting[]): Waiting[] {
  let count = 0;
  let size = 0;
  for (const { questions } of queue) {
    if (count > 0 && size + questions.length > MOST_AT_ONCE) break;
    count++;
    size += questions.length;
  }
  return queue.splice(0, count);
}
