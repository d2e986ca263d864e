import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgeBand } from '../base/vocabulary.ts';
import { catalogue, isLooser, type SettingValue, within } from './catalogue.ts';
import { effectiveSettings, loosenerOf, needsBoth } from './settings.ts';
import { anyValue } from './values-stage.ts';

const minors = ['under-13', '13-15', '16-17', 'unknown'] as const;
const none = { parent: {}, self: {} };
const setting = fc
  .constantFrom(...catalogue.keys())
  .chain((id) => fc.tuple(fc.constant(id), fc.option(anyValue(id)), fc.option(anyValue(id))));

describe('settings', () => {
  it('are private with messages from contacts only, for every age under 18 and for an unknown one', () => {
    for (const band of minors) {
      const { settings } = effectiveSettings(band, none);
      expect(settings.privateAccount?.value).toBe(true);
      expect(settings.messagesFrom?.value).toBe('contacts');
      expect(settings.location).toMatchObject({ value: 'off', lockedBy: 'nobody' });
      expect(settings.reminderAfterMinutes?.value).toBe(60);
      expect(settings.quietHours?.value).toBe('22:00-07:00');
      expect(settings.gameMinutes).toMatchObject({ value: 60, lockedBy: 'nobody' });
      expect(settings.gamesMinutes).toMatchObject({ value: 180, lockedBy: 'nobody' });
    }
  });

  it('under 16 only a parent may loosen what may be loosened; from 16 the young person may', () => {
    expect(effectiveSettings('13-15', none).settings.privateAccount?.lockedBy).toBe('parent');
    expect(effectiveSettings('16-17', none).settings.privateAccount?.lockedBy).toBe('self');
  });

  it('nothing is looser than the default without the person whom the catalogue names', () => {
    fc.assert(
      fc.property(fc.constantFrom(...minors), setting, (band: AgeBand, [id, parent, self]) => {
        const definition = catalogue.get(id);
        if (!definition) throw new Error(id);
        const base = effectiveSettings(band, none).values[id] as SettingValue;
        const value = effectiveSettings(band, {
          parent: parent === null ? {} : { [id]: parent },
          self: self === null ? {} : { [id]: self },
        }).values[id] as SettingValue;
        if (!isLooser(definition, value, base)) return;
        const loosener = loosenerOf(definition, band);
        expect(loosener).not.toBe('nobody');
        if (loosener === 'parent') expect(parent !== null && isLooser(definition, parent, base)).toBe(true);
        if (loosener === 'self') expect(self !== null && isLooser(definition, self, base)).toBe(true);
        if (needsBoth(definition, band)) expect(self !== null && isLooser(definition, self, base)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('a stricter choice of the young person always holds, whatever a parent decided', () => {
    fc.assert(
      fc.property(fc.constantFrom(...minors), setting, (band: AgeBand, [id, parent, self]) => {
        const definition = catalogue.get(id);
        if (!definition || self === null) return;
        const value = effectiveSettings(band, {
          parent: parent === null ? {} : { [id]: parent },
          self: { [id]: self },
        }).values[id] as SettingValue;
        const base = effectiveSettings(band, none).values[id] as SettingValue;
        if (!definition.interval && !isLooser(definition, self, base))
          expect(isLooser(definition, value, self)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('a time lies within quiet hours over midnight as well', () => {
    expect(within('22:00-07:00', 23 * 60)).toBe(true);
    expect(within('22:00-07:00', 6 * 60 + 59)).toBe(true);
    expect(within('22:00-07:00', 7 * 60)).toBe(false);
    expect(within('off', 0)).toBe(false);
  });
});
