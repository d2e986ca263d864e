import type { Tx } from '../../../base/database.ts';
import type { Actor, BankRow } from './bank.ts';
import { bankAgain } from './bank-store.ts';
import { insertContents, knownContents, type NewContent } from './content-store.ts';
import { moveHolding } from './holding-store.ts';
import { recordBank } from './record-bank.ts';
import { MOST_SIGNALS, type Signal } from './signal.ts';

/** Contents that one transaction takes. */
export const MOST_CONTENTS = 5000;

/**
 * Puts contents into a bank; audited. What the bank has already, retired or not, keeps its id and its status, unless each
 * is to stand `alone` with an id of its own. Nobody has looked at what is new, unless it `arrives`
 * confirmed. A hash that a content carries twice is kept once. Returns the ids in the order
 * given, and which of them are new. Throws a RangeError for more than 5,000 contents, and for contents without a signal or
 * with more than 65,536 different ones; `not-found` when the bank was removed meanwhile.
 */
export async function addContents(
  tx: Tx,
  to: BankRow,
  given: NewContent[],
  by: Actor,
  now: Date,
  { alone = false, arrives = 'unconfirmed' }: { alone?: boolean; arrives?: BankRow['arrives'] } = {},
): Promise<{ ids: number[]; added: number[] }> {
  const contents = given.map((content) => ({ ...content, signals: eachOnce(content.signals) }));
  if (contents.length > MOST_CONTENTS) throw new RangeError(`more than ${MOST_CONTENTS} contents`);
  if (contents.some(({ signals }) => signals.length === 0 || signals.length > MOST_SIGNALS)) {
    throw new RangeError(`a content has 1 to ${MOST_SIGNALS} signals`);
  }
  if (contents.length === 0) return { ids: [], added: [] };
  // Locks the holding before it looks, so that two of the same do not both find nothing.
  const version = await moveHolding(tx, to.organisationId, now);
  const bank = await bankAgain(tx, to);
  const known = alone ? new Map<number, number>() : await knownContents(tx, bank, contents, now);
  const firstOf = new Map<string, number>();
  const fresh: NewContent[] = [];
  /** For each content: an id that was there, or a place in `fresh`. */
  const places = contents.map((content, at): { id: number } | { fresh: number } => {
    const id = known.get(at);
    if (id !== undefined) return { id };
    const key = alone ? String(at) : content.signals.map(({ kind, value }) => `${kind} ${value}`).join(',');
    const place = firstOf.get(key) ?? fresh.length;
    if (place === fresh.length) {
      firstOf.set(key, place);
      fresh.push(content);
    }
    return { fresh: place };
  });
  const added =
    fresh.length === 0 ? [] : await insertContents(tx, bank, fresh, { by, version, now, arrives });
  const data = { bank: bank.name, contents: contents.length, added: added.length };
  await recordBank(tx, bank, by, 'bank.contents-added', data, now);
  return { ids: places.map((place) => ('id' in place ? place.id : (added[place.fresh] ?? 0))), added };
}

/** Frames of a film that stays still are one frame; so are hashes that are sent twice. */
function eachOnce(signals: Signal[]): Signal[] {
  const by = new Map<string, Signal>();
  for (const signal of signals) {
    const key = `${signal.kind} ${signal.value}`;
    if (!by.has(key)) by.set(key, signal);
  }
  return [...by.values()];
}
