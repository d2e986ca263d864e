import { z } from 'zod';
import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import { BankLookUp } from './bank-shapes.ts';
import type { BankWork } from './bank-work.ts';
import { bankPermissions, listBanks, signalDigits, signalKinds } from './banks/index.ts';
import type { HashLookup, LookedUp, Lookup } from './look-up-media.ts';

const hex = (digits: number) =>
  z
    .string()
    .trim()
    .toLowerCase()
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`), `must be ${digits} hexadecimal digits`);

const turned = ['rotate90', 'rotate180', 'rotate270', 'flipX', 'flipY', 'flipPlus1', 'flipMinus1'] as const;

/** The hashes of one picture. */
const Asked = z
  .strictObject({
    pdq: hex(signalDigits.pdq).optional(),
    pdqQuality: z.number().int().min(0).max(100).optional(),
    dihedral: z
      .array(z.strictObject({ orientation: z.enum(turned), pdq: hex(signalDigits.pdq) }))
      .max(turned.length)
      .optional()
      .describe('PDQ hashes of the picture turned and mirrored'),
    md5: hex(signalDigits.md5).optional(),
    sha1: hex(signalDigits.sha1).optional(),
    sha256: hex(signalDigits.sha256).optional(),
  })
  .refine((asked) => carried(asked).length > 0, 'needs one of pdq, md5, sha1, sha256');

const carried = (asked: LookedUp) =>
  signalKinds.filter((kind) => kind !== 'vpdq' && asked[kind] !== undefined);

/** What one hash of the picture is asked alone. */
function part(asked: LookedUp, kind: 'pdq' | 'md5' | 'sha1' | 'sha256'): LookedUp {
  if (kind !== 'pdq') return { [kind]: asked[kind] };
  return { pdq: asked.pdq, pdqQuality: asked.pdqQuality, dihedral: asked.dihedral };
}

/** A responder asks whether banks know a picture, by its hashes. Nothing of it is kept, also not in the audit log. */
export function addBankLookUpRoute(
  app: App,
  { guards, now }: Pick<Services, 'guards' | 'now'>,
  { read }: BankWork,
  lookUp: HashLookup,
): void {
  app.post(
    '/v1/banks/look-up',
    {
      schema: {
        summary: 'Look one picture up by its hashes; every bank is asked, also what is switched off',
        tags: ['banks'],
        security: [{ session: [] }],
        body: Asked,
        response: { 200: BankLookUp },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...bankPermissions['banks.read']);
      const asked = request.body;
      const kinds = carried(asked).flatMap((kind) => (kind === 'vpdq' ? [] : [kind]));
      return read(staff, async (tx) => {
        const items = [asked, ...kinds.map((kind) => part(asked, kind))].map((item) => ({
          ...item,
          everyBank: true,
        }));
        const found = await lookUp(tx, staff.organisationId, items, { now: now() });
        const [whole = { status: 'unavailable', why: 'no-hash' } as const, ...parts] = found.items;
        const banks = await listBanks(tx, staff.organisationId);
        return {
          ...said(whole),
          kinds: kinds.map((kind, at) => ({ kind, ...said(parts[at] ?? whole) })),
          matches: (whole.status === 'match' ? whole.matches : []).flatMap(
            ({ content, orientation = null, film: _, ...match }) =>
              content === null ? [] : [{ ...match, content, orientation }],
          ),
          banks: banks.map(({ name }) => name),
          switchedOff: banks.filter(({ enabledRatio }) => enabledRatio === 0).map(({ name }) => name),
          asOf: found.asOf.toISOString(),
        };
      });
    },
  );
}

function said(lookup: Lookup) {
  return { status: lookup.status, why: lookup.status === 'unavailable' ? lookup.why : null };
}
