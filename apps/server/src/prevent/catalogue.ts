import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { StartError } from '../base/data-dir.ts';
import { AppError } from '../base/errors.ts';
import { LocalText } from '../base/vocabulary.ts';
import { checkCue, checkLaw } from './references.ts';

/** What a setting can be set to. Interval settings are `off` or `HH:MM-HH:MM`, local time, over midnight if need be. */
export type SettingValue = boolean | number | string;

/** Who may loosen: `nobody`; `parent`: a supervisor; `self`: the young person, after a reminder. */
export const Loosener = z.enum(['nobody', 'parent', 'self']);
export type Loosener = z.infer<typeof Loosener>;

const Value = z.union([z.boolean(), z.number(), z.string()]);
const perBand = <T extends z.ZodType>(value: T) =>
  z.strictObject({
    'under-13': value,
    '13-15': value,
    '16-17': value,
    unknown: value,
    '18-24': value.optional(),
    grown: value,
  });

const Definition = z
  .strictObject({
    id: z.string().regex(/^[a-z][A-Za-z]+$/),
    subject: z.enum(['contact', 'content', 'live', 'discovery', 'time']),
    values: z.array(Value).min(2).optional(),
    number: z
      .strictObject({ min: z.int(), max: z.int(), off: z.int(), unit: z.literal('minutes') })
      .optional(),
    interval: z.literal(true).optional(),
    default: perBand(Value).transform((of) => ({ ...of, '18-24': of['18-24'] ?? of.grown })),
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
    const wrong = checkCue(definition.cue) ?? checkLaw(definition.law);
    if (wrong) throw new StartError(`settings.yaml: ${definition.id}: ${wrong}`);
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
