import { createHash } from 'node:crypto';
import type { AgeBand, LocalText } from '../base/vocabulary.ts';
import { type ActionName, actions, type ResourceType } from './actions.ts';
import { leastAge } from './age.ts';
import type { SettingValue } from './catalogue.ts';
import { VIET_NAM_MINUTES } from './decide-access.ts';
import { accountFacts, arePeers, NEW_CONTACT_DAYS, nobodyKnown, roles } from './facts.ts';
import { type ObligationKind, obligations } from './obligations.ts';
import { type Expression, portable } from './portable.ts';
import type { Safeguards } from './safeguards.ts';

/** The policies in force, told so that a platform can judge by them while this server cannot be reached. */
export interface Snapshot {
  format: 1;
  /** Changes with anything below; the entity tag of the answer. */
  version: string;
  /** What an age band means to the policies, with the settings of an account that chose nothing. */
  bands: Record<AgeBand, BandFacts>;
  /** Pairs of bands that are peers, each way round. */
  peers: [AgeBand, AgeBand][];
  /** Values of `relationship` that connect any two; `friend` connects unless one of them may be grown and the other is a minor. */
  roles: string[];
  /** Days in which a contact counts as new. */
  newContactDays: number;
  /** Local time where the platform tells none. */
  utcOffsetMinutes: number;
  actions: Record<string, SnapshotAction>;
  policies: SnapshotPolicy[];
}

export interface BandFacts {
  minor: boolean;
  under16: boolean;
  grown: boolean;
  leastAge: number;
  settings: Record<string, SettingValue>;
}

export interface SnapshotAction {
  resource: ResourceType;
  /** What holds of attributes that the platform leaves out. */
  defaults: Record<string, SettingValue>;
  /** Attributes without which the question cannot be judged. */
  required: string[];
}

export interface SnapshotPolicy {
  id: string;
  effect: 'permit' | 'forbid';
  actions: string[] | 'all';
  /** Absent where only the server can judge it: then its actions cannot be answered from the snapshot. */
  when?: Expression;
  reason: LocalText;
  cue?: string;
  law?: string;
  obligation?: { id: string; kind: ObligationKind };
}

const bands: AgeBand[] = ['under-13', '13-15', '16-17', '18-24', 'adult', 'unknown'];

/**
 * Makes the snapshot of a set of policies. It tells conditions rather than a table of answers: so a platform's cached
 * settings of an account (a parent's limit, a young person's own stricter choice) and minutes count as they do here.
 */
export function takeSnapshot({ list }: Pick<Safeguards, 'list'>, today: string): Snapshot {
  const factsOf = (band: AgeBand) => accountFacts(nobodyKnown, band, 0, today);
  const told: Omit<Snapshot, 'version'> = {
    format: 1,
    bands: Object.fromEntries(
      bands.map((band) => {
        const { minor, under16, grown, settings } = factsOf(band);
        return [band, { minor, under16, grown, leastAge: leastAge(band), settings }];
      }),
    ) as Record<AgeBand, BandFacts>,
    peers: bands.flatMap((one) =>
      bands
        .filter((other) => arePeers(factsOf(one), factsOf(other)))
        .map((other): [AgeBand, AgeBand] => [one, other]),
    ),
    roles: [...roles],
    newContactDays: NEW_CONTACT_DAYS,
    utcOffsetMinutes: VIET_NAM_MINUTES,
    actions: Object.fromEntries(
      (Object.keys(actions) as ActionName[]).map((name) => [name, describeAction(name)]),
    ),
    policies: list.map(({ id, effect, text, reason, cue, law, obligation }) => {
      const { actions: on, when } = portable(text);
      return {
        id,
        effect,
        actions: on,
        ...(when === undefined ? {} : { when }),
        reason,
        ...(cue === undefined ? {} : { cue }),
        ...(law === undefined ? {} : { law }),
        ...(obligation === undefined
          ? {}
          : { obligation: { id: obligation, kind: obligations[obligation] } }),
      };
    }),
  };
  const version = createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 16);
  return { ...told, version };
}

function describeAction(name: ActionName): SnapshotAction {
  const { resource, given } = actions[name];
  const defaults: Record<string, SettingValue> = {};
  const required: string[] = [];
  for (const [attribute, schema] of Object.entries(given.shape)) {
    const left = schema.safeParse(undefined);
    if (!left.success) required.push(attribute);
    else if (left.data !== undefined) defaults[attribute] = left.data as SettingValue;
  }
  return { resource, defaults, required };
}

const taken = new WeakMap<object, Snapshot>();

/** The snapshot of a set of policies, made once for each set. Bands as such do not move with the day. */
export function snapshotOf(safeguards: Safeguards, today: string): Snapshot {
  const found = taken.get(safeguards);
  if (found) return found;
  const snapshot = takeSnapshot(safeguards, today);
  taken.set(safeguards, snapshot);
  return snapshot;
}
