import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import { AgeBand, Level, rank } from '../../base/vocabulary.ts';
import { risksOf } from '../../detect/index.ts';
import { Assurance, ageOn, type KnownAge, readAge } from '../age.ts';
import { storedOf } from '../choose-setting.ts';
import { type ClaimRow, countMinorContacts, listClaims } from './claim-store.ts';

const Kind = z
  .enum(['rise', 'fall'])
  .describe('`rise` over 16 or 18, or `fall` of a grown account below 18')
  .meta({ id: 'AgeClaimKind' });

/** A claim as the platform sees it. */
export const OpenClaim = z
  .object({
    id: z.uuid(),
    kind: Kind,
    from: AgeBand,
    to: AgeBand,
    assurance: Assurance,
    confidence: z.number(),
    at: z.iso.datetime(),
  })
  .meta({ id: 'OpenAgeClaim' });

/** A claim with what a person needs to decide about it. */
export const AgeClaim = OpenClaim.extend({
  account: z.string(),
  state: z.enum(['open', 'confirmed', 'refused', 'settled']),
  risk: Level.describe('Highest risk of the account in 30 days'),
  minorContacts: z.int().describe('Known minors among its contacts'),
  urgent: z
    .boolean()
    .describe('A fall with minors among the contacts, or a claim of an account at elevated risk'),
  decidedBy: z.string().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  note: z.string().nullable(),
}).meta({ id: 'AgeClaim' });

export const AccountAge = z
  .object({
    account: z.string(),
    ageBand: AgeBand.describe('The younger reading: what protects the account'),
    olderReading: AgeBand.nullable().describe('What limits the account as an actor, where it differs today'),
    assurance: Assurance.nullable(),
    confidence: z.number().nullable(),
    minor: z.boolean().describe('Protected as a minor; true also while nothing is known'),
    grown: z.boolean().describe('Could be grown; true also while nothing is known'),
    inDoubt: z.boolean(),
    claims: z.array(OpenClaim),
  })
  .meta({ id: 'AccountAge' });

function openClaim({
  claim,
  kind,
  from,
  to,
  assurance,
  confidence,
  at,
}: ClaimRow): z.infer<typeof OpenClaim> {
  return { id: claim, kind, from, to, assurance, confidence, at: at.toISOString() };
}

/** How old the platform knows an account to be today, and what waits for a person. */
export async function describeAge(
  tx: Tx,
  organisationId: string,
  account: string,
  now: Date,
): Promise<z.infer<typeof AccountAge>> {
  const { age } = await storedOf(tx, organisationId, account);
  const claims = await listClaims(tx, organisationId, { states: ['open'], limit: 10, account });
  const today = now.toISOString().slice(0, 10);
  const { band, minor, grown, ageInDoubt } = readAge(age, today);
  return {
    account,
    ageBand: band,
    olderReading: olderReading(age, today),
    assurance: age?.assurance ?? null,
    confidence: age?.confidence ?? null,
    minor,
    grown,
    inDoubt: ageInDoubt,
    claims: claims.map(openClaim),
  };
}

function olderReading(age: KnownAge | undefined, today: string): AgeBand | null {
  if (!age) return null;
  const { band, elder } = ageOn(age, today);
  return elder === undefined || elder === band ? null : elder;
}

/** Claims with risk and contacts, the urgent ones first. */
export async function describeClaims(
  tx: Tx,
  organisationId: string,
  claims: readonly ClaimRow[],
  now: Date,
): Promise<z.infer<typeof AgeClaim>[]> {
  const risks = await risksOf(
    tx,
    organisationId,
    claims.map(({ id }) => ({ account: id })),
    now,
  );
  const minors = await countMinorContacts(
    tx,
    organisationId,
    claims.map(({ id }) => id),
  );
  return claims
    .map((row, n) => {
      const risk = risks[n] ?? 'none';
      const minorContacts = minors.get(row.id) ?? 0;
      const isRisky = rank(risk) >= rank('elevated');
      return {
        ...openClaim(row),
        account: row.id,
        state: row.state,
        risk,
        minorContacts,
        urgent: row.state === 'open' && (isRisky || (row.kind === 'fall' && minorContacts > 0)),
        decidedBy: row.decidedBy,
        decidedAt: row.decidedAt?.toISOString() ?? null,
        note: row.note,
      };
    })
    .sort((one, other) => Number(other.urgent) - Number(one.urgent));
}
