import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openEmbedded } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import type { AccessQuestion } from './decide-access.ts';
import { entryOf } from './entry-stage.ts';
import { createQuestionDesk, type QuestionDesk } from './question-desk.ts';
import { recordAccounts } from './record-accounts.ts';
import { loadSafeguards, type Verdict } from './safeguards.ts';

const NOW = new Date('2026-11-25T05:00:00Z');
const bands = ['under-13', '13-15', '16-17', '18-24', 'adult', 'unknown'] as const;
const ids = Array.from({ length: 24 }, (_, n) => `u-${n}`);
const organisations = [randomUUID(), randomUUID()] as const;

let told = 0;
const event = (organisationId: string, type: string, data: object) =>
  entryOf(organisationId, type, data, new Date(NOW.getTime() - 30 * 86_400_000 + ++told));

const question = fc.oneof(
  fc.record({
    subject: fc.record({ id: fc.constantFrom(...ids) }),
    // The last one does not exist: its fault must reach the request that asked it, and no other.
    action: fc.constantFrom('message.send', 'contact.request', 'profile.view', 'search.appear', 'fly.away'),
    resource: fc.record({ type: fc.constant('account' as const), id: fc.constantFrom(...ids, 'stranger') }),
  }),
  fc.record({
    subject: fc.record({ id: fc.constantFrom(...ids) }),
    action: fc.constant('content.view'),
    resource: fc.record({
      type: fc.constant('content' as const),
      id: fc.constant('post'),
      properties: fc.record({ sensitive: fc.oneof(fc.boolean(), fc.constant('maybe')) }),
    }),
  }),
);
/** A request: of whom, how many turns of the event loop after the one before, and what it asks. */
const request = fc.record({
  organisation: fc.constantFrom(...organisations),
  turns: fc.nat(2),
  questions: fc.array(question, { maxLength: 6 }),
});

const turn = () => new Promise<void>((go) => setImmediate(go));
const plain = (answers: (Verdict | AppError)[]) =>
  answers.map((answer) => (answer instanceof AppError ? `${answer.code}: ${answer.message}` : answer));

describe('the question desk', () => {
  let database: Database;
  let reads = 0;
  let desk: QuestionDesk;
  beforeAll(async () => {
    database = await openEmbedded();
    const safeguards = loadSafeguards();
    desk = createQuestionDesk({
      database,
      policies: async () => {
        reads++;
        return safeguards;
      },
      now: () => NOW,
    });
    // The same names mean other people in the other organisation.
    await database.transaction('system', async (tx) => {
      for (const [shift, organisation] of organisations.entries()) {
        const entries = [
          ...ids.map((id, n) =>
            event(organisation, 'account.registered', {
              account: { id, ageBand: bands[(n + shift * 2) % bands.length] },
            }),
          ),
          ...ids.flatMap((id, n) =>
            n % (2 + shift) === 0
              ? [
                  event(organisation, 'contact.accepted', {
                    from: { id },
                    to: { id: ids[(n + 3) % ids.length] },
                  }),
                ]
              : [],
          ),
        ];
        await recordAccounts(tx, entries, NOW);
      }
    });
  });
  afterAll(() => database?.close());

  it('gives each request the answers that it would have got alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 40 }), async (requests) => {
        const together: Promise<(Verdict | AppError)[]>[] = [];
        for (const { organisation, turns, questions } of requests) {
          for (let n = 0; n < turns; n++) await turn();
          together.push(desk.ask(organisation, questions));
        }
        const answers = await Promise.all(together);
        for (const [n, { organisation, questions }] of requests.entries()) {
          const alone: (Verdict | AppError)[] = [];
          for (const one of questions) alone.push(...(await desk.ask(organisation, [one])));
          expect(plain(answers[n] ?? [])).toEqual(plain(alone));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('reads once for requests that arrive together, and not before they arrived', async () => {
    const ask: AccessQuestion = {
      subject: { id: 'u-0' },
      action: 'message.send',
      resource: { type: 'account', id: 'u-1' },
    };
    const [organisation] = organisations;
    const before = reads;
    await Promise.all(Array.from({ length: 50 }, () => desk.ask(organisation, [ask])));
    expect(reads - before).toBe(1);
  });

  it('answers from what was committed before the question, however busy it is', async () => {
    const [organisation] = organisations;
    const pair = { from: { id: 'u-0' }, to: { id: 'u-3' } };
    const ask: AccessQuestion = {
      subject: { id: 'u-3' },
      action: 'message.send',
      resource: { type: 'account', id: 'u-0' },
    };
    const flood = async (): Promise<string> => {
      const asked = Array.from({ length: 30 }, async () => (await desk.ask(organisation, [ask]))[0]);
      const decisions = new Set((await Promise.all(asked)).map((one) => (one as Verdict).decision));
      return [...decisions].join();
    };
    const set = (type: string) =>
      database.transaction('system', (tx) => recordAccounts(tx, [event(organisation, type, pair)], NOW));
    for (let round = 0; round < 5; round++) {
      await set('contact.accepted');
      const [connected] = await desk.ask(organisation, [ask]);
      expect(connected).toMatchObject({ decision: 'allow' });
      const busy = flood();
      await turn();
      await set('contact.removed');
      // Asked after the commit, while requests from before it may still be answered.
      const [removed] = await desk.ask(organisation, [ask]);
      expect(removed).not.toMatchObject({ decision: 'allow' });
      await busy;
      expect(await flood()).not.toContain('allow');
    }
  });
});
