import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTurns } from './turns.ts';

describe('turns', () => {
  it('urgent work goes before what waits, never before what runs', async () => {
    const turns = createTurns();
    const order: string[] = [];
    let finish: () => void = () => undefined;
    const running = turns.take(async () => {
      await new Promise<void>((done) => {
        finish = done;
      });
      order.push('running');
    }, false);
    const slow = turns.take(async () => void order.push('waiting'), false);
    const urgent = turns.take(async () => void order.push('urgent'), true);
    finish();
    await Promise.all([running, slow, urgent]);
    expect(order).toEqual(['running', 'urgent', 'waiting']);
  });

  it('never overlaps, whatever fails, and always goes on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ urgent: fc.boolean(), fails: fc.boolean() }), { maxLength: 20 }),
        async (list) => {
          const turns = createTurns();
          let inside = 0;
          const all = list.map(({ urgent, fails }) =>
            turns.take(async () => {
              expect(++inside).toBe(1);
              await Promise.resolve();
              inside--;
              if (fails) throw new Error('on purpose');
            }, urgent),
          );
          const settled = await Promise.allSettled(all);
          expect(settled.map(({ status }) => status === 'rejected')).toEqual(list.map(({ fails }) => fails));
        },
      ),
    );
  });
});
