import type { Database, Tx } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import { createSharedReads } from '../base/shared-reads.ts';
import { type AccessQuestion, type Answer, decideAccess } from './decide-access.ts';
import type { Safeguards, Verdict } from './safeguards.ts';

/** Questions answered in one read of the database. */
const MOST_AT_ONCE = 1000;

/** Which policies hold for an organisation, read in the transaction of the questions they judge. */
export type PolicyBook = (tx: Tx, organisationId: string) => Promise<Safeguards>;

export interface QuestionDesk {
  /** Answers in the order of the questions; a question that cannot be asked so gets its own AppError. */
  ask(organisationId: string, questions: readonly AccessQuestion[]): Promise<(Verdict | AppError)[]>;
  /** The policies that would judge a question of this organisation now. */
  policiesOf(organisationId: string): Promise<Safeguards>;
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
  const ask = createSharedReads<readonly AccessQuestion[], Answer[]>({
    async read(organisationId, asked) {
      const answers = await database.read({ organisation: organisationId }, (tx) =>
        decideAccess(tx, policies(tx, organisationId), organisationId, asked.flat(), now()),
      );
      let from = 0;
      return asked.map(({ length }) => {
        const mine = answers.slice(from, from + length);
        from += length;
        return mine;
      });
    },
    sizeOf: ({ length }) => length,
    most: MOST_AT_ONCE,
    observe: observe && ((organisationId, answers) => observe(organisationId, answers.flat())),
  });

  return {
    async ask(organisationId, questions) {
      const answers = await ask(organisationId, questions);
      return answers.map((answer) => (answer instanceof AppError ? answer : answer.verdict));
    },
    policiesOf: (organisationId) =>
      database.transaction({ organisation: organisationId }, (tx) => policies(tx, organisationId), {
        urgent: true,
      }),
  };
}
