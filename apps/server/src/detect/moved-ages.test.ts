import { describe, expect, it } from 'vitest';
import type { AgeBand } from '../base/vocabulary.ts';
import { readEvent } from './apply-event.ts';
import { featuresOf } from './behaviour.ts';
import type { EventBody } from './event.ts';
import { createMemoryDetection } from './memory.ts';
import { loadDetectionPolicy } from './policy.ts';

const policy = loadDetectionPolicy();
const START = Date.parse('2026-11-10T03:00:00Z');
const DAY = 86_400_000;

type Step = AgeBand | { band: AgeBand; assurance: 'parent' | 'school' | 'verified' };

/** Features of an account that was told with these ages, one an hour, some days later. */
function after(steps: readonly Step[], days = 0): Record<string, number> {
  const detection = createMemoryDetection(policy);
  for (const [n, step] of steps.entries()) {
    const { band, ...assurance } = typeof step === 'string' ? { band: step } : step;
    const body: EventBody = {
      type: n === 0 ? 'account.registered' : 'account.updated',
      data: { account: { id: 'a', ageBand: band, ...assurance } },
    };
    const time = new Date(START + n * 3_600_000);
    detection.apply(
      readEvent({ organisationId: 'o', source: '/s', eventId: `e${n}`, position: n, time, body }, null),
    );
  }
  return featuresOf(detection.states.account('a'), START + steps.length * 3_600_000 + days * DAY);
}

describe('an age that moves without proof', () => {
  it('counts when a grown account says that it is a minor, also by way of unknown, for 90 days', () => {
    expect(after(['adult', '13-15'])).toMatchObject({ 'age-fell': 1, 'age-rose': 0 });
    expect(after(['18-24', 'unknown', '16-17'])).toMatchObject({ 'age-fell': 1 });
    expect(after(['adult', { band: '13-15', assurance: 'parent' }])).toMatchObject({ 'age-fell': 1 });
    expect(after(['adult', '13-15'], 91)).toMatchObject({ 'age-fell': 0 });
  });

  it('counts when a minor grows up by more than a birthday, not by one', () => {
    expect(after(['13-15', '18-24'])).toMatchObject({ 'age-rose': 1, 'age-fell': 0 });
    expect(after(['16-17', '18-24'])).toMatchObject({ 'age-rose': 0 });
    expect(after(['under-13', '13-15', '16-17'])).toMatchObject({ 'age-rose': 0 });
  });

  it('is over with proof', () => {
    expect(after(['adult', '13-15', { band: '13-15', assurance: 'verified' }])).toMatchObject({
      'age-fell': 0,
    });
    expect(after(['adult', { band: '13-15', assurance: 'school' }])).toMatchObject({ 'age-fell': 0 });
  });

  it('adds to the risk towards a minor what the claim takes from the age gap, and is named', () => {
    const heard = (band: AgeBand) => {
      const detection = createMemoryDetection(policy);
      const bodies: EventBody[] = [
        { type: 'account.registered', data: { account: { id: 'a', ageBand: 'adult' } } },
        { type: 'account.updated', data: { account: { id: 'a', ageBand: band } } },
        {
          type: 'message.sent',
          data: {
            conversation: 'c',
            from: { id: 'a', ageBand: band },
            to: [{ id: 'b', ageBand: '13-15' }],
            relationship: 'stranger',
          },
        },
      ];
      const text = 'Chuyện này đừng kể với bố mẹ nhé, gửi anh ảnh riêng của em';
      return bodies.flatMap((body, n) =>
        detection.apply(
          readEvent(
            {
              organisationId: 'o',
              source: '/s',
              eventId: `e${n}`,
              position: n,
              time: new Date(START + n * 60_000),
              body,
            },
            body.type === 'message.sent' ? text : null,
          ),
        ),
      );
    };
    const [posing] = heard('13-15');
    const [open] = heard('adult');
    if (!posing || !open) throw new Error('both are raised');
    expect(posing.contributions).toContainEqual(expect.objectContaining({ id: 'age-fell', weight: 0.8 }));
    const sum = (all: { weight: number }[]) => all.reduce((total, { weight }) => total + weight, 0);
    expect(sum(posing.contributions)).toBeGreaterThanOrEqual(sum(open.contributions));
  });
});
