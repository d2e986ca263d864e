import { describe, expect, it } from 'vitest';
import type { Party } from '../../base/vocabulary.ts';
import type { ScreenAnswer } from '../screen-message.ts';
import type { HashMatch } from './hash-match.ts';
import type { ItemLookup, UnavailableReason } from './look-up-media.ts';
import { MEDIA_CUE } from './media-finding.ts';
import { compared, matched, uncompared } from './media-stage.ts';
import { withKnownMedia } from './screen-media.ts';

describe('screening with media', () => {
  const calm: ScreenAnswer = {
    decision: 'allow',
    level: 'none',
    score: -4,
    cues: [],
    harms: {},
    advice: [],
    rules: [],
    version: 'test',
  };
  const match = (distance: number, more: Partial<HashMatch> = {}): ItemLookup => ({
    ...compared,
    status: 'match',
    matches: [{ ...matched, kind: 'pdq', distance, action: distance === 0 ? 'block' : 'hold', ...more }],
  });
  const not = (why: UnavailableReason, wanted = true): ItemLookup => ({
    ...uncompared,
    status: 'unavailable',
    why,
    wanted,
  });
  const asOf = new Date('2026-11-25T08:00:00Z');
  const kid: Party[] = [
    { id: 'a', ageBand: 'adult' as const },
    { id: 'k', ageBand: '13-15' as const },
  ];
  const grown = kid.slice(0, 1);
  const screened = (items: ItemLookup[], { answer = calm, to = kid } = {}) =>
    withKnownMedia(answer, to, { items, asOf });

  it('blocks an exact hash, holds a near one, and tells with what and when it was compared', () => {
    expect(screened([match(0), { status: 'no-match', ...compared }])).toMatchObject({
      decision: 'block',
      level: 'critical',
      rules: ['known-abuse-media'],
      media: [
        {
          status: 'match',
          action: 'block',
          banks: ['b'],
          kinds: ['md5'],
          asOf: asOf.toISOString(),
          matches: [{ bank: 'b', kind: 'pdq', distance: 0, status: 'confirmed', action: 'block' }],
        },
        { status: 'no-match', action: 'none', banks: ['b'], asOf: asOf.toISOString(), matches: [] },
      ],
    });
    expect(screened([match(12)])).toMatchObject({
      decision: 'hold',
      advice: [{ cue: MEDIA_CUE }],
      media: [{ action: 'hold' }],
    });
    expect(screened([match(12)], { answer: { ...calm, decision: 'block' } })).toMatchObject({
      decision: 'block',
    });
    expect(screened([match(0, { action: 'observe' })])).toMatchObject({
      decision: 'allow',
      level: 'none',
      rules: [],
      media: [{ status: 'match', action: 'none' }],
    });
  });

  it('holds what nobody confirmed, without a level that takes anything from the account', () => {
    expect(screened([match(0, { status: 'unconfirmed', action: 'hold' })])).toMatchObject({
      decision: 'hold',
      level: 'watch',
    });
    expect(
      screened([match(0, { status: 'disputed', action: 'hold' })], { answer: { ...calm, level: 'high' } }),
    ).toMatchObject({ decision: 'hold', level: 'high' });
  });

  it.each([
    ['loading', 'hold', 'hold'],
    ['stale', 'hold', 'hold'],
    ['too-many', 'hold', 'hold'],
    ['no-hash', 'blur', 'warn'],
    ['low-quality', 'blur', 'warn'],
    ['not-comparable', 'blur', 'warn'],
  ] as const)('is not safe for the young when %s: %s', (why, action, decision) => {
    expect(screened([not(why)])).toMatchObject({
      decision,
      level: 'none',
      rules: ['media-not-compared'],
      advice: [{ cue: 'media-not-compared' }],
      media: [{ status: 'unavailable', why, action, banks: [], asOf: null }],
    });
    const plain = { decision: 'allow', rules: [], advice: [], media: [{ why, action: 'none' }] };
    expect(screened([not(why)], { to: grown })).toMatchObject(plain);
    // Who has nothing to compare with did not ask for it.
    expect(screened([not(why, false)])).toMatchObject(plain);
    // Whose age is not known may be a child.
    expect(screened([not(why)], { to: [{ id: 'u', ageBand: 'unknown' }] })).toMatchObject({ decision });
  });
});
