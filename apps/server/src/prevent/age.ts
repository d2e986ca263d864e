import { z } from 'zod';
import { type AgeBand, isMinor } from '../base/vocabulary.ts';

/** How an age is known, from the weakest to the strongest. */
export const Assurance = z
  .enum(['declared', 'estimated', 'parent', 'school', 'verified'])
  .meta({ id: 'AgeAssurance' });
export type Assurance = z.infer<typeof Assurance>;

/** Confidence (0–1) taken where the platform gives none. */
export const usualConfidence: Record<Assurance, number> = {
  declared: 0.5,
  estimated: 0.7,
  parent: 0.9,
  school: 0.9,
  verified: 0.99,
};

/** Below this an age is as good as unknown: it makes nobody grown, and nobody a harmless minor. */
const LEAST_CONFIDENCE = 0.5;

/** Which way an age moved without proof: `rise` over 16 or 18, or `fall` of a grown account below 18. */
export type AgeSignal = 'rise' | 'fall';

/** What is known of an account's age: one reading, or a younger and an older one while they differ. */
export interface KnownAge {
  /** The younger reading: what protects the account. */
  band: AgeBand;
  /** How the younger reading is known. */
  assurance: Assurance;
  /** Of the younger reading, 0–1. */
  confidence: number;
  /**
   * The day that ends the band of the younger reading (a date, UTC): the birthday, where the platform told it
   * beforehand, else the last day that the band can reach (`13-15` told today ends in three years at the latest).
   */
  leavesBandOn?: string | undefined;
  /** The older reading while the two differ, or will on a day to come: what limits the account as an actor. */
  elder?: AgeBand | undefined;
  elderAssurance?: Assurance | undefined;
  elderLeavesOn?: string | undefined;
  /** Which reading is the claim: after a `rise` the older one, after a `fall` the younger one. */
  doubt?: AgeSignal | undefined;
}

/** What a platform's account event says about an age. */
export interface ToldAge {
  band: AgeBand;
  assurance: Assurance;
  confidence: number;
  leavesBandOn?: string | undefined;
}

const order: AgeBand[] = ['under-13', '13-15', '16-17', '18-24', 'adult'];
/** Place of a band from young to old; −1 for an unknown one. */
export const at = (band: AgeBand) => order.indexOf(band);
export const isGrown = (band: AgeBand) => band === '18-24' || band === 'adult';
/** Bands that a rise over 16 or 18 separates. */
export const group = (band: AgeBand) => (at(band) <= 1 ? 0 : at(band) === 2 ? 1 : 2);
export const strength = (assurance: Assurance) => Assurance.options.indexOf(assurance);

/** Least age of a band in years; 0 for an unknown one. */
export function leastAge(band: AgeBand): number {
  return { 'under-13': 0, '13-15': 13, '16-17': 16, '18-24': 18, adult: 25, unknown: 0 }[band];
}

/** Years a band lasts. */
const lasts: Partial<Record<AgeBand, number>> = { 'under-13': 13, '13-15': 3, '16-17': 2, '18-24': 7 };

/** A date (UTC) some years later; 29 February becomes 1 March where there is none. */
function yearsAfter(day: string, years: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year + years, month - 1, date)).toISOString().slice(0, 10);
}

/** The last day that a band can reach when it was right on `day`. */
export function lastDay(band: AgeBand, day: string): string | undefined {
  const years = lasts[band];
  return years === undefined ? undefined : yearsAfter(day, years);
}

/** A told birthday that can be true: after the day it was told, and not later than the band can last. */
export function possibleDay({ band, leavesBandOn }: ToldAge, toldOn: string): string | undefined {
  const last = lastDay(band, toldOn);
  if (leavesBandOn === undefined || last === undefined) return undefined;
  return leavesBandOn > toldOn && leavesBandOn <= last ? leavesBandOn : undefined;
}

function moveOn(band: AgeBand, leavesOn: string | undefined, today: string) {
  let reached = band;
  let day = leavesOn;
  while (day !== undefined && day <= today && lasts[reached] !== undefined) {
    reached = order[at(reached) + 1] ?? reached;
    day = lastDay(reached, day);
  }
  return { band: reached, day: lasts[reached] === undefined ? undefined : day };
}

/** The age as it stands today (a date, UTC): days that end a band move both readings on by themselves. */
export function ageOn(known: KnownAge, today: string): KnownAge {
  const younger = moveOn(known.band, known.leavesBandOn, today);
  const { assurance, confidence, elder, elderAssurance, elderLeavesOn, doubt } = known;
  const age: KnownAge = { band: younger.band, assurance, confidence, leavesBandOn: younger.day };
  if (elder === undefined) return age;
  const older = moveOn(elder, elderLeavesOn, today);
  if (at(older.band) < at(age.band)) return age;
  if (older.band === age.band) {
    if (doubt === 'fall' && elderAssurance && strength(elderAssurance) > strength(assurance))
      age.assurance = elderAssurance;
    // Alike today, but the older reading may leave the band earlier.
    if (older.day === undefined || age.leavesBandOn === undefined || older.day >= age.leavesBandOn)
      return age;
  }
  return { ...age, elder: older.band, elderAssurance, elderLeavesOn: older.day, doubt };
}

/** Whether the two readings differ in a way that matters and that only proof or a person can settle. */
export function isInDoubt({ band, elder, doubt }: KnownAge): boolean {
  if (elder === undefined) return false;
  return isGrown(elder) !== isGrown(band) || (doubt === 'rise' && group(elder) > group(band));
}

/** The two readings of an age today (a date, UTC). Low confidence makes nobody grown, and nobody surely a minor. */
export function readAge(
  known: KnownAge | undefined,
  today: string,
): {
  band: AgeBand;
  minor: boolean;
  under16: boolean;
  grown: boolean;
  ageInDoubt: boolean;
} {
  const age = known ? ageOn(known, today) : undefined;
  const told = age?.band ?? 'unknown';
  const isUnsure = known === undefined || known.confidence < LEAST_CONFIDENCE;
  const band = isUnsure && isGrown(told) ? 'unknown' : told;
  const under18 = isMinor(band);
  return {
    band,
    minor: under18 || band === 'unknown',
    under16: band === 'under-13' || band === '13-15' || band === 'unknown',
    grown: !under18 || isUnsure || (age?.elder !== undefined && isGrown(age.elder)),
    ageInDoubt: age !== undefined && isInDoubt(age),
  };
}
