import { describe, expect, it } from 'vitest';
import { type Decision, guard, languageOf, type Question } from './index.ts';

const text = (word: string) => ({ vi: `${word} vi`, en: `${word} en` });
const question: Question = {
  subject: { id: 'a' },
  action: 'contact.request',
  resource: { type: 'account', id: 'b' },
};
const answering = (decision: Partial<Decision>) => ({
  may: async () =>
    ({
      decision: 'allow',
      policies: [],
      reasons: [],
      obligations: [],
      unavailable: false,
      ...decision,
    }) as Decision,
});
const limit: Partial<Decision> = {
  decision: 'limit',
  policies: ['p-quiet', 'p-warn'],
  reasons: [
    { policy: 'p-quiet', text: text('quiet') },
    { policy: 'p-warn', text: text('warn') },
  ],
  obligations: [
    { id: 'quiet-request', kind: 'limit', policy: 'p-quiet' },
    { id: 'warn-of-stranger', kind: 'warn', policy: 'p-warn' },
  ],
};

describe('guard', () => {
  it('lets pass what is allowed, with its warnings', async () => {
    expect(await guard(answering({}), question)).toMatchObject({ pass: true, obligations: [] });
  });

  it('lets a limit pass only where it is carried out', async () => {
    expect(await guard(answering(limit), question, { fulfils: ['quiet-request'] })).toMatchObject({
      pass: true,
      obligations: ['quiet-request', 'warn-of-stranger'],
    });
    const refused = await guard(answering(limit), question, { fulfils: ['message-request'] });
    expect(refused).toMatchObject({
      pass: false,
      problem: { status: 403, detail: 'quiet vi', reasons: [{ policy: 'p-quiet', text: 'quiet vi' }] },
    });
  });

  it('says first what refuses by law or against a known harm, in the reader’s language', async () => {
    const denied = answering({
      decision: 'deny',
      reasons: [
        { policy: 'p-limit', cue: 'insults', text: text('limit') },
        { policy: 'p-choice', text: text('choice') },
        { policy: 'p-law', law: 'l', text: text('law') },
      ],
      obligations: [{ id: 'blur', kind: 'blur', policy: 'p-limit' }],
    });
    const refused = await guard(denied, question, { fulfils: ['blur'], acceptLanguage: 'en' });
    expect(!refused.pass && refused.problem.reasons.map(({ text }) => text)).toEqual([
      'law en',
      'choice en',
      'limit en',
    ]);
    // A refusal without a reason is one all the same.
    const bare = await guard(answering({ decision: 'deny' }), question, { acceptLanguage: 'en' });
    expect(bare).toMatchObject({ pass: false, problem: { detail: 'This is not allowed here.' } });
  });

  it.each([
    [undefined, 'vi'],
    ['', 'vi'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['vi-VN,vi;q=0.9,en;q=0.8', 'vi'],
    ['en;q=0.5, vi;q=0.4', 'en'],
    ['fr, de;q=0.7', 'vi'],
    ['en;q=0', 'vi'],
    ['en;q=nonsense', 'vi'],
    ['*', 'vi'],
  ])('reads %s as %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});
