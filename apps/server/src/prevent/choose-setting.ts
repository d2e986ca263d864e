import { recordAudit } from '../base/audit.ts';
import type { Tx } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import { readAge } from './age.ts';
import { checkChoice, type Definition, isLooser, type SettingValue } from './catalogue.ts';
import { nobodyKnown, type StoredAccount } from './facts.ts';
import { type Choices, effectiveSettings, loosenerOf } from './settings.ts';
import { accountsForDecisions, lockChoices, saveChoices } from './store.ts';

/** How an account stands after a choice. */
export type ChoiceOutcome =
  /** The value holds now. */
  | 'applied'
  /** Kept as a wish: a parent has to agree before it holds. */
  | 'waits-for-parent'
  /** Something stricter holds: a parent's decision. */
  | 'kept-stricter';

export interface OwnChoice {
  organisationId: string;
  account: string;
  setting: string;
  /** Null takes the choice back. */
  value: unknown;
  /** True when the reminder of a setting that the young person may loosen was shown and confirmed. */
  reminded?: boolean | undefined;
}

/**
 * The account's own choice of one setting. Stricter always holds; looser only where the age allows it, after a reminder
 * or with a parent. Throws an AppError: invalid-request, setting-locked, reminder-needed.
 */
export async function chooseSetting(tx: Tx, choice: OwnChoice, now: Date): Promise<ChoiceOutcome> {
  const { organisationId, account, setting, reminded = false } = choice;
  const definition =
    choice.value === null
      ? checkChoice(setting, definitionDefault(setting), '')
      : checkChoice(setting, choice.value, '');
  await lockChoices(tx, organisationId, account);
  const stored = await storedOf(tx, organisationId, account);
  const { band } = readAge(stored.age, now.toISOString().slice(0, 10));
  const self: Record<string, SettingValue> = { ...stored.self };
  let outcome: ChoiceOutcome = 'applied';
  if (choice.value === null) {
    delete self[setting];
  } else {
    const value = choice.value as SettingValue;
    outcome = judgeOwnChoice(definition, band, stored, value, reminded);
    self[setting] = value;
  }
  await saveChoices(tx, organisationId, account, { ...stored, self }, now);
  await recordAudit(tx, {
    organisationId,
    actor: `account:${account}`,
    action: 'setting.chosen',
    target: `account:${account}`,
    data: { setting, value: choice.value, outcome },
    at: now,
  });
  return outcome;
}

function definitionDefault(setting: string): SettingValue | undefined {
  return effectiveSettings('adult', { parent: {}, self: {} }).values[setting];
}

function judgeOwnChoice(
  definition: Definition,
  band: Parameters<typeof loosenerOf>[1],
  stored: StoredAccount,
  value: SettingValue,
  reminded: boolean,
): ChoiceOutcome {
  const { id } = definition;
  const rest = (choices: Choices) =>
    Object.fromEntries(Object.entries(choices).filter(([name]) => name !== id));
  const base = effectiveSettings(band, { parent: {}, self: {} }).values[id] as SettingValue;
  const isGrown = band === '18-24' || band === 'adult';
  const before = effectiveSettings(band, { parent: stored.parent, self: rest(stored.self) }).values[
    id
  ] as SettingValue;
  const after = effectiveSettings(band, { parent: stored.parent, self: { ...stored.self, [id]: value } })
    .values[id] as SettingValue;
  if (!isLooser(definition, value, base)) return after === value ? 'applied' : 'kept-stricter';
  const loosener = loosenerOf(definition, band);
  if (loosener === 'nobody') throw new AppError('setting-locked', definition.why.en, { pointer: '/value' });
  if (loosener === 'self' && !isGrown && !reminded && isLooser(definition, value, before))
    throw new AppError('reminder-needed', definition.why.en, { pointer: '/reminded' });
  if (after === value) return 'applied';
  // Also where a parent had decided something stricter: they see the wish and may think again.
  return loosener === 'parent' ? 'waits-for-parent' : 'kept-stricter';
}

export async function storedOf(tx: Tx, organisationId: string, account: string): Promise<StoredAccount> {
  return (await accountsForDecisions(tx, organisationId, [account])).get(account) ?? nobodyKnown;
}

/** The account's own consent to make something personal about it public; taken back at any time. */
export async function consentToPublishing(
  tx: Tx,
  organisationId: string,
  account: string,
  given: boolean,
  now: Date,
): Promise<void> {
  await lockChoices(tx, organisationId, account);
  const stored = await storedOf(tx, organisationId, account);
  await saveChoices(tx, organisationId, account, { ...stored, selfPublishes: given }, now);
  await recordAudit(tx, {
    organisationId,
    actor: `account:${account}`,
    action: given ? 'publishing.agreed' : 'publishing.withdrawn',
    target: `account:${account}`,
    at: now,
  });
}
