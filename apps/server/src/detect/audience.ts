import { type AgeBand, isMinor, type Party } from '../base/vocabulary.ts';
import type { EventBody, Relationship } from './event.ts';

/** From this many recipients on a message is one to a group: it is judged once for the group, not for every member. */
export const GROUP_FROM = 3;
/** Members of a group that a message may be judged for by name, beside the group. */
const MOST_MENTIONS = 4;
/** Members whose age is looked at. */
const MOST_LOOKED_AT = 64;

/** Whom a message is judged towards: one account, or a group as a whole (`account` null). */
export interface Target {
  /** Names the state: the account's id, or `group:` and the conversation. */
  key: string;
  account: string | null;
  band: AgeBand;
}

type Message = Pick<
  Extract<EventBody, { type: 'message.sent' }>['data'],
  'conversation' | 'from' | 'to' | 'mentions'
>;

export function isGroup(to: readonly Party[]): boolean {
  return to.length >= GROUP_FROM;
}

/** The targets of a message: its one or two recipients, or the group and the members it names. */
export function targetsOf({ conversation, from, to, mentions }: Message): Target[] {
  if (!isGroup(to)) {
    return to
      .filter((party) => party.id !== from.id)
      .map((party) => ({ key: party.id, account: party.id, band: party.ageBand }));
  }
  const named = (mentions ?? [])
    .slice(0, MOST_MENTIONS)
    .flatMap((id) => to.find((party) => party.id === id && id !== from.id) ?? []);
  return [
    { key: groupKey(conversation), account: null, band: youngest(to) },
    ...new Map(
      named.map((party) => [party.id, { key: party.id, account: party.id, band: party.ageBand }]),
    ).values(),
  ];
}

export function groupKey(conversation: string): string {
  return `group:${conversation}`;
}

/** True when a grown or unknown person writes as a stranger into a group in which nearly all are minors. */
export function adultAmongMinors(from: Party, to: readonly Party[], relationship: Relationship): boolean {
  if (relationship !== 'stranger' || isMinor(from.ageBand) || !isGroup(to)) return false;
  const looked = to.slice(0, MOST_LOOKED_AT);
  return looked.filter((party) => isMinor(party.ageBand)).length >= looked.length * 0.8;
}

/**
 * The account whose state a reply belongs to as well, beside its writer's: the one recipient of a message or picture
 * between people who are not known to each other. Grown people's answers are not counted. Undefined for all else.
 */
export function answered(body: EventBody): string | undefined {
  if (body.type !== 'message.sent' && body.type !== 'media.shared') return undefined;
  const { from, to, relationship = 'stranger' } = body.data;
  if (relationship !== 'stranger' && relationship !== 'contact') return undefined;
  const other = to.length === 1 ? to[0]?.id : undefined;
  return from.ageBand === 'adult' || other === from.id ? undefined : other;
}

const order: AgeBand[] = ['under-13', '13-15', '16-17', '18-24', 'unknown', 'adult'];
function youngest(to: readonly Party[]): AgeBand {
  let best = order.length - 1;
  for (const party of to.slice(0, MOST_LOOKED_AT)) best = Math.min(best, order.indexOf(party.ageBand));
  return order[best] ?? 'unknown';
}
