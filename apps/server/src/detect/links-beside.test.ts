import { describe, expect, it } from 'vitest';
import { readEvent } from './apply-event.ts';
import type { EventBody } from './event.ts';

const read = (text: string | null, links: string[]) => {
  const body: EventBody = {
    type: 'message.sent',
    data: {
      conversation: 'c',
      from: { id: 'a', ageBand: 'adult' },
      to: [{ id: 'b', ageBand: '13-15' }],
      links,
    },
  };
  return readEvent(
    { organisationId: 'o', source: '/s', eventId: 'e', position: 0, time: new Date(0), body },
    text,
  );
};
const bad = 'https://vietcombank-xacthuc.com/dang-nhap';

describe('links sent beside a text', () => {
  it('are judged with it, and without one', () => {
    const cue = { cue: 'look-alike-link', score: 0.9, start: 0, end: 0 };
    expect(read('Xem cái này nè', [bad]).cues).toContainEqual(cue);
    expect(read(null, [bad]).cues).toEqual([cue]);
    expect(read(null, [bad]).resemblance).toBeGreaterThan(0);
  });

  it('tell nothing twice that the text shows: one observation a cue and place', () => {
    const { cues } = read(bad, [bad, 'https://shopee-trian.club']);
    expect(cues.filter(({ cue }) => cue === 'look-alike-link')).toEqual([
      { cue: 'look-alike-link', score: 0.9, start: 0, end: bad.length },
    ]);
  });

  it('say nothing where they are genuine, broken or missing', () => {
    for (const links of [[], ['https://vnexpress.net/tin'], ['%%%', '', 'không phải đường dẫn']])
      expect(read(null, links).cues).toEqual([]);
  });
});
