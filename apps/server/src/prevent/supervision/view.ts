import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import type { Sealer } from '../../base/keys.ts';
import { AgeBand, isMinor, LocalText } from '../../base/vocabulary.ts';
import { readAge } from '../age.ts';
import { catalogue } from '../catalogue.ts';
import { storedOf } from '../choose-setting.ts';
import { describeSettings, Setting } from '../settings-routes.ts';
import { openWishes } from './parent-decisions.ts';
import { numberOf } from './secrets.ts';
import { eventsOf, recentContacts, type Supervision } from './store.ts';
import { shown, stateAt } from './supervision-state.ts';
import { usageSince } from './usage-store.ts';

const DAY = 86_400_000;
/** Time spent is shown, and kept, this long. */
export const USAGE_DAYS = 14;
const CONTACT_DAYS = 30;
const MOST_CONTACTS = 20;
const MOST_EVENTS = 20;
/** What is over is still told this long, whatever ended it. */
const OVER_DAYS = 7;

const Value = z.union([z.boolean(), z.number(), z.string()]);

/** What a supervisor sees of an account; the young person is given exactly the same. Never the text of a message. */
export const SupervisionView = z
  .object({
    ageBand: AgeBand,
    settings: z.record(z.string(), Setting),
    /** Asked for by the young person, waiting for a parent. */
    wishes: z.array(
      z.object({
        setting: z.string(),
        name: LocalText,
        reason: LocalText,
        now: Value,
        wish: Value,
      }),
    ),
    /** Minutes by day, newest first. */
    time: z.array(
      z.object({
        day: z.string(),
        minutes: z.int(),
        games: z.array(z.object({ name: z.string(), minutes: z.int() })),
      }),
    ),
    /** Accepted in the last 30 days, newest first. */
    contacts: z.array(
      z.object({
        account: z.string(),
        ageGroup: z.enum(['under-18', 'grown', 'unknown']),
        since: z.string(),
      }),
    ),
    /** Consents to make something personal public. */
    publishing: z.object({ parent: z.boolean().nullable(), young: z.boolean(), bothNeeded: z.boolean() }),
    /** What this supervisor decided. */
    decisions: z.record(z.string(), Value),
    /** Steps of this supervision, newest first. */
    history: z.array(
      z.object({
        at: z.string(),
        by: z.enum(['young', 'parent', 'time']),
        step: z.string(),
        setting: z.string().optional(),
        value: Value.nullable().optional(),
      }),
    ),
  })
  .meta({ id: 'SupervisionView' });
export type SupervisionView = z.infer<typeof SupervisionView>;

/** One supervisor, as the young person's device shows it. */
export const Supervisor = z
  .object({
    id: z.string(),
    /** Four digits that name this supervisor on the telephone. */
    number: z.string(),
    /** What the young person calls the parent. */
    label: z.string(),
    /** What the parent's page calls the young person. */
    young: z.string().nullable(),
    state: z.enum(['invited', 'accepted', 'active', 'over']),
    since: z.string(),
    expiresAt: z.string().nullable(),
    view: SupervisionView.nullable(),
  })
  .meta({ id: 'Supervisor' });
export type Supervisor = z.infer<typeof Supervisor>;

/** Names that the two gave each other. */
export function namesOf({ names }: Pick<Supervision, 'names'>, sealer: Sealer) {
  return JSON.parse(sealer.open(names)) as { parent: string; young?: string };
}

/** True while parent and young person still hear of it. */
export function isTold(row: Supervision, now: Date): boolean {
  const over = shown(stateAt(row, now)) === 'over';
  return !over || row.updatedAt.getTime() > now.getTime() - OVER_DAYS * DAY;
}

/** A supervision as both sides see it. A grown account has no supervisor any more, also before the night has ended it. */
export async function describeSupervision(
  tx: Tx,
  row: Supervision,
  sealer: Sealer,
  now: Date,
): Promise<Supervisor> {
  const { organisationId, account } = row;
  const stored = await storedOf(tx, organisationId, account);
  const { band } = readAge(stored.age, now.toISOString().slice(0, 10));
  const names = namesOf(row, sealer);
  const state = isMinor(band) ? shown(stateAt(row, now)) : 'over';
  return {
    id: row.id,
    number: numberOf(row.id),
    label: names.parent,
    young: names.young ?? null,
    state,
    since: row.createdAt.toISOString(),
    expiresAt: state === 'invited' || state === 'accepted' ? (row.expiresAt?.toISOString() ?? null) : null,
    view: state === 'active' ? await viewOf(tx, row, band, stored, now) : null,
  };
}

async function viewOf(
  tx: Tx,
  row: Supervision,
  band: AgeBand,
  stored: Awaited<ReturnType<typeof storedOf>>,
  now: Date,
): Promise<SupervisionView> {
  const { organisationId, account } = row;
  const back = (days: number) => new Date(now.getTime() - days * DAY);
  const contacts = await recentContacts(tx, organisationId, account, back(CONTACT_DAYS), MOST_CONTACTS);
  const usage = await usageSince(tx, organisationId, account, back(USAGE_DAYS).toISOString().slice(0, 10));
  const days = [...new Set(usage.map(({ day }) => day))];
  const events = await eventsOf(tx, row, MOST_EVENTS);
  return {
    ageBand: band,
    settings: describeSettings(band, stored),
    wishes: openWishes(band, stored).flatMap((wish) => {
      const definition = catalogue.get(wish.setting);
      return definition ? [{ ...wish, name: definition.name, reason: definition.why }] : [];
    }),
    time: days.map((day) => {
      const ofDay = usage.filter((one) => one.day === day);
      return {
        day,
        minutes: ofDay.filter(({ kind }) => kind === 'app').reduce((sum, { minutes }) => sum + minutes, 0),
        games: ofDay.filter(({ kind }) => kind === 'game').map(({ name, minutes }) => ({ name, minutes })),
      };
    }),
    contacts: contacts.map((one) => ({
      account: one.account,
      ageGroup: ageGroup(one.band as AgeBand | null),
      since: one.since.toISOString(),
    })),
    publishing: {
      parent: row.publishes,
      young: stored.selfPublishes,
      bothNeeded: band === 'under-13' || band === '13-15',
    },
    decisions: { ...row.decisions },
    history: events
      // A pause that was lifted again is not told either: between the two lies only "waiting for your yes".
      .filter(({ actor }) => actor !== 'staff')
      .map(({ at, actor, step, data }) => ({
        at: at.toISOString(),
        by: actor as 'young' | 'parent' | 'time',
        step,
        ...(typeof data.setting === 'string'
          ? { setting: data.setting, value: (data.value ?? null) as boolean | number | string | null }
          : {}),
        ...(step === 'publishing' ? { value: data.given === true } : {}),
      })),
  };
}

function ageGroup(band: AgeBand | null): 'under-18' | 'grown' | 'unknown' {
  if (band === null || band === 'unknown') return 'unknown';
  return isMinor(band) ? 'under-18' : 'grown';
}
