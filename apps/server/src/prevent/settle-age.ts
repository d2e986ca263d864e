import { type AgeBand, isMinor } from '../base/vocabulary.ts';
import {
  type AgeSignal,
  type Assurance,
  ageOn,
  at,
  group,
  isGrown,
  isInDoubt,
  type KnownAge,
  lastDay,
  possibleDay,
  strength,
  type ToldAge,
  usualConfidence,
} from './age.ts';

/** A claim that a person refused: told again without better proof, it is no news. */
export interface Refused {
  kind: AgeSignal;
  to: AgeBand;
  assurance: Assurance;
}

/** Dates (UTC): today, and when the platform says the age was told. */
export interface When {
  today: string;
  toldOn: string;
}

export interface Settled {
  age: KnownAge;
  /** Present when the move is a claim: nobody vouches for it, and it matters. */
  signal?: AgeSignal;
  /** What was told, as it stands today; with a signal. */
  told?: ToldAge;
}

/** Confidence from which somebody's word counts as proof. */
const PROOF = 0.8;

const isVouched = (assurance: Assurance) =>
  assurance === 'parent' || assurance === 'school' || assurance === 'verified';

/**
 * Takes what a platform now says about an age. A move that matters takes effect on both readings only where somebody
 * vouches for it, or the birthday was told beforehand; else the younger reading protects, the older one limits, and the
 * move is a signal until better proof or a person settles it.
 */
export function settleAge(
  known: KnownAge | undefined,
  told: ToldAge,
  when: When,
  refused: readonly Refused[] = [],
): Settled {
  const day = possibleDay(told, when.toldOn);
  const first: KnownAge = {
    band: told.band,
    assurance: told.assurance,
    confidence: told.confidence,
    leavesBandOn: day ?? lastDay(told.band, when.toldOn),
  };
  const fresh = ageOn(first, when.today);
  if (!known || known.band === 'unknown') return { age: fresh };
  const now = ageOn(known, when.today);
  // "Unknown" teaches nothing: a known minor does not become a blank page.
  if (told.band === 'unknown') return { age: now };
  if (isProof(now, fresh)) {
    if (fresh.band === now.band)
      return {
        age: day === undefined && now.leavesBandOn ? { ...fresh, leavesBandOn: now.leavesBandOn } : fresh,
      };
    // The birthday that a parent tells along with 16 would be another way over 18.
    if (fresh.band === '16-17' && fresh.assurance === 'parent')
      return { age: { ...fresh, leavesBandOn: lastDay(fresh.band, when.today) } };
    return { age: fresh };
  }
  const settled =
    fresh.band === now.band
      ? sayAgain(now, fresh, day)
      : at(fresh.band) > at(now.band)
        ? rise(now, fresh, when)
        : fall(now, fresh);
  if (!settled.signal) return settled;
  return refused.some((one) => isSameClaim(one, settled.signal, fresh))
    ? { age: now }
    : { ...settled, told: fresh };
}

/**
 * Somebody else than the account vouches for the age, is sure, and is no weaker a source than what is known. Over the
 * border of 18, in either direction, a parent's word is not enough: whoever poses as a parent, or is a bad one, could
 * end a child's protection with it, and an adult with a second account could become a child.
 */
function isProof(now: KnownAge, told: KnownAge): boolean {
  if (!isVouched(told.assurance) || told.confidence < PROOF) return false;
  const sources = [now.assurance, ...(now.elderAssurance ? [now.elderAssurance] : [])];
  if (sources.some((source) => strength(source) > strength(told.assurance))) return false;
  if (told.assurance !== 'parent') return true;
  if ([now.band, now.elder ?? now.band].some((band) => isGrown(band) !== isGrown(told.band))) return false;
  return told.band !== '16-17' || told.band !== now.band || !isEarlier(told.leavesBandOn, now.leavesBandOn);
}

const isEarlier = (one: string | undefined, other: string | undefined) =>
  one !== undefined && (other === undefined || one < other);

function isSameClaim(refused: Refused, signal: AgeSignal | undefined, told: KnownAge): boolean {
  if (refused.kind !== signal || strength(told.assurance) > strength(refused.assurance)) return false;
  return signal === 'rise' ? at(told.band) >= at(refused.to) : at(told.band) <= at(refused.to);
}

/** The same band again: better assurance is kept; a birthday moves later, never earlier without proof. */
function sayAgain(now: KnownAge, told: KnownAge, day: string | undefined): Settled {
  const isBetter = strength(told.assurance) >= strength(now.assurance);
  const age: KnownAge = {
    ...now,
    assurance: isBetter ? told.assurance : now.assurance,
    confidence: isBetter ? told.confidence : now.confidence,
    leavesBandOn: now.leavesBandOn ?? told.leavesBandOn,
  };
  if (day === undefined || now.leavesBandOn === undefined || day <= now.leavesBandOn) return { age };
  age.leavesBandOn = day;
  // Who puts off the 18th birthday is protected longer, and counts as grown from the day told first.
  if (now.band === '16-17' && now.elder === undefined) {
    age.elder = now.band;
    age.elderAssurance = now.assurance;
    age.elderLeavesOn = now.leavesBandOn;
    age.doubt = 'fall';
  }
  return { age };
}

