import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue, isLooser, type SettingValue } from '../catalogue.ts';
import { accountFacts, nobodyKnown } from '../facts.ts';
import { loadSafeguards } from '../safeguards.ts';
import { type Choices, defaultFor, loosenerOf } from '../settings.ts';
import { anyValue } from '../values-stage.ts';
import {
  checkParentDecision,
  mayDecide,
  openWishes,
  publishingTogether,
  strictestTogether,
} from './parent-decisions.ts';

const minors = ['under-13', '13-15', '16-17'] as const;
const setting = fc
  .constantFrom(...catalogue.keys())
  .chain((id) => fc.record({ id: fc.constant(id), one: anyValue(id), other: anyValue(id) }));

describe('what a parent decides', () => {
  it('is looser than the default only where the catalogue names a parent', () => {
    fc.assert(
      fc.property(fc.constantFrom(...minors), setting, (band, { id, one }) => {
        const definition = catalogue.get(id);
        if (!definition || !mayDecide(id, one, band)) return;
        if (isLooser(definition, one, defaultFor(definition, band)))
          expect(loosenerOf(definition, band)).toBe('parent');
      }),
      { numRuns: 2000 },
    );
  });

  it('cannot cut a young person off', () => {
    for (const [id, value] of [
      ['messagesFrom', 'nobody'],
      ['dailyMinutes', 15],
      ['quietHours', '07:00-22:00'],
    ] as const)
      expect(() => checkParentDecision(id, value, '13-15'), id).toThrow(/parent can/);
    expect(mayDecide('dailyMinutes', 30, '13-15')).toBe(true);
    expect(mayDecide('quietHours', '20:00-08:00', '13-15')).toBe(true);
    expect(() => checkParentDecision('location', 'everyone', '13-15')).toThrow();
  });

  it('however strict, never denies the app itself, where help is asked for and reports are made', () => {
    const safeguards = loadSafeguards();
    for (const band of minors) {
      const parent: Choices = Object.fromEntries(
        [...catalogue.values()].map((definition) => {
          const strictest = definition.values?.[0] ?? definition.number?.min ?? '20:00-08:00';
          const allowed = mayDecide(definition.id, strictest, band);
          return [definition.id, allowed ? strictest : defaultFor(definition, band)];
        }),
      );
      const principal = accountFacts({ ...nobodyKnown, parent, self: {} }, band, 0, '2026-11-25');
      const verdict = safeguards.judge({
        action: 'app.use',
        principal,
        context: { minutesToday: 1440, minutesSinceBreak: 1440, quiet: true },
      });
      expect(verdict.decision).not.toBe('deny');
    }
  });

  it('by several parents is the strictest of each, in any order', () => {
    fc.assert(
      fc.property(fc.constantFrom(...minors), setting, (band, { id, one, other }) => {
        const definition = catalogue.get(id);
        if (!definition || !mayDecide(id, one, band) || !mayDecide(id, other, band)) return;
        const together = strictestTogether([{ [id]: one }, { [id]: other }])[id] as SettingValue;
        if (definition.interval) {
          // Both quiet, or the longer where both together would be absurd; never longer than a parent may.
          expect(mayDecide(id, together, band)).toBe(true);
          return;
        }
        expect(together).toBe(strictestTogether([{ [id]: other }, { [id]: one }])[id]);
        expect(isLooser(definition, together, one)).toBe(false);
        expect(isLooser(definition, together, other)).toBe(false);
      }),
      { numRuns: 2000 },
    );
    expect(strictestTogether([{ quietHours: '21:00-05:00' }, { quietHours: '22:00-07:00' }]).quietHours).toBe(
      '21:00-07:00',
    );
    expect(strictestTogether([{ quietHours: '12:00-14:00' }, { quietHours: '22:00-07:00' }]).quietHours).toBe(
      '22:00-07:00',
    );
  });

  it('about publishing needs a yes and no no', () => {
    expect(publishingTogether([])).toBe(false);
    expect(publishingTogether([null, true])).toBe(true);
    expect(publishingTogether([true, false])).toBe(false);
  });

  it('is asked for as wishes: looser, not yet held, and a parent’s to give', () => {
    const self = {
      messagesFrom: 'peers',
      location: 'everyone',
      hiddenWords: false,
      quietHours: '20:00-08:00',
    };
    expect(openWishes('13-15', { parent: {}, self })).toEqual([
      { setting: 'messagesFrom', now: 'contacts', wish: 'peers' },
      { setting: 'hiddenWords', now: true, wish: false },
    ]);
    expect(openWishes('13-15', { parent: { messagesFrom: 'peers', hiddenWords: false }, self })).toEqual([]);
    expect(openWishes('16-17', { parent: {}, self })).toEqual([]);
  });
});
