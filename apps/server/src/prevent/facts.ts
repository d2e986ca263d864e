import type { AgeBand } from '../base/vocabulary.ts';
import type { ActionName, Relationship } from './actions.ts';
import { type KnownAge, readAge } from './age.ts';
import type { SettingValue } from './catalogue.ts';
import { type Choices, effectiveSettings } from './settings.ts';

/** Facts of an account as the policies see it; the same for any two accounts that are alike. */
export interface AccountFacts {
  band: AgeBand;
  minor: boolean;
  under16: boolean;
  grown: boolean;
  ageInDoubt: boolean;
  /** 0 none … 4 critical; of the other account only where it asks to become a contact. */
  risk: number;
  settings: Record<string, SettingValue>;
}

/** A situation to judge: all facts given, no account named. */
export interface Situation {
  action: ActionName;
  principal: AccountFacts;
  /** Facts of the account acted upon; absent for content, streams, apps and games, and when it is the actor's own. */
  resource?: AccountFacts;
  context: Record<string, boolean | number | string>;
}

/** What is stored of an account that bears on decisions. */
export interface StoredAccount {
  age?: KnownAge;
  parent: Choices;
  self: Choices;
  parentPublishes: boolean;
  selfPublishes: boolean;
}

export const nobodyKnown: StoredAccount = {
  parent: {},
  self: {},
  parentPublishes: false,
  selfPublishes: false,
};

/** Most sets of settings kept at once; platforms see a few hundred. */
const MOST = 20_000;
const known = new Map<string, Record<string, SettingValue>>();

/** The facts of an account today; equal settings are one and the same object. */
export function accountFacts(
  stored: StoredAccount,
  given: AgeBand | undefined,
  risk: number,
  today: string,
): AccountFacts {
  // A band the platform's own account events gave wins over one in a question: nobody grows up by asking.
  const isKnown = stored.age !== undefined && stored.age.band !== 'unknown';
  const age = readAge(
    isKnown || given === undefined
      ? stored.age
      : { band: given, assurance: 'declared', confidence: stored.age?.confidence ?? 0.5 },
    today,
  );
  return { ...age, risk, settings: valuesFor(age.band, stored.parent, stored.self) };
}

function valuesFor(band: AgeBand, parent: Choices, self: Choices): Record<string, SettingValue> {
  const key = JSON.stringify([band, parent, self]);
  const found = known.get(key);
  if (found) return found;
  if (known.size >= MOST) known.clear();
  const { values } = effectiveSettings(band, { parent, self });
  known.set(key, values);
  return values;
}

const bands: AgeBand[] = ['under-13', '13-15', '16-17'];

/** Both certainly under 18 and at most one band apart. */
export function arePeers(one: AccountFacts, other: AccountFacts): boolean {
  if (one.grown || other.grown || one.ageInDoubt || other.ageInDoubt) return false;
  return Math.abs(bands.indexOf(one.band) - bands.indexOf(other.band)) <= 1;
}

/** What is stored between two accounts. */
export interface StoredRelation {
  connected: boolean;
  blocked: boolean;
  /** When they accepted each other. */
  since?: Date | undefined;
}

/** Days in which a contact counts as new. */
export const NEW_CONTACT_DAYS = 7;

/** Roles that a platform checked: they connect whoever has them. */
export const roles: ReadonlySet<string> = new Set(['family', 'teacher', 'helpline']);

/** Relationships that the policies tell apart; a stranger and an address-book contact are the same to them. */
type Vouched = 'none' | Exclude<Relationship, 'stranger' | 'contact'>;

/**
 * How two accounts know each other. A role that the platform checked connects; its word that two are friends does so
 * only where neither may be grown while the other is young, whoever asks: whom a child accepted as a contact is known
 * from the platform's events, not from a question.
 */
export function knowing(
  stored: StoredRelation | undefined,
  relationship: Relationship | undefined,
  principal: AccountFacts,
  other: AccountFacts | undefined,
  now: Date,
): { connected: boolean; newContact: boolean; relationship: Vouched; blocked: boolean } {
  const said: Vouched =
    relationship === undefined || relationship === 'stranger' || relationship === 'contact'
      ? 'none'
      : relationship;
  const hasRole = roles.has(said);
  const isAcross =
    other !== undefined && ((principal.grown && other.minor) || (principal.minor && other.grown));
  const isFriend = said === 'friend' && !isAcross;
  const since = stored?.since;
  return {
    connected: (stored?.connected ?? false) || hasRole || isFriend,
    newContact:
      since !== undefined && !hasRole && now.getTime() - since.getTime() < NEW_CONTACT_DAYS * 86_400_000,
    relationship: said,
    blocked: stored?.blocked ?? false,
  };
}
