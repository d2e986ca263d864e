import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { StartError } from '../base/data-dir.ts';
import { AppError } from '../base/errors.ts';
import { type AgeBand, isMinor, LocalText } from '../base/vocabulary.ts';

/** What a setting can be set to. Interval settings are `off` or `HH:MM-HH:MM`, local time, over midnight if need be. */
export type SettingValue = boolean | number | string;

/** Who may loosen: `nobody`; `parent`: a supervisor; `self`: the young person, after a reminder. */
export const Loosener = z.enum(['nobody', 'parent', 'self']);
export type Loosener = z.infer<typeof Loosener>;

const Value = z.union([z.boolean(), z.number(), z.string()]);
const perBand = <T extends z.ZodType>(value: T) =>
  z.strictObject({ 'under-13': value, '13-15': value, '16-17': value, unknown: value, grown: value });

const Definition = z
  .strictObject({
    id: z.string().regex(/^[a-z][A-Za-z]+$/),
    subject: z.enum(['contact', 'content', 'live', 'discovery', 'time']),
    values: z.array(Value).min(2).optional(),
    number: z
      .strictObject({ min: z.int(), max: z.int(), off: z.int(), unit: z.literal('minutes') })
      .optional(),
    interval: z.literal(true).optional(),
    default: perBand(Value),
    loosen: z.strictObject({ 'under-13': Loosener, '13-15': Loosener, '16-17': Loosener }),
    publishes: z.boolean().default(false),
    cue: z.string().optional(),
    law: z.string().optional(),
    name: LocalText,
    why: LocalText,
  })
  .refine(
    (d) => [d.values, d.number, d.interval].filter((kind) => kind !== undefined).length === 1,
    'needs one of values, number or interval',
  );
export type Definition = z.infer<typeof Definition>;

/** The settings in the order of the file, by id. */
export type Catalogue = ReadonlyMap<string, Definition>;

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

const INTERVAL = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

const settingsFile = join(import.meta.dirname, '../../../../policy/settings.yaml');

/** Loads the settings. Throws a StartError that names the setting. */
export function loadCatalogue(file: string = settingsFile): Catalogue {
  const parsed = z
    .strictObject({ version: z.string(), settings: z.array(Definition) })
    .safeParse(parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new StartError(`settings.yaml: ${z.prettifyError(parsed.error)}`);
  const catalogue = new Map<string, Definition>();
  for (const definition of parsed.data.settings) {
    if (catalogue.has(definition.id))
      throw new StartError(`settings.yaml: ${definition.id} stands there twice.`);
    for (const [band, value] of Object.entries(definition.default)) {
      if (looseness(definition, value) === undefined)
        throw new StartError(`settings.yaml: ${definition.id} cannot be ${value} (default for ${band}).`);
    }
    catalogue.set(definition.id, definition);
  }
  return catalogue;
}

export const catalogue = loadCatalogue();

/** Start and end of an interval in minutes of the day; undefined for `off`. */
export function minutesOf(interval: string): { from: number; to: number } | undefined {
  const found = INTERVAL.exec(interval);
  if (!found) return undefined;
  const [, h1, m1, h2, m2] = found.map(Number) as [number, number, number, number, number];
  return { from: h1 * 60 + m1, to: h2 * 60 + m2 };
}

/** True when a minute of the day (0–1439) lies in the interval. */
export function within(interval: string, minute: number): boolean {
  const bounds = minutesOf(interval);
  if (!bounds) return false;
  const { from, to } = bounds;
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/**
 * How loose a value is, 0 the strictest; undefined when the setting has no such value. Intervals are not in one line
 * (22:00-06:00 is neither stricter nor looser than 23:00-07:00): for them `isLooser` compares what they cover.
 */
function looseness(definition: Definition, value: SettingValue): number | undefined {
  if (definition.values) {
    const at = definition.values.indexOf(value);
    return at === -1 ? undefined : at;
  }
  if (definition.number) {
    const { min, max, off } = definition.number;
    if (value === off) return Number.MAX_SAFE_INTEGER;
    return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : undefined;
  }
  if (typeof value !== 'string') return undefined;
  if (value === 'off') return 1440;
  const bounds = minutesOf(value);
  if (!bounds || bounds.from === bounds.to) return undefined;
  return 1440 - ((bounds.to - bounds.from + 1440) % 1440);
}

/** True when `value` allows anything that `than` does not. */
export function isLooser(definition: Definition, value: SettingValue, than: SettingValue): boolean {
  if (!definition.interval)
    return (looseness(definition, value) ?? Infinity) > (looseness(definition, than) ?? Infinity);
  if (than === 'off' || value === than) return false;
  const bounds = minutesOf(String(than));
  if (value === 'off' || !bounds) return true;
  // Looser unless the whole of `than` is covered; every minute is looked at once, there are 1,440.
  for (let step = 0; step < (bounds.to - bounds.from + 1440) % 1440; step++) {
    if (!within(String(value), (bounds.from + step) % 1440)) return true;
  }
  return false;
}

/** The definition of a setting and the checked value; throws an AppError with a pointer for what it cannot be. */
export function checkChoice(id: string, value: unknown, pointer: string): Definition {
  const definition = catalogue.get(id);
  if (!definition) {
    throw new AppError(
      'invalid-request',
      `There is no setting ${id}; there are ${[...catalogue.keys()].join(', ')}.`,
      { pointer: `${pointer}/setting` },
    );
  }
  if (
    (typeof value !== 'boolean' && typeof value !== 'number' && typeof value !== 'string') ||
    looseness(definition, value) === undefined
  ) {
    throw new AppError(
      'invalid-request',
      `${id} cannot be ${JSON.stringify(value)}; it takes ${accepted(definition)}.`,
      {
        pointer: `${pointer}/value`,
      },
    );
  }
  return definition;
}

function accepted(definition: Definition): string {
  if (definition.values) return definition.values.map((value) => JSON.stringify(value)).join(', ');
  if (definition.number)
    return `${definition.number.min} to ${definition.number.max} ${definition.number.unit}, or ${definition.number.off} for none`;
  return '"off" or an interval such as "22:00-07:00"';
}

const column = (band: AgeBand) => (band === '18-24' || band === 'adult' ? 'grown' : band);

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
  const base = definition.default[column(band)];
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
