import { createHash, randomUUID } from 'node:crypto';
import { and, asc, eq } from 'drizzle-orm';
import type { Tx } from '../base/database.ts';
import { organisation } from '../base/schema.ts';
import { anonymousReport, threadMessage } from './schema.ts';

export type AnonymousReportRow = typeof anonymousReport.$inferSelect;

export const lookupHash = (lookup: Uint8Array) => createHash('sha256').update(lookup).digest();

/** The organisation that receives anonymous reports: the first hotline with a key. */
export async function receivingOrganisation(tx: Tx) {
  const found = await tx
    .select()
    .from(organisation)
    .where(eq(organisation.kind, 'hotline'))
    .orderBy(asc(organisation.createdAt), asc(organisation.id));
  return found.find((row) => row.publicKey !== null);
}

export async function insertAnonymousReport(tx: Tx, row: AnonymousReportRow): Promise<void> {
  await tx.insert(anonymousReport).values(row);
}

export async function reportByLookup(tx: Tx, lookup: Uint8Array): Promise<AnonymousReportRow | undefined> {
  const [row] = await tx
    .select()
    .from(anonymousReport)
    .where(eq(anonymousReport.lookupHash, lookupHash(lookup)));
  return row;
}

export async function reportOfCase(
  tx: Tx,
  organisationId: string,
  caseId: string,
): Promise<AnonymousReportRow | undefined> {
  const [row] = await tx
    .select()
    .from(anonymousReport)
    .where(and(eq(anonymousReport.organisationId, organisationId), eq(anonymousReport.caseId, caseId)));
  return row;
}

export async function messagesOfReport(tx: Tx, reportId: string) {
  return tx
    .select()
    .from(threadMessage)
    .where(eq(threadMessage.reportId, reportId))
    .orderBy(asc(threadMessage.at), asc(threadMessage.id));
}

export interface SealedMessage {
  organisation: Uint8Array;
  reporter: Uint8Array;
}

export async function insertThreadMessage(
  tx: Tx,
  report: Pick<AnonymousReportRow, 'id' | 'organisationId'>,
  sender: 'reporter' | 'organisation',
  sealed: SealedMessage,
  at: Date,
): Promise<void> {
  await tx.insert(threadMessage).values({
    id: randomUUID(),
    organisationId: report.organisationId,
    reportId: report.id,
    at,
    sender,
    sealedOrganisation: sealed.organisation,
    sealedReporter: sealed.reporter,
  });
}
