import { AppError } from '../../base/errors.ts';
import type { AgeBand } from '../../base/vocabulary.ts';
import { type ActionName, actions } from '../actions.ts';
import type { KnownAge } from '../age.ts';
import { check, situationOf } from '../decide-access.ts';
import { nobodyKnown, type Situation, type StoredAccount } from '../facts.ts';
import type { Choices } from '../settings.ts';

/** Somebody in an imagined situation. */
export interface Somebody {
  band: AgeBand;
  /** Claims to be grown without proof. */
  inDoubt?: boolean;
  /** Chosen by the parent and the young person alike; counts as far as the settings allow. */
  choices?: Choices;
  parentPublishes?: boolean;
  selfPublishes?: boolean;
}

export interface Imagined {
  action: ActionName;
  who: Somebody;
  /** The other account: acted upon, or the host of a stream. `self`: one and the same. */
  whom?: Somebody | 'self';
  connected?: boolean;
  /** Became contacts yesterday. */
  lately?: boolean;
  blocked?: boolean;
  /** 0 none … 4 critical */
  risk?: number;
  /** Of the other account, where it asks to be accepted as a contact. */
  riskOfOther?: number;
  /** What the platform says. */
  given?: Record<string, unknown>;
}

/** Ten in the morning in Viet Nam: no quiet hours unless `given.localTime` says so. */
const MORNING = new Date('2026-11-25T03:00:00Z');

/** Facts of an imagined situation, made by the same code as those of real requests. */
export function imagine({
  action,
  who,
  whom,
  connected = false,
  lately = false,
  blocked = false,
  risk = 0,
  riskOfOther = 0,
  given = {},
}: Imagined): Situation {
  const type = actions[action].resource;
  const other = whom === 'self' ? 'one' : 'other';
  const stream = action === 'stream.join';
  const accounts = new Map([['one', stored(who)]]);
  if (whom !== undefined && whom !== 'self') accounts.set('other', stored(whom));
  const asked = check({
    subject: { id: 'one' },
    action,
    resource: { type, id: type === 'account' ? other : 'thing' },
    context: { ...given, ...(stream ? { host: other } : {}) },
  });
  if (asked instanceof AppError) throw asked;
  const since = connected ? new Date(MORNING.getTime() - (lately ? 1 : 100) * 86_400_000) : undefined;
  return situationOf(
    asked,
    accounts,
    { connected, blocked, since },
    { own: risk, others: riskOfOther },
    MORNING,
  );
}

function stored({
  band,
  inDoubt = false,
  choices = {},
  parentPublishes = false,
  selfPublishes = false,
}: Somebody): StoredAccount {
  const age: KnownAge = {
    band,
    ...(inDoubt ? { elder: 'adult' as const } : {}),
    assurance: inDoubt ? 'declared' : 'verified',
    confidence: 0.99,
  };
  return { ...nobodyKnown, age, parent: choices, self: choices, parentPublishes, selfPublishes };
}
