import { createHash } from 'node:crypto';
import type { SettingValue } from '../catalogue.ts';
import type { AccountFacts, Situation } from '../facts.ts';
import { effectiveSettings } from '../settings.ts';
import { choicesOf } from './say-situation.ts';

/** An account's facts as they are kept: of the settings only those that differ from the defaults of the age. */
type StoredAccountFacts = Omit<AccountFacts, 'settings'> & { chosen: Record<string, SettingValue> };

/** A situation as it is kept: facts only, no account and no content. */
export interface StoredFacts {
  action: Situation['action'];
  principal: StoredAccountFacts;
  resource?: StoredAccountFacts;
  context: Situation['context'];
}

function fold(facts: AccountFacts): StoredAccountFacts {
  const { settings: _settings, ...rest } = facts;
  return { ...rest, chosen: Object.fromEntries(choicesOf(facts).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function unfold({ chosen, ...rest }: StoredAccountFacts): AccountFacts {
  const { values } = effectiveSettings(rest.band, { parent: {}, self: {} });
  return { ...rest, settings: { ...values, ...chosen } };
}

/** What is kept of a situation, and the hash by which equal ones are counted together. */
export function storedFacts({ action, principal, resource, context }: Situation): {
  key: string;
  json: string;
} {
  const facts: StoredFacts = {
    action,
    principal: fold(principal),
    ...(resource ? { resource: fold(resource) } : {}),
    context,
  };
  const json = JSON.stringify(facts);
  return { key: createHash('sha256').update(json).digest('base64url').slice(0, 16), json };
}

/** The situation again; settings that came since have the default of the age. */
export function situationOf({ action, principal, resource, context }: StoredFacts): Situation {
  return {
    action,
    principal: unfold(principal),
    ...(resource ? { resource: unfold(resource) } : {}),
    context,
  };
}
