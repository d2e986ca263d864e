import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import { readAge } from '../age.ts';
import { isLooser, type SettingValue } from '../catalogue.ts';
import { storedOf } from '../choose-setting.ts';
import { defaultFor } from '../settings.ts';
import { saveChoices } from '../store.ts';
import { checkParentDecision, openWishes } from './parent-decisions.ts';
import { lockSupervision, parentActor, takeStep } from './take-step.ts';

interface Of {
  organisationId: string;
  id: string;
}

const asParent = (id: string) => ({ actor: 'parent' as const, id: parentActor(id) });

async function standing(tx: Tx, { organisationId, id }: Of, now: Date) {
  const { account, state } = await lockSupervision(tx, organisationId, id);
  if (state !== 'active') throw new AppError('state-conflict', 'The supervision is not active.');
  const stored = await storedOf(tx, organisationId, account);
  return { account, stored, band: readAge(stored.age, now.toISOString().slice(0, 10)).band };
}

/** A parent's own decision of one setting; null takes it back. Throws invalid-request, setting-locked, state-conflict. */
export async function decideSetting(
  tx: Tx,
  of: Of,
  { setting, value }: { setting: string; value: unknown },
  now: Date,
): Promise<void> {
  const { band } = await standing(tx, of, now);
  // A decision may always be taken back.
  if (value !== null) checkParentDecision(setting, value, band);
  await takeStep(
    tx,
    {
      ...of,
      happening: { step: 'decided', setting, value: value as SettingValue | null },
      by: asParent(of.id),
    },
    now,
  );
}

/** A parent's yes or no to a wish. A no takes the wish off the list; the young person may wish again. */
export async function answerWish(
  tx: Tx,
  of: Of,
  { setting, value, approve }: { setting: string; value: string; approve: boolean },
  now: Date,
): Promise<void> {
  const { account, band, stored } = await standing(tx, of, now);
  const wish = openWishes(band, stored).find((one) => one.setting === setting);
  // What is answered must be what was seen: the young person may have wished for something else meanwhile.
  if (!wish || String(wish.wish) !== value)
    throw new AppError('state-conflict', 'The wish was changed or taken back.');
  if (approve) {
    await takeStep(
      tx,
      {
        ...of,
        happening: { step: 'decided', setting, value: wish.wish, wish: true },
        by: asParent(of.id),
      },
      now,
    );
    return;
  }
  const definition = checkParentDecision(setting, wish.wish, band);
  const self: Record<string, SettingValue> = { ...stored.self };
  // What both agreed on before stays; only what goes beyond it is taken off.
  if (isLooser(definition, wish.now, defaultFor(definition, band))) self[setting] = wish.now;
  else delete self[setting];
  await saveChoices(tx, of.organisationId, account, { ...stored, self }, now);
  await takeStep(
    tx,
    { ...of, happening: { step: 'refused', setting, value: wish.wish }, by: asParent(of.id) },
    now,
  );
}

/** A parent's consent, or its withdrawal, to make something personal about the young person public. */
export async function decidePublishing(tx: Tx, of: Of, given: boolean, now: Date): Promise<void> {
  await takeStep(tx, { ...of, happening: { step: 'publishing', given }, by: asParent(of.id) }, now);
}
