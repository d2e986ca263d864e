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

/** Below this a claim to be grown counts as an unknown age. */
const LEAST_CONFIDENCE = 0.5;

/** What is known of an account's age. */
export interface KnownAge {
  /** The younger reading: what protects the account. */
  band: AgeBand;
  /** The older reading while the two differ: what limits the account as an actor. */
  elder?: AgeBand | undefined;
  assurance: Assurance;
  /** 0–1 */
  confidence: number;
  /** The birthday that ends the band, where the platform told it beforehand (a date, UTC). */
  leavesBandOn?: string | undefined;
}

/** What a platform's account event says about an age. */
export interface ToldAge {
  band: AgeBand;
  assurance: Assurance;
  confidence: number;
  leavesBandOn?: string | undefined;
}

/** Whether the account's age moved without proof: `rise` over 16 or 18, or `fall` of a grown account below 18. */
export type AgeSignal = 'rise' | 'fall';

const order: AgeBand[] = ['under-13', '13-15', '16-17', '18-24', 'adult'];
const at = (band: AgeBand) => order.indexOf(band);
const isGrown = (band: AgeBand) => band === '18-24' || band === 'adult';
/** Bands that a rise over 16 or 18 separates. */
const group = (band: AgeBand) => (at(band) <= 1 ? 0 : at(band) === 2 ? 1 : 2);
const strength = (assurance: Assurance) => Assurance.options.indexOf(assurance);
/** Somebody else than the account itself vouches for the age. */
const isVouched = (assurance: Assurance) =>
  assurance === 'parent' || assurance === 'school' || assurance === 'verified';

/** Least age of a band in years; 0 for an unknown one. */
export function leastAge(band: AgeBand): number {
  return { 'under-13': 0, '13-15': 13, '16-17': 16, '18-24': 18, adult: 25, unknown: 0 }[band];
}

/** The band on a day: a birthday told beforehand moves the account on by itself. */
function bandOn(known: KnownAge, today: string): AgeBand {
  const { band, leavesBandOn } = known;
  if (leavesBandOn === undefined || leavesBandOn > today || band === 'unknown' || band === 'adult')
    return band;
  return order[at(band) + 1] ?? band;
}

/** The two readings of an age today (a date, UTC). Low confidence never makes anybody grown. */
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
  const told = known ? bandOn(known, today) : 'unknown';
  const band =
    known && isGrown(told) && isGrown(known.band) && known.confidence < LEAST_CONFIDENCE ? 'unknown' : told;
  const elder = known?.elder;
  const under18 = isMinor(band);
  return {
    band,
    minor: under18 || band === 'unknown',
    under16: band === 'under-13' || band === '13-15' || band === 'unknown',
    grown: !under18 || (elder !== undefined && isGrown(elder)),
    ageInDoubt: elder !== undefined,
  };
}

/**
 * Takes what a platform now says about an age. A rise over 16 or 18 takes effect only where somebody vouches for it or
 * the birthday was told beforehand; else it is a signal, and both readings stay until a person or better proof settles it.
 */
export function settleAge(
  known: KnownAge | undefined,
  told: ToldAge,
  today: string,
): { age: KnownAge; signal?: AgeSignal } {
  if (!known || known.band === 'unknown') return { age: { ...told } };
  // "Unknown" teaches nothing: a known minor does not become a blank page.
  if (told.band === 'unknown') return { age: known };
  const now = bandOn(known, today);
  const proven = isVouched(told.assurance) && strength(told.assurance) >= strength(known.assurance);
  if (told.band === now) {
    if (known.elder !== undefined && !proven) return { age: known };
    return { age: merge({ ...known, band: now }, told, proven) };
  }
  if (at(told.band) > at(now)) {
    if (group(told.band) === group(now) || proven) return { age: { ...told } };
    const elder = known.elder !== undefined && at(known.elder) > at(told.band) ? known.elder : told.band;
    return {
      age: { ...known, band: now, elder, leavesBandOn: now === known.band ? known.leavesBandOn : undefined },
      signal: 'rise',
    };
  }
  const oldest = known.elder !== undefined && at(known.elder) > at(now) ? known.elder : now;
  if (isGrown(oldest) && isMinor(told.band) && !proven) {
    return { age: { ...told, elder: oldest }, signal: 'fall' };
  }
  return { age: { ...told } };
}

/** The same band told again: better assurance is kept, and a birthday may move later, or earlier with proof. */
function merge(known: KnownAge, told: ToldAge, proven: boolean): KnownAge {
  const better = strength(told.assurance) >= strength(known.assurance);
  const { leavesBandOn: before } = known;
  const { leavesBandOn: after } = told;
  const leavesBandOn =
    after !== undefined && (before === undefined || after >= before || proven) ? after : before;
  return {
    band: known.band,
    assurance: better ? told.assurance : known.assurance,
    confidence: better ? told.confidence : known.confidence,
    leavesBandOn,
  };
}
