import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Answer, loadQuizzes, Quiz, scoreAttempt } from './quiz.ts';

const cuesFile = join(import.meta.dirname, '../../../../policy/cues.yaml');
const knownCues = new Set(
  (parse(readFileSync(cuesFile, 'utf8')) as { cues: { id: string }[] }).cues.map((cue) => cue.id),
);
const quizzes = [...loadQuizzes().values()];
const first = loadQuizzes().get('first') as Quiz;

describe('quizzes in content/quiz', () => {
  it.each(quizzes)('$id has as many genuine as harmful messages', ({ items }) => {
    expect(items.filter((item) => item.genuine).length * 2).toBe(items.length);
  });

  it.each(quizzes)('$id points only at cues of the one list', ({ items }) => {
    const used = items.flatMap((item) => item.parts.flatMap((part) => part.cue ?? []));
    expect(used.filter((cue) => !knownCues.has(cue))).toEqual([]);
  });

  it.each(quizzes)('$id is written in NFC', (quiz) => {
    const text = JSON.stringify(quiz);
    expect(text.normalize('NFC')).toBe(text);
  });

  it('refuses a harmful item without a sign', () => {
    const [item] = first.items;
    const bare = { ...item, parts: item?.parts.map(({ text }) => ({ text })) };
    expect(Quiz.safeParse({ ...first, items: [bare, ...first.items.slice(1)] }).success).toBe(false);
  });
});

describe('scoreAttempt', () => {
  const all = (choice: Answer['first']): Answer[] =>
    first.items.map(({ id }) => ({ item: id, first: choice, mended: false }));

  it('gives four hits and four false alarms to somebody who suspects everything', () => {
    expect(scoreAttempt(first, all('harmful'))).toEqual({
      hits: 4,
      misses: 0,
      falseAlarms: 4,
      correctRejections: 0,
      skipped: 0,
    });
  });

  it('counts a skipped item neither as right nor as wrong', () => {
    expect(scoreAttempt(first, all('skipped'))).toMatchObject({ hits: 0, misses: 0, skipped: 8 });
  });

  it('places every answer exactly once', () => {
    const answers = fc
      .subarray(first.items)
      .chain((items) =>
        fc.tuple(
          ...items.map(({ id }) =>
            fc
              .constantFrom<Answer['first']>('harmful', 'genuine', 'skipped')
              .map((choice): Answer => ({ item: id, first: choice, mended: false })),
          ),
        ),
      );
    fc.assert(
      fc.property(answers, (given) => {
        const sum = Object.values(scoreAttempt(first, given)).reduce((a, b) => a + b, 0);
        expect(sum).toBe(given.length);
      }),
    );
  });
});
