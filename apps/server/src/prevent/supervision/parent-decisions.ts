import { AppError } from '../../base/errors.ts';
import type { AgeBand } from '../../base/vocabulary.ts';
import {
  catalogue,
  checkChoice,
  type Definition,
  isLooser,
  minutesOf,
  type SettingValue,
} from '../catalogue.ts';
import { type Choices, defaultFor, effectiveSettings, loosenerOf } from '../settings.ts';

/** Longest quiet hours that a parent may set, in minutes. */
const LONGEST_QUIET = 12 * 60;
/** Least time a day that a parent may set, in minutes. */
const LEAST_DAILY = 30;

/**
 * Why a parent may not be as strict as this: a young person must stay able to reach friends and help. Reporting, blocking
 * and calling 111 hang on no setting at all.
 */
function tooStrict({ id, interval }: Definition, value: SettingValue): string | undefined {
  if (id === 'messagesFrom' && value === 'nobody')
    return 'A parent cannot cut off messages from accepted contacts: friends are a way to help.';
  if (id === 'dailyMinutes' && value !== 0 && Number(value) < LEAST_DAILY)
    return `A parent can limit the day to ${LEAST_DAILY} minutes at the least.`;
  if (interval && length(value) > LONGEST_QUIET)
    return `A parent can set at most ${LONGEST_QUIET / 60} quiet hours.`;
  return undefined;
}

function length(interval: SettingValue): number {
  const bounds = minutesOf(String(interval));
  return bounds ? (bounds.to - bounds.from + 1440) % 1440 : 0;
}

/**
 * Checks a parent's decision: stricter than the default within reason, looser only where the catalogue says `parent` at
 * this age. Throws an AppError: invalid-request, setting-locked.
 */
export function checkParentDecision(id: string, value: unknown, band: AgeBand): Definition {
  const definition = checkChoice(id, value, '');
  const chosen = value as SettingValue;
  const why = tooStrict(definition, chosen);
  if (why !== undefined) throw new AppError('setting-locked', why, { pointer: '/value' });
  if (isLooser(definition, chosen, defaultFor(definition, band)) && loosenerOf(definition, band) !== 'parent')
    throw new AppError('setting-locked', definition.why.en, { pointer: '/value' });
  return definition;
}

/** True when a parent may decide this value at this age. */
export function mayDecide(id: string, value: SettingValue, band: AgeBand): boolean {
  try {
    checkParentDecision(id, value, band);
    return true;
  } catch (cause) {
    if (cause instanceof AppError) return false;
    throw cause;
  }
}

/** Decisions of several supervisors together: the strictest of each setting. Pure. */
export function strictestTogether(all: readonly Choices[]): Choices {
  const together: Record<string, SettingValue> = {};
  for (const definition of catalogue.values()) {
    const values = all.flatMap(({ [definition.id]: value }) => (value === undefined ? [] : [value]));
    const [first, ...rest] = values;
    if (first === undefined) continue;
    together[definition.id] = rest.reduce((one, other) => stricterOf(definition, one, other), first);
  }
  return together;
}

function stricterOf(definition: Definition, one: SettingValue, other: SettingValue): SettingValue {
  if (!isLooser(definition, one, other)) return one;
  if (!isLooser(definition, other, one)) return other;
  // Quiet hours of which neither covers the other: both, where that is not absurdly long; else the longer ones.
  const covered = cover(String(one), String(other));
  if (covered !== undefined) return covered;
  return length(one) >= length(other) ? one : other;
}

/** The shortest interval that covers two, or undefined where it is longer than a parent may set. */
function cover(one: string, other: string): string | undefined {
  const choices = [joined(one, other), joined(other, one)].filter(
    (interval) => length(interval) <= LONGEST_QUIET && covers(interval, one) && covers(interval, other),
  );
  return choices.sort((a, b) => length(a) - length(b))[0];
}

const joined = (from: string, to: string) => `${from.slice(0, 5)}-${to.slice(6)}`;

function covers(interval: string, inner: string): boolean {
  const outer = minutesOf(interval);
  const bounds = minutesOf(inner);
  if (!outer || !bounds) return false;
  const offset = (bounds.from - outer.from + 1440) % 1440;
  return offset + length(inner) <= length(interval);
}

/** Consent of several supervisors to publishing: somebody said yes and nobody no. */
export function publishingTogether(all: readonly (boolean | null)[]): boolean {
  return all.includes(true) && !all.includes(false);
}

/** Something looser that the young person asked for and that waits for a parent. */
export interface Wish {
  setting: string;
  /** What holds now. */
  now: SettingValue;
  wish: SettingValue;
}

/** Wishes of the young person that a parent has not answered with a yes. Pure. */
export function openWishes(band: AgeBand, choices: { parent: Choices; self: Choices }): Wish[] {
  const { values } = effectiveSettings(band, choices);
  return [...catalogue.values()].flatMap((definition) => {
    const { id } = definition;
    const wish = choices.self[id];
    const now = values[id] as SettingValue;
    if (wish === undefined || loosenerOf(definition, band) !== 'parent') return [];
    if (!isLooser(definition, wish, now)) return [];
    return mayDecide(id, wish, band) ? [{ setting: id, now, wish }] : [];
  });
}
