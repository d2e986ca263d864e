import { describe, expect, it } from 'vitest';
import type { AgeBand } from '../base/vocabulary.ts';
import { rank } from '../base/vocabulary.ts';
import { readEvent } from './apply-event.ts';
import type { Assessment } from './assessment.ts';
import type { EventBody, Relationship } from './event.ts';
import { createMemoryDetection, type MemoryDetection } from './memory.ts';
import { loadDetectionPolicy } from './policy.ts';

const policy = loadDetectionPolicy();
const START = Date.parse('2026-11-10T03:00:00Z');

/** Detection and a clock of minutes; every call is one event. */
function stage() {
  const detection: MemoryDetection = createMemoryDetection(policy);
  let position = 0;
  let minutes = 0;
  const send = (body: EventBody, text: string | null = null): Assessment[] =>
    detection.apply(
      readEvent(
        {
          organisationId: 'o',
          source: '/s',
          eventId: `e${position}`,
          position: position++,
          time: new Date(START + minutes++ * 60_000),
          body,
        },
        text,
      ),
    );
  const say = (
    from: string,
    to: string | string[],
    text: string,
    {
      band = 'adult',
      otherBand = '13-15',
      relationship = 'stranger',
      mentions,
    }: { band?: AgeBand; otherBand?: AgeBand; relationship?: Relationship; mentions?: string[] } = {},
  ) =>
    send(
      {
        type: 'message.sent',
        data: {
          conversation: 'c',
          from: { id: from, ageBand: band },
          relationship,
          ...(mentions ? { mentions } : {}),
          to: [to].flat().map((id) => ({ id, ageBand: otherBand })),
        },
      },
      text,
    );
  const wait = (hours: number) => {
    minutes += hours * 60;
  };
  const register = (id: string, deviceHash: string, ageBand: AgeBand = 'adult') =>
    send({
      type: 'account.registered',
      data: {
        account: { id, ageBand, deviceHash, createdAt: new Date(START + minutes * 60_000).toISOString() },
      },
    });
  return { detection, send, say, wait, register };
}
const terms = (found: Assessment[], kind: string) =>
  found.flatMap(({ contributions }) => contributions.filter((term) => term.kind === kind));
const top = (found: Assessment[]) => Math.max(-1, ...found.map(({ level }) => rank(level)));
const SECRET = 'Đừng kể với bố mẹ chuyện của mình nhé';
const PICTURE = 'Gửi anh tấm ảnh riêng tư đi';
const THREAT = 'Tao có ảnh của mày rồi, không gửi tiền tao đăng lên cho cả trường xem';