function rise(now: KnownAge, told: KnownAge, { today, toldOn }: When): Settled {
  if (group(told.band) === group(now.band)) {
    if (strength(told.assurance) < strength(now.assurance)) return { age: now };
    // A birthday told along with it is not believed: the youngest of the new band has all of it before them.
    return { age: ageOn({ ...now, ...told, leavesBandOn: lastDay(told.band, toldOn) }, today) };
  }
  const { elder } = now;
  if (elder !== undefined && now.doubt === 'fall') {
    // It was grown before and says so again, or says that it is not quite so young: the claim to be young stays.
    if (isGrown(elder)) return isGrown(told.band) ? { age: now } : { age: now, signal: 'fall' };
    // Back to what is known from a better source.
    if (elder === told.band) return { age: older(now, elder) };
  }
  if (elder !== undefined && at(elder) >= at(told.band)) return { age: now, signal: 'rise' };
  const before = now.elderAssurance;
  return {
    age: {
      ...now,
      elder: told.band,
      elderAssurance: before && strength(before) > strength(told.assurance) ? before : told.assurance,
      elderLeavesOn: told.leavesBandOn,
      doubt: 'rise',
    },
    signal: 'rise',
  };
}

function fall(now: KnownAge, told: KnownAge): Settled {
  const falls = isGrown(now.band) && isMinor(told.band);
  const isStronger = (source: Assurance | undefined) =>
    source !== undefined && strength(source) > strength(told.assurance);
  const keepsElder =
    now.elder !== undefined &&
    !(falls && now.doubt === 'rise') &&
    (isGrown(now.elder) || isStronger(now.elderAssurance));
  if (keepsElder) {
    const { elder, elderAssurance, elderLeavesOn, doubt } = now;
    const goesOn = falls || (doubt === 'fall' && elder !== undefined && isGrown(elder));
    return {
      age: { ...told, elder, elderAssurance, elderLeavesOn, doubt },
      ...(goesOn ? { signal: 'fall' as const } : {}),
    };
  }
  if (!falls && !isStronger(now.assurance)) return { age: told };
  return {
    age: {
      ...told,
      elder: now.band,
      elderAssurance: now.assurance,
      elderLeavesOn: now.leavesBandOn,
      doubt: 'fall',
    },
    ...(falls ? { signal: 'fall' as const } : {}),
  };
}

/** The older reading alone, for both. */
const older = ({ elderAssurance = 'declared', elderLeavesOn }: KnownAge, band: AgeBand): KnownAge => ({
  band,
  assurance: elderAssurance,
  confidence: usualConfidence[elderAssurance],
  leavesBandOn: elderLeavesOn,
});

/** The claim that an age in doubt stands for. */
export function claimOf(age: KnownAge): { kind: AgeSignal; from: AgeBand; told: ToldAge } | undefined {
  const { band, elder, elderAssurance = 'declared', elderLeavesOn } = age;
  if (elder === undefined || !isInDoubt(age)) return undefined;
  if (age.doubt !== 'rise') return { kind: 'fall', from: elder, told: age };
  const confidence = usualConfidence[elderAssurance];
  return {
    kind: 'rise',
    from: band,
    told: { band: elder, assurance: elderAssurance, confidence, leavesBandOn: elderLeavesOn },
  };
}

/** What a person decided about a claim. */
export interface Decision {
  outcome: 'confirm' | 'refuse';
  /** How the person knows. */
  assurance?: Assurance | undefined;
}

/** A claim as it was told. */
export interface ToldClaim {
  kind: AgeSignal;
  from: AgeBand;
  to: AgeBand;
  leavesBandOn?: string | undefined;
}

/** Confirmed, both readings become the told band; refused, the doubt ends at what was known before the claim. */
export function decideClaim(
  known: KnownAge | undefined,
  claim: ToldClaim,
  { outcome, assurance }: Decision,
  today: string,
): KnownAge {
  if (outcome === 'confirm') {
    const by = assurance ?? 'verified';
    const { to: band, leavesBandOn = lastDay(claim.to, today) } = claim;
    return ageOn({ band, assurance: by, confidence: usualConfidence[by], leavesBandOn }, today);
  }
  const before: KnownAge = { band: claim.from, assurance: 'declared', confidence: usualConfidence.declared };
  const now = ageOn(known ?? before, today);
  const trusted = (age: KnownAge): KnownAge =>
    assurance
      ? { ...age, assurance, confidence: usualConfidence[assurance] }
      : { ...age, confidence: Math.max(age.confidence, usualConfidence[age.assurance]) };
  if (claim.kind === 'fall')
    return trusted(now.elder !== undefined && now.doubt === 'fall' ? older(now, now.elder) : before);
  // An older reading that was known before outlives a refused claim to be older.
  if (now.doubt === 'fall') return trusted(now);
  const { band, leavesBandOn } = now;
  return trusted({ band, assurance: now.assurance, confidence: now.confidence, leavesBandOn });
}
