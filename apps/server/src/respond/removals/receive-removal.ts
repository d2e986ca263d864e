import { randomUUID } from 'node:crypto';
import { recordAudit } from '../../base/audit.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import { addContents, removalActor } from '../../detect/index.ts';
import { receivingOrganisation } from '../thread-store.ts';
import { contentsOfItems, removalBank } from './removal-bank.ts';
import type { RemovalInput } from './request-shape.ts';
import type { KeptPin } from './secrets.ts';
import {
  appendRemovalStep,
  countWaitingHashes,
  insertContentsOf,
  insertRequest,
  type RemovalRow,
} from './store.ts';

/**
 * Hashes of an organisation's requests that nobody has decided yet; beyond them no more are taken, since all lie in the
 * memory of every process that compares. Our choice; ADR 0033.
 */
export const MOST_WAITING_HASHES = 1_000_000;
const RETRY_SECONDS = 3600;

/**
 * Takes in a request: its hashes go into the organisation's bank, each picture or film as a content that no other request
 * shares.
 * Audited. `not-found` when nobody receives requests here; `overloaded` when too much waits for a decision;
 * `state-conflict` when the case number is taken. Scope `system`.
 */
export async function receiveRemoval(
  tx: Tx,
  { language, ageBand, platforms, items }: RemovalInput,
  { caseNumber, pin }: { caseNumber: string; pin: KeptPin },
  now: Date,
  mostWaiting = MOST_WAITING_HASHES,
): Promise<RemovalRow> {
  const receiver = await receivingOrganisation(tx);
  if (!receiver) throw new AppError('not-found', 'No organisation receives requests on this server yet.');
  const contents = contentsOfItems(items);
  const hashes = contents.reduce((sum, { signals }) => sum + signals.length, 0);
  if ((await countWaitingHashes(tx, receiver.id)) + hashes > mostWaiting) {
    throw new AppError('overloaded', 'Too many requests wait for a person.', {
      retryAfterSeconds: RETRY_SECONDS,
    });
  }
  const row: RemovalRow = {
    id: randomUUID(),
    organisationId: receiver.id,
    caseNumber,
    pinSalt: pin.salt,
    pinHash: pin.hash,
    language,
    ageBand,
    platforms: [...new Set(platforms)],
    pictures: items.filter(({ type }) => type === 'image').length,
    films: items.filter(({ type }) => type === 'video').length,
    hashes,
    state: 'received',
    declineReason: null,
    receivedAt: now,
    changedAt: now,
  };
  if (!(await insertRequest(tx, row))) throw new AppError('state-conflict', 'The case number is taken.');
  const bank = await removalBank(tx, receiver.id, now);
  // Alone: two requests may hold the same picture, and one that is withdrawn must not take the other's hashes along.
  const { ids } = await addContents(tx, bank, contents, removalActor, now, { alone: true });
  await insertContentsOf(
    tx,
    row,
    contents.map(({ type }, at) => ({ id: ids[at] ?? 0, type })),
  );
  await appendRemovalStep(tx, row, { step: 'receive', at: now });
  await recordAudit(tx, {
    organisationId: receiver.id,
    actor: removalActor.id,
    action: 'removal.received',
    target: row.id,
    data: { pictures: row.pictures, films: row.films },
    at: now,
  });
  return row;
}
