import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import { AgeBand, LocalText } from '../../base/vocabulary.ts';
import { contentCounts, contentsById, countFindingsOf } from '../../detect/index.ts';
import type { RemovalPlatform } from './platforms.ts';
import { declineReasonNames, declineReasons, isStanding, removalStates } from './removal-state.ts';
import { contentsOf, type RemovalRow, stepsOfRequest } from './store.ts';

/** What the young person reads of a request. */
export const RemovalStatus = z
  .object({
    state: z.enum(removalStates),
    receivedAt: z.string(),
    items: z.int(),
    platforms: z.array(z.string()).describe('Names'),
    matches: z
      .int()
      .describe(
        'Uploads on the services of the organisation itself in which detection has since found one of the hashes; platforms that got them elsewhere do not tell',
      ),
    compared: z
      .enum(['all', 'some', 'none'])
      .describe('Whether the hashes are compared: staff may have taken some or all out of the bank'),
    changedAt: z.string(),
    reason: LocalText.optional().describe('Why it was declined'),
  })
  .meta({ id: 'RemovalStatus' });

/** A request as staff see it: never a hash, never a picture. */
export const Removal = z
  .object({
    id: z.string(),
    caseNumber: z.string(),
    state: z.enum(removalStates),
    ageBand: AgeBand,
    language: z.enum(['vi', 'en']),
    platforms: z.array(z.string()).describe('Names'),
    pictures: z.int(),
    films: z.int(),
    receivedAt: z.string(),
    changedAt: z.string(),
    reason: z.enum(declineReasonNames).nullable(),
  })
  .meta({ id: 'Removal' });

export const RemovalDetail = Removal.extend({
  matches: z.int(),
  contents: z.int().describe('Contents of the bank that are compared now'),
  declineReasons: z
    .array(z.object({ id: z.enum(declineReasonNames), text: LocalText }))
    .describe('What the young person would read'),
  history: z.array(
    z.object({
      step: z.enum(['receive', 'confirm', 'decline', 'withdraw']),
      at: z.string(),
      actor: z.string().nullable(),
      reason: z.enum(declineReasonNames).nullable(),
    }),
  ),
}).meta({ id: 'RemovalDetail' });

const namesOf = (row: RemovalRow, platforms: RemovalPlatform[]) =>
  row.platforms.map((id) => platforms.find((one) => one.id === id)?.name ?? id);

async function standingOf(tx: Tx, row: RemovalRow, now: Date) {
  const ids = (await contentsOf(tx, row)).map(({ id }) => id);
  const known = await contentsById(tx, row.organisationId, ids);
  const compared = [...known.values()].filter(
    ({ content, bank }) => contentCounts(content, now) && bank.enabledRatio > 0,
  ).length;
  return { kept: ids.length, compared, matches: await countFindingsOf(tx, row.organisationId, ids) };
}

export async function describeStatus(
  tx: Tx,
  row: RemovalRow,
  platforms: RemovalPlatform[],
  now: Date,
): Promise<z.infer<typeof RemovalStatus>> {
  const { kept, compared, matches } = await standingOf(tx, row, now);
  return {
    state: row.state,
    receivedAt: row.receivedAt.toISOString(),
    items: row.pictures + row.films,
    platforms: namesOf(row, platforms),
    matches,
    compared: compared === 0 || !isStanding(row.state) ? 'none' : compared < kept ? 'some' : 'all',
    changedAt: row.changedAt.toISOString(),
    ...(row.declineReason === null ? {} : { reason: declineReasons[row.declineReason] }),
  };
}

export function describeRemoval(row: RemovalRow, platforms: RemovalPlatform[]): z.infer<typeof Removal> {
  return {
    id: row.id,
    caseNumber: row.caseNumber,
    state: row.state,
    ageBand: row.ageBand as AgeBand,
    language: row.language,
    platforms: namesOf(row, platforms),
    pictures: row.pictures,
    films: row.films,
    receivedAt: row.receivedAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
    reason: row.declineReason,
  };
}

export async function describeRemovalFully(
  tx: Tx,
  row: RemovalRow,
  platforms: RemovalPlatform[],
  now: Date,
): Promise<z.infer<typeof RemovalDetail>> {
  const { compared, matches } = await standingOf(tx, row, now);
  const steps = await stepsOfRequest(tx, row);
  return {
    ...describeRemoval(row, platforms),
    contents: compared,
    matches,
    declineReasons: declineReasonNames.map((id) => ({ id, text: declineReasons[id] })),
    history: steps.map(({ step, at, actorName, reason }) => ({
      step,
      at: at.toISOString(),
      actor: actorName,
      reason,
    })),
  };
}
