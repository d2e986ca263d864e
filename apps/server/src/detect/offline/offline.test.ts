import { describe, expect, it } from 'vitest';
import type { JsonLine } from '../../base/json-lines.ts';
import { rank } from '../../base/vocabulary.ts';
import { loadDetectionPolicy, type ReplayedLine, replay, screen } from './index.ts';

const policy = loadDetectionPolicy();
const secret = 'Đừng kể với bố mẹ nhé, bí mật của hai đứa mình';
const lineOf = (value: unknown, index = 0): JsonLine => ({ index, line: index + 1, value });

async function run(values: unknown[]): Promise<ReplayedLine[]> {
  const found: ReplayedLine[] = [];
  async function* lines() {
    for (const [index, value] of values.entries()) yield lineOf(value, index);
  }
  for await (const line of replay(lines(), policy)) found.push(line);
  return found;
}

const message = (id: string, text: string, minutes = 0, more: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  id,
  source: '/test',
  type: 'message.sent',
  time: new Date(Date.UTC(2026, 10, 24, 8, minutes)).toISOString(),
  data: {
    conversation: 'c-1',
    from: { id: 'u-1', ageBand: 'adult' },
    to: [{ id: 'u-2', ageBand: '13-15' }],
    text,
  },
  ...more,
});

const sees = (cue: string) => expect.arrayContaining([expect.objectContaining({ cue })]);

const assessmentsOf = (line: ReplayedLine | undefined) =>
  line && 'assessments' in line ? line.assessments : [];

describe('screen', () => {
  it('reads a plain text, passes unknown fields over, and gives the id back as it was', () => {
    const found = screen(lineOf({ id: 7, text: secret, lang: 'vi-VN', note: 'x' }));
    expect(found).toMatchObject({ id: 7, cues: sees('asks-secrecy') });
    expect(screen(lineOf({ id: 'fr', text: secret, lang: 'fr' }))).toMatchObject({
      cues: sees('asks-secrecy'),
    });
  });

  it('points at the original characters of decomposed text too', () => {
    const text = secret.normalize('NFD');
    const found = screen(lineOf({ id: '1', text }));
    const [first] = 'cues' in found ? found.cues : [];
    expect(text.slice(first?.start, first?.end).normalize('NFC')).toBe('Đừng kể với bố mẹ');
  });

  it('reads CloudEvents with extension attributes, and those without a text', () => {
    const event = message('m', secret, 0, { traceparent: '00-1', myext: 1 });
    expect(screen(lineOf(event))).toMatchObject({ id: 'm', cues: sees('asks-secrecy') });
    expect(screen(lineOf({ ...event, type: 'account.deleted', data: { account: { id: 'a' } } }))).toEqual({
      id: 'm',
      cues: [],
      harms: {},
    });
  });

  it.each([
    [{ text: 'a' }, null, /^\/id must be/],
    [{ id: 'x' }, 'x', /^\/text must be/],
    [{ id: 'x', text: null }, 'x', /^\/text must be/],
    ['text', null, /^not an object/],
    [[], null, /^not an object/],
    [{ specversion: '1.0', id: 3 }, 3, /^\/id must be a string that is not empty/],
    [{ specversion: '1.0', id: 'e', data: { text: 5 } }, 'e', /^\/data\/text must be/],
  ])('tells what is wrong with %j and does not call it harmless', (value, id, error) => {
    expect(screen(lineOf(value, 4))).toEqual({ id, line: 5, error: expect.stringMatching(error) });
  });
});

describe('replay', () => {
  it('raises levels over a conversation of ten messages and names the lines behind each rise', async () => {
    const found = await run(
      [
        'Chào bạn, mình thấy bạn hát hay',
        'Hôm nay đi học có vui không',
        'Em học lớp mấy rồi, mấy tuổi',
        'Anh chưa từng gặp ai hiểu anh như em',
        secret,
        'Nhà em đang có ai ở nhà không, bố mẹ có nhà không',
        'Sang Telegram nói chuyện cho riêng tư nhé',
        'Gửi anh một tấm ảnh riêng tư của em đi',
        'Không gửi là anh tung ảnh cho cả trường xem',
        'Chuyển 500k trong 30 phút không thì anh đăng',
      ].map((text, n) => message(`m-${n}`, text, n)),
    );
    expect(found).toHaveLength(10);
    const raised = found.flatMap(assessmentsOf);
    const levels = raised.filter(({ counterpart }) => counterpart === 'u-2').map(({ level }) => rank(level));
    expect(levels.length).toBeGreaterThan(1);
    expect(levels.at(-1)).toBeGreaterThanOrEqual(rank('high'));
    for (const [index, line] of found.entries()) {
      for (const one of assessmentsOf(line)) {
        expect(one.event).toBe(index);
        expect(Math.max(...one.contributions.flatMap(({ evidence }) => evidence))).toBeLessThanOrEqual(index);
        expect(one.contributions.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(one.score, 6);
      }
    }
  });

  it('takes an event once, as the server does, and answers the repeat with its cues', async () => {
    const threat = message('m', 'Tao sẽ tung ảnh cho cả trường xem');
    const again = await run([threat, threat, threat, threat]);
    expect(assessmentsOf(again[0])).not.toEqual([]);
    expect(again.slice(1).flatMap(assessmentsOf)).toEqual([]);
    expect(again[3]).toMatchObject({ id: 'm', cues: sees('threat-to-share') });
    // The same id from another source is another event.
    const demand = message('d', 'Chuyển 500k trong 30 phút không thì anh đăng', 5);
    const once = (await run([threat, threat, demand])).flatMap(assessmentsOf).at(-1)?.score ?? 0;
    const twice = (await run([threat, { ...threat, source: '/other' }, demand]))
      .flatMap(assessmentsOf)
      .at(-1);
    expect(twice?.score).toBeGreaterThan(once);
  });

  it('takes events in the order of the file, also when their times go back', async () => {
    const found = await run([
      message('late', 'Tao sẽ tung ảnh cho cả trường xem', 50),
      message('early', secret, 1),
    ]);
    expect(found.map(({ id }) => id)).toEqual(['late', 'early']);
    expect(found.every((line) => !('error' in line))).toBe(true);
  });

  it('goes on after a line that cannot be read, and tells field and line', async () => {
    const wrong = { ...message('w', 'a'), data: { conversation: 'c' } };
    const found = await run([
      message('1', secret),
      wrong,
      { ...wrong, type: 'message.snt' },
      { id: 'plain', text: 'hi' },
      message('2', 'Tao sẽ tung ảnh cho cả trường xem', 1),
    ]);
    expect(found[1]).toEqual({ id: 'w', line: 2, error: expect.stringMatching(/^\/data\/from: /) });
    expect(found[2]).toMatchObject({
      line: 3,
      error: expect.stringMatching(/^\/type: .*not known.*message\.sent/),
    });
    expect(found[3]).toEqual({ id: 'plain', cues: [], harms: expect.anything(), assessments: [] });
    expect(assessmentsOf(found[4])[0]).toMatchObject({ event: 4 });
  });
});
