import { randomBytes } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import { describe, expect, it } from 'vitest';
import { readEvent } from './apply-event.ts';
import { createMemoryDetection } from './memory.ts';
import { joinPieces, plainSeal } from './pieces.ts';
import { loadDetectionPolicy } from './policy.ts';

const minute = (n: number) => new Date(Date.parse('2026-11-10T11:00:00Z') + n * 60_000);
const said = (
  text: string,
  at: number,
  more: { conversation?: string; relationship?: 'stranger' | 'contact' | 'friend' } = {},
) =>
  readEvent(
    {
      organisationId: '',
      position: at,
      source: '/s',
      eventId: `${at}`,
      time: minute(at),
      body: {
        type: 'message.sent',
        data: {
          conversation: 'c-1',
          from: { id: 'a', ageBand: 'adult' },
          to: [{ id: 'b', ageBand: '13-15' }],
          ...more,
        },
      },
    },
    text,
  );
const cuesIn = (event: { cues: { cue: string }[] }) => event.cues.map(({ cue }) => cue);

describe('a message sent in pieces', () => {
  const policy = loadDetectionPolicy();

  it('is read as one, and the sign stands in the later piece', () => {
    const detection = createMemoryDetection(policy);
    const first = detection.read(said('đừng có kể với', 0));
    expect(cuesIn(first)).not.toContain('asks-secrecy');
    detection.apply(first);
    const second = detection.read(said('bố mẹ em nhé', 1));
    expect(cuesIn(second)).toContain('asks-secrecy');
    expect(second.cues.every(({ start, end }) => start >= 0 && end <= 'bố mẹ em nhé'.length)).toBe(true);
  });

  it('is not joined over time, conversations, or between friends', () => {
    for (const [at, more] of [
      [4, {}],
      [1, { conversation: 'c-2' }],
      [1, { relationship: 'friend' }],
    ] as const) {
      const detection = createMemoryDetection(policy);
      detection.apply(detection.read(said('đừng có kể với', 0, 'relationship' in more ? more : {})));
      expect(cuesIn(detection.read(said('bố mẹ em nhé', at, more)))).not.toContain('asks-secrecy');
    }
  });

  it('does not count again what the first piece showed', () => {
    const detection = createMemoryDetection(policy);
    const first = detection.read(said('Chuyện này là bí mật của hai đứa mình', 0));
    expect(cuesIn(first)).toContain('asks-secrecy');
    expect(cuesIn(detection.read(said('mai em học mấy giờ', 1)))).not.toContain('asks-secrecy');
  });

  it('keeps what was written as it was sealed, and forgets it after a message that is no piece', () => {
    const detection = createMemoryDetection(policy);
    const key = randomBytes(4).toString('hex');
    const sealing = { seal: (plain: string) => key + plain, open: (text: string) => text.slice(key.length) };
    joinPieces(detection.states, said('đừng có kể với', 0), sealing);
    expect(detection.states.account('a')?.tail?.text.startsWith(key)).toBe(true);
    joinPieces(detection.states, said('x'.repeat(200), 1), plainSeal);
    expect(detection.states.account('a')?.tail).toBeUndefined();
  });

  it('can be cut out of a stored state by retention', async () => {
    const detection = createMemoryDetection(policy);
    joinPieces(detection.states, said('đừng } có "kể" với', 0), {
      ...plainSeal,
      seal: (plain) => Buffer.from(plain).toString('base64'),
    });
    const state = detection.states.account('a');
    const database = await PGlite.create();
    const cut = await database.query<{ state: Record<string, unknown> }>(
      `select regexp_replace($1::json::text, ',"tail":\\{[^}]*\\}', '')::json as state`,
      [JSON.stringify(state)],
    );
    await database.close();
    expect(cut.rows[0]?.state).toEqual({ ...state, tail: undefined });
  });
});
