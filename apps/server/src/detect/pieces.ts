import type { Sealer } from '../base/keys.ts';
import { isMinor } from '../base/vocabulary.ts';
import { readText } from './apply-event.ts';
import { type AccountState, newAccount } from './behaviour.ts';
import type { EventBody, ReadEvent } from './event.ts';

/*
 * One message sent in pieces ("đừng kể", then "với bố mẹ") is read as one: the last short message of an account to
 * somebody it does not know is kept, sealed, in the account's state until the next one or the nightly retention.
 */

/** How a tail is kept: sealed under the organisation's key in the database, as it is in memory. */
export interface Seal {
  seal(plain: string): string;
  open(sealed: string): string;
}

export const plainSeal: Seal = { seal: (plain) => plain, open: (sealed) => sealed };

export function sealWith(sealer: Sealer): Seal {
  return {
    seal: (plain) => Buffer.from(sealer.seal(plain)).toString('base64'),
    open: (sealed) => sealer.open(Buffer.from(sealed, 'base64')),
  };
}

/** Pieces follow one another within this time and are no longer than this; of several the end is kept. */
const WITHIN = 3 * 60_000;
const LONGEST = 80;
const KEPT = 160;

type Message = Extract<EventBody, { type: 'message.sent' }>['data'];

/** The message when it may be a piece: short, to one person whom the sender does not know well. */
function pieceOf(body: EventBody, text: string | null): Message | undefined {
  if (body.type !== 'message.sent' || text === null || text.length > LONGEST) return undefined;
  const { relationship = 'stranger', to, from } = body.data;
  if (to.length !== 1) return undefined;
  return relationship === 'stranger' || (relationship === 'contact' && !isMinor(from.ageBand))
    ? body.data
    : undefined;
}

/** What the same sender wrote just before in the same conversation, when this message may go on with it. */
export function textBefore(
  { body, text, time }: Pick<ReadEvent, 'body' | 'text' | 'time'>,
  account: AccountState | undefined,
  seal: Seal,
): string | undefined {
  const tail = account?.tail;
  if (tail === undefined) return undefined;
  const piece = pieceOf(body, text);
  const passed = time.getTime() - tail.at;
  return piece !== undefined && piece.conversation === tail.conversation && passed >= 0 && passed <= WITHIN
    ? seal.open(tail.text)
    : undefined;
}

/** The event read after the piece before it; the event as it is when there is none. */
export function readOn(event: ReadEvent, before: string | undefined): ReadEvent {
  return before === undefined || event.text === null
    ? event
    : { ...event, ...readText(event.body, event.text, before, event.second) };
}

/** Keeps the message for the next one, or forgets what was kept; true when the account's state changed. */
export function keepTail(
  account: AccountState,
  event: ReadEvent,
  before: string | undefined,
  seal: Seal,
): boolean {
  const piece = pieceOf(event.body, event.text);
  if (piece !== undefined && event.text !== null) {
    const text = before === undefined ? event.text : `${before} ${event.text}`.slice(-KEPT);
    account.tail = { conversation: piece.conversation, at: event.time.getTime(), text: seal.seal(text) };
    return true;
  }
  if (event.body.type !== 'message.sent' || account.tail === undefined) return false;
  delete account.tail;
  return true;
}

/** Reads an event after the piece before it and keeps it for the next; `states` as for applyEvent. */
export function joinPieces(
  states: {
    account(id: string): AccountState | undefined;
    setAccount(id: string, state: AccountState): void;
  },
  event: ReadEvent,
  seal: Seal | undefined,
): ReadEvent {
  if (seal === undefined || event.body.type !== 'message.sent') return event;
  const { id, ageBand } = event.body.data.from;
  const known = states.account(id);
  if (known === undefined && pieceOf(event.body, event.text) === undefined) return event;
  const account = known ?? newAccount(ageBand);
  const before = textBefore(event, account, seal);
  if (keepTail(account, event, before, seal)) states.setAccount(id, account);
  return readOn(event, before);
}
