import { describe, expect, it } from 'vitest';
import { readEvent } from '../apply-event.ts';
import type { ReadEvent } from '../event.ts';
import { loadDetectionPolicy } from '../policy.ts';
import { Backtest } from './backtest.ts';
import { compileRules, layOver, type OrganisationRule } from './rule-set.ts';

const files = loadDetectionPolicy();
const reason = { vi: 'Vì sao', en: 'Why' };
const draft: OrganisationRule[] = [
  {
    id: 'open-case-at-high-risk',
    on: 'assessment',
    when: 'level >= 1 && level <= 2',
    actions: ['open-case'],
    reason,
  },
  { id: 'warn-serious-cue', on: 'off' },
  { id: 'hold-secrecy', on: 'message', when: '"asks-secrecy" in cues', decision: 'hold', reason },
];
const policy = { ...files, silent: compileRules(files.language, layOver(files.definitions, draft)) };
const secret = 'Chuyện này đừng kể với bố mẹ nhé';
const threat = 'Tao sẽ tung ảnh cho cả trường xem. Chuyển 500k trong 30 phút không thì tao đăng';

let position = 0;
function message(from: string, text: string | null): ReadEvent {
  position++;
  return readEvent(
    {
      organisationId: 'o',
      position,
      source: '/test',
      eventId: `e-${position}`,
      time: new Date(Date.UTC(2026, 10, 24) + position * 1000),
      body: {
        type: 'message.sent',
        data: {
          conversation: 'c',
          from: { id: from, ageBand: 'adult' },
          to: [{ id: `kid-of-${from}`, ageBand: '13-15' }],
        },
      },
    },
    text,
  );
}

describe('a backtest', () => {
  it('counts what each side asks for, and shows what people decided about first', () => {
    const run = new Backtest(policy);
    for (const event of [
      message('early-1', secret),
      message('early-2', secret),
      message('threatens', threat),
      message('silent', null),
      message('calm', 'Mai cả lớp tập văn nghệ lúc 4 giờ nhé'),
    ])
      run.take(event, true);
    expect(run.accounts().sort()).toEqual(['early-1', 'early-2', 'threatens']);
    const result = run.result(
      new Map([
        ['early-2', { outcome: 'confirmed' as const, caseId: 'case-2' }],
        ['threatens', { outcome: 'dismissed' as const, caseId: 'case-3' }],
      ]),
    );
    expect(result).toMatchObject({
      events: 5,
      textMissing: 1,
      cases: { inForce: 1, draft: 2 },
      gainedCount: 2,
      lostCount: 1,
      stricterCount: 2,
    });
    expect(result.gained.map(({ account, outcome }) => [account, outcome])).toEqual([
      ['early-2', 'confirmed'],
      ['early-1', 'none'],
    ]);
    expect(result.lost[0]).toMatchObject({ account: 'threatens', outcome: 'dismissed', caseId: 'case-3' });
    expect(result.outcomes).toContainEqual({ outcome: 'confirmed', inForce: 0, draft: 1 });
    expect(result.rules).toContainEqual({ id: 'hold-secrecy', on: 'message', inForce: 0, draft: 2 });
    expect(result.rules).toContainEqual(expect.objectContaining({ id: 'warn-serious-cue', draft: 0 }));
    expect(JSON.stringify(result)).not.toContain('bố mẹ');
  });

  it('remembers what came before the first day, and counts none of it', () => {
    const [before, after] = [message('slow', secret), message('slow', secret)];
    const warm = new Backtest(policy);
    warm.take(before, false);
    warm.take(after, true);
    const cold = new Backtest(policy);
    cold.take(after, true);
    const [known, fresh] = [warm.result(new Map()), cold.result(new Map())];
    expect(known).toMatchObject({ events: 1, messages: 1 });
    // The level that a first time reaches was reached before: it is not told as a rise again.
    const [first] = fresh.levels;
    expect(first).toBeDefined();
    expect(known.levels.map(({ level }) => level)).not.toContain(first?.level);
  });

  it('gives the same for the same events', () => {
    const events = [message('a', secret), message('b', threat), message('a', threat)];
    const once = () => {
      const run = new Backtest(policy);
      for (const event of events) run.take(event, true);
      return JSON.stringify(run.result(new Map()));
    };
    expect(once()).toBe(once());
  });
});
