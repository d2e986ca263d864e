import { and, asc, desc, eq, or } from 'drizzle-orm';
import type { Tx } from '../base/database.ts';
import { organisation } from '../base/schema.ts';
import { referral, referralEvent, referralEvidence } from './schema.ts';

export type ReferralRow = typeof referral.$inferSelect;

export async function insertReferral(
  tx: Tx,
  row: ReferralRow,
  evidence: (typeof referralEvidence.$inferInsert)[],
): Promise<void> {
  await tx.insert(referral).values(row);
  if (evidence.length > 0) await tx.insert(referralEvidence).values(evidence);
}

export async function lockReferral(tx: Tx, id: string): Promise<ReferralRow | undefined> {
  const [row] = await tx.select().from(referral).where(eq(referral.id, id)).for('update');
  return row;
}

export async function referralById(tx: Tx, id: string): Promise<ReferralRow | undefined> {
  const [row] = await tx.select().from(referral).where(eq(referral.id, id));
  return row;
}

export async function updateReferral(tx: Tx, id: string, changes: Partial<ReferralRow>): Promise<void> {
  await tx.update(referral).set(changes).where(eq(referral.id, id));
}

export async function appendReferralEvent(tx: Tx, row: typeof referralEvent.$inferInsert): Promise<void> {
  await tx.insert(referralEvent).values(row);
}

/** Referrals that the organisation sent or received, newest first. */
export async function listReferrals(
  tx: Tx,
  organisationId: string,
  box: 'in' | 'out' | undefined,
): Promise<ReferralRow[]> {
  const sent = eq(referral.fromOrganisation, organisationId);
  const received = eq(referral.toOrganisation, organisationId);
  return tx
    .select()
    .from(referral)
    .where(box === 'in' ? received : box === 'out' ? sent : or(sent, received))
    .orderBy(desc(referral.sentAt))
    .limit(500);
}

export async function referralsOfCase(
  tx: Tx,
  organisationId: string,
  caseId: string,
): Promise<ReferralRow[]> {
  return tx
    .select()
    .from(referral)
    .where(and(eq(referral.fromOrganisation, organisationId), eq(referral.caseId, caseId)))
    .orderBy(asc(referral.sentAt));
}

export async function evidenceOfReferral(tx: Tx, referralId: string) {
  return tx
    .select()
    .from(referralEvidence)
    .where(eq(referralEvidence.referralId, referralId))
    .orderBy(asc(referralEvidence.at));
}

export async function historyOfReferral(tx: Tx, referralId: string) {
  return tx
    .select()
    .from(referralEvent)
    .where(eq(referralEvent.referralId, referralId))
    .orderBy(asc(referralEvent.id));
}

/** Names of organisations by id. */
export async function namesOfOrganisations(tx: Tx): Promise<Map<string, { vi: string; en: string }>> {
  const found = await tx
    .select({ id: organisation.id, vi: organisation.nameVi, en: organisation.nameEn })
    .from(organisation);
  return new Map(found.map(({ id, vi, en }) => [id, { vi, en }]));
}
