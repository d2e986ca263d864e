import { type AgeBand, isMinor, type LocalText } from '../base/vocabulary.ts';
import { catalogue, type Definition, isLooser, type Loosener, type SettingValue } from './catalogue.ts';

/** What somebody chose: setting → value. */
export type Choices = Readonly<Record<string, SettingValue>>;

/** One setting of an account as it holds now. */
export interface Setting {
  value: SettingValue;
  /** Who may go beyond the default at this age. Stricter than it holds is always anyone's own choice. */
  lockedBy: Loosener;
  /** What made it so. */
  from: 'default' | 'parent' | 'self';
  reason: LocalText;
}

/** Effective settings of an account, and the plain values that the policies read. */
export interface EffectiveSettings {
  settings: Record<string, Setting>;
  values: Record<string, SettingValue>;
}

/** What holds at an age before anybody chose. */
export function defaultFor({ default: of }: Definition, band: AgeBand): SettingValue {
  return band === 'adult' ? of.grown : of[band];
}

/** Who may go beyond the default at this age. Grown people decide for themselves; of an unknown age nobody may. */
export function loosenerOf(definition: Definition, band: AgeBand): Loosener {
  if (isMinor(band)) return definition.loosen[band as 'under-13' | '13-15' | '16-17'];
  return band === 'unknown' ? 'nobody' : 'self';
}

/** True where the parent and the young person must both have chosen a looser value (publishing, under 16). */
export function needsBoth(definition: Definition, band: AgeBand): boolean {
  return definition.publishes && (band === 'under-13' || band === '13-15');
}

/**
 * Settings that hold for an account: the default of its age, loosened only by whom the catalogue names, tightened by
 * anybody. Pure: `parent` holds the decisions of active supervisors only.
 */
export function effectiveSettings(
  band: AgeBand,
  choices: { parent: Choices; self: Choices },
): EffectiveSettings {
  const settings: Record<string, Setting> = {};
  const values: Record<string, SettingValue> = {};
  for (const definition of catalogue.values()) {
    const setting = effective(definition, band, choices.parent[definition.id], choices.self[definition.id]);
    settings[definition.id] = setting;
    values[definition.id] = setting.value;
  }
  return { settings, values };
}

function effective(
  definition: Definition,
  band: AgeBand,
  parentChoice: SettingValue | undefined,
  self: SettingValue | undefined,
): Setting {
  const base = defaultFor(definition, band);
  const lockedBy = loosenerOf(definition, band);
  // A grown person has no supervisor: a decision left over from before counts for nothing.
  const parent = isMinor(band) ? parentChoice : undefined;
  const looser = (value: SettingValue | undefined) =>
    value !== undefined && isLooser(definition, value, base);
  const stricter = (value: SettingValue | undefined, than: SettingValue) =>
    value !== undefined && value !== than && !isLooser(definition, value, than);
  let value = base;
  let from: Setting['from'] = 'default';
  const take = (chosen: SettingValue, by: Setting['from']) => {
    value = chosen;
    from = by;
  };
  if (lockedBy === 'parent' && looser(parent) && (!needsBoth(definition, band) || looser(self)))
    take(parent as SettingValue, 'parent');
  if (lockedBy === 'self' && looser(self)) take(self as SettingValue, 'self');
  if (stricter(parent, value)) take(parent as SettingValue, 'parent');
  if (stricter(self, value)) take(self as SettingValue, 'self');
  return { value, lockedBy, from, reason: definition.why };
}
