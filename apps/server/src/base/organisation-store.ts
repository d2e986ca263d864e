import { and, asc, eq, inArray, or } from 'drizzle-orm';
import type { Tx } from './database.ts';
import { account, membership, organisation, session, user } from './schema.ts';
import type { OrganisationKind, Role } from './vocabulary.ts';

export type OrganisationRow = typeof organisation.$inferSelect;

export async function insertOrganisation(
  tx: Tx,
  row: {
    id: string;
    kind: OrganisationKind;
    nameVi: string;
    nameEn: string;
    createdAt: Date;
  } & Partial<OrganisationRow>,
): Promise<void> {
  await tx.insert(organisation).values(row);
}

export async function updateOrganisation(
  tx: Tx,
  id: string,
  changes: Partial<OrganisationRow>,
): Promise<void> {
  await tx.update(organisation).set(changes).where(eq(organisation.id, id));
}

export async function organisationById(tx: Tx, id: string): Promise<OrganisationRow | undefined> {
  const [row] = await tx.select().from(organisation).where(eq(organisation.id, id));
  return row;
}

/** By its name in either language. */
export async function organisationNamed(tx: Tx, name: string): Promise<OrganisationRow | undefined> {
  const [row] = await tx
    .select()
    .from(organisation)
    .where(or(eq(organisation.nameVi, name), eq(organisation.nameEn, name)));
  return row;
}

export async function listOrganisations(tx: Tx): Promise<OrganisationRow[]> {
  return tx.select().from(organisation).orderBy(asc(organisation.kind), asc(organisation.nameVi));
}

export async function userIdOf(tx: Tx, email: string): Promise<string | undefined> {
  const [row] = await tx.select({ id: user.id }).from(user).where(eq(user.email, email.toLowerCase()));
  return row?.id;
}

/** Makes a person who has just been signed up a member of staff; the session that signing up made is dropped. */
export async function insertMember(
  tx: Tx,
  userId: string,
  organisationId: string,
  role: Role,
): Promise<void> {
  await tx.delete(session).where(eq(session.userId, userId));
  await tx.insert(membership).values({ userId, organisationId, role });
}

export async function updatePasswordHash(tx: Tx, userId: string, hash: string): Promise<void> {
  await tx.update(account).set({ password: hash }).where(eq(account.userId, userId));
}

/** Names of people by id, of those who work for the organisation. */
export async function staffNames(
  tx: Tx,
  organisationId: string,
  ids: string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const found = await tx
    .select({ id: user.id, name: user.name })
    .from(user)
    .innerJoin(membership, eq(membership.userId, user.id))
    .where(and(eq(membership.organisationId, organisationId), inArray(user.id, ids)));
  return new Map(found.map(({ id, name }) => [id, name]));
}