describe('detection in memory', () => {
  it('names the path and the stage, and the messages that reached them', () => {
    const { say } = stage();
    say('a', 'b', 'Không ai hiểu em như anh đâu');
    const found = [...say('a', 'b', SECRET), ...say('a', 'b', PICTURE)];
    expect(terms(found, 'stage')).toContainEqual(
      expect.objectContaining({ id: 'grooming:exploitation', evidence: [0, 1, 2] }),
    );
    expect(top(found)).toBeGreaterThanOrEqual(rank('high'));
  });

  it('protects young adults from "online kidnapping" as well', () => {
    const { say } = stage();
    const to = { otherBand: '18-24' as const, band: 'unknown' as const };
    const found = [
      ...say('a', 'b', 'Tôi là cán bộ công an, bạn có lệnh bắt tạm giam', to),
      ...say('a', 'b', 'Thuê một phòng khách sạn ở một mình, khoá cửa và bật camera liên tục', to),
    ];
    expect(terms(found, 'stage').map(({ id }) => id)).toContain('kidnapping:isolation');
    expect(top(found)).toBeGreaterThanOrEqual(rank('high'));
  });

  it('starts lower between people marked as known, yet sees grave signs there', () => {
    const known = stage();
    const as = { relationship: 'friend' as const, band: '16-17' as const };
    expect(known.say('a', 'b', SECRET, as)).toEqual([]);
    const found = [
      ...known.say('a', 'b', PICTURE, as),
      ...known.say('a', 'b', THREAT, as),
      ...known.say('a', 'b', THREAT, as),
    ];
    expect(top(found)).toBeGreaterThanOrEqual(rank('elevated'));
    const strange = stage();
    expect(top(strange.say('a', 'b', SECRET))).toBeGreaterThan(-1);
  });

  it('counts answers, silence and what came back', () => {
    const { say, detection } = stage();
    say('b', 'a', 'chào anh', { band: '13-15', otherBand: 'adult' });
    expect(detection.states.pair('a', 'b')).toBeUndefined();
    say('a', 'b', SECRET);
    for (let n = 0; n < 3; n++) say('a', 'b', 'em đâu rồi');
    expect(detection.states.pair('a', 'b')).toMatchObject({ replies: 0, unanswered: 4 });
    say('b', 'a', 'dạ em đây', { band: '13-15', otherBand: 'adult' });
    expect(detection.states.pair('a', 'b')).toMatchObject({ replies: 1, unanswered: 0 });
    expect(detection.states.pair('b', 'a')).toBeUndefined();
  });

  it('tells one adult who works on many children', () => {
    const { say } = stage();
    const found = ['b1', 'b2', 'b3', 'b4', 'b5'].flatMap((child) => say('a', child, SECRET));
    expect(terms(found, 'feature').map(({ id }) => id)).toContain('minors-with-cues-7d');
  });

  it('adds up several accounts on one child, not on several', () => {
    const together = stage();
    together.say('a1', 'b', SECRET);
    const found = together.say('a2', 'b', PICTURE);
    expect(terms(found, 'collusion')).toContainEqual(
      expect.objectContaining({ id: 'accounts-2', evidence: [0] }),
    );
    expect(
      new Set(
        found
          .filter(({ contributions }) => contributions.some(({ kind }) => kind === 'collusion'))
          .map(({ account }) => account),
      ),
    ).toEqual(new Set(['a1', 'a2']));
    const apart = stage();
    apart.say('a1', 'b1', SECRET);
    expect(terms(apart.say('a2', 'b2', PICTURE), 'collusion')).toEqual([]);
    const later = stage();
    later.say('a1', 'b', SECRET);
    later.wait(24 * 20);
    expect(terms(later.say('a2', 'b', PICTURE), 'collusion')).toEqual([]);
  });

  it('sees many turn on one member of a group', () => {
    const { say } = stage();
    const members = ['v', 'm1', 'm2', 'm3', 'm4', 'm5'];
    const as = { band: '13-15' as const, relationship: 'contact' as const, mentions: ['v'] };
    const found = ['m1', 'm2', 'm3', 'm4', 'm5'].flatMap((bully) =>
      say(
        bully,
        members.filter((one) => one !== bully),
        'Đồ ngu, cả lớp ghét mày, cút khỏi nhóm đi',
        as,
      ),
    );
    expect(terms(found, 'pile-on').length).toBeGreaterThan(0);
    expect(
      found.some(({ counterpart, level }) => counterpart === 'v' && rank(level) >= rank('elevated')),
    ).toBe(true);
    const alone = stage();
    expect(
      terms(
        alone.say('m1', members.slice(0, 1).concat(members.slice(2)), 'Đồ ngu, cút khỏi nhóm đi', as),
        'pile-on',
      ),
    ).toEqual([]);
  });

  it('keeps one state for a group, however large, and notices a grown stranger among minors', () => {
    const { say, detection } = stage();
    const crowd = Array.from({ length: 200 }, (_, n) => `m${n}`);
    const found = [...say('a', crowd, SECRET), ...say('a', crowd, PICTURE)];
    expect(detection.size().pairs).toBe(1);
    expect(terms(found, 'feature').map(({ id }) => id)).toContain('adult-in-group-of-minors');
    expect(found[0]?.counterpart).toBeNull();
  });

  it('hints at a return on the same device, only after the first account stood out', () => {
    const { say, wait, register } = stage();
    register('old', 'device-1');
    say('old', 'b1', SECRET);
    say('old', 'b1', PICTURE);
    say('old', 'b1', THREAT);
    wait(30);
    const hint = register('new', 'device-1');
    expect(terms(hint, 'evasion')).toContainEqual(
      expect.objectContaining({ id: 'same-device-as-flagged-account' }),
    );
    expect(top(hint)).toBeLessThanOrEqual(rank('elevated'));
    expect(terms(say('new', 'b2', SECRET), 'evasion').length).toBeGreaterThan(0);
    expect(terms(register('sister', 'device-2', '13-15'), 'evasion')).toEqual([]);
    const before = stage();
    before.register('first', 'device-1');
    before.register('old', 'device-1');
    const found = [
      ...before.say('old', 'b1', SECRET),
      ...before.say('old', 'b1', PICTURE),
      ...before.say('old', 'b1', THREAT),
    ];
    expect(terms(found, 'evasion')).toEqual([]);
  });

  it('touches nothing for an ordinary message between friends', () => {
    const { say, detection } = stage();
    say('a', 'b', 'Mai đi học sớm nha', { relationship: 'friend', band: '13-15' });
    expect(detection.size()).toEqual({ accounts: 0, pairs: 0, marks: 0 });
  });
});
