import { openLine, post } from './keep-alive.ts';
import type { Ask } from './load.ts';
import type { Question } from './questions.ts';

/** A server that speaks AuthZEN 1.0, and how it wants a question put. */
export interface Platform {
  url: URL;
  apiKey?: string;
  asked(question: Question): object;
}

/** Requests for the questions, one each and many together, with the decisions that the answers must hold. */
export function asksOf(
  { url, apiKey, asked }: Platform,
  questions: readonly Question[],
  expected: readonly boolean[],
  batch: number,
): { url: URL; one: Ask[]; many: Ask[] } {
  const bodies = questions.map(asked);
  return {
    url,
    one: bodies.map((body, n) => ({
      request: post(url, '/access/v1/evaluation', apiKey, body),
      expected: [expected[n] ?? false],
    })),
    many: Array.from({ length: Math.floor(bodies.length / batch) }, (_, n) => ({
      request: post(url, '/access/v1/evaluations', apiKey, {
        evaluations: bodies.slice(n * batch, (n + 1) * batch),
      }),
      expected: expected.slice(n * batch, (n + 1) * batch),
    })),
  };
}

/**
 * Asks every question both ways, one a request and many together. Throws when the two ways do not agree. Gives the
 * decisions, and an answer of each kind as it came.
 */
export async function decide(
  platform: Platform,
  questions: readonly Question[],
  batch: number,
): Promise<{ decisions: boolean[]; one: string; many: string }> {
  const { one, many } = asksOf(platform, questions, [], batch);
  const single = await askAll(platform.url, one);
  const batched = await askAll(platform.url, many);
  const decisions = single.map((body) => (JSON.parse(body) as { decision: boolean }).decision);
  const together = batched.flatMap((body) =>
    (JSON.parse(body) as { evaluations: { decision: boolean }[] }).evaluations.map(
      ({ decision }) => decision,
    ),
  );
  const apart = together.findIndex((decision, n) => decision !== decisions[n]);
  if (apart >= 0) {
    throw new Error(`Asked alone and among others the answer differs: ${JSON.stringify(questions[apart])}`);
  }
  return { decisions, one: single[0] ?? '', many: batched[0] ?? '' };
}

/** Tells of questions that the two decided differently; returns how many. */
export function differences(
  name: string,
  questions: readonly Question[],
  ours: readonly boolean[],
  theirs: readonly boolean[],
): number {
  const apart = questions.flatMap((question, n) =>
    ours[n] === theirs[n] ? [] : [{ question, ours: ours[n] }],
  );
  for (const { question, ours: decision } of apart.slice(0, 5)) {
    console.error(`${name} says ${decision}, Cerbos ${!decision}: ${JSON.stringify(question)}`);
  }
  return apart.length;
}

/** Asks each request once, eight at a time, and gives the answers in order. Throws when one is not a 200. */
async function askAll(url: URL, asks: readonly Ask[]): Promise<string[]> {
  const answers: string[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const failure = Promise.withResolvers<never>();
      const line = await openLine(url, failure.reject);
      try {
        for (let index = next++; index < asks.length; index = next++) {
          const answer = Promise.withResolvers<{ status: number; body: string }>();
          line.ask((asks[index] as Ask).request, answer.resolve);
          const { status, body } = await Promise.race([answer.promise, failure.promise]);
          if (status !== 200) throw new Error(`${url.host} answered ${status}: ${body.slice(0, 500)}`);
          answers[index] = body;
        }
      } finally {
        line.close();
      }
    }),
  );
  return answers;
}
