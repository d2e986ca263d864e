import { randomBytes } from 'node:crypto';
import { openEmbedded, type Tx } from '../../base/database.ts';
import { keysOf } from '../../base/keys.ts';
import { insertOrganisation } from '../../base/organisation-store.ts';
import type { AgeBand } from '../../base/vocabulary.ts';
import { readAge } from '../age.ts';
import { saveAges } from '../age-store.ts';
import { chooseSetting, storedOf } from '../choose-setting.ts';
import { effectiveSettings } from '../settings.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { inviteParent } from './invite-parent.ts';
import { createHashes } from './secrets.ts';
import { liftSuspension, suspendSupervisors } from './suspend-supervisors.ts';
import { takeStep } from './take-step.ts';

export const platform = '00000000-0000-4000-8000-0000000000a1';
export const helpline = '00000000-0000-4000-8000-0000000000a2';
export const counsellor = { organisationId: helpline, userId: 'counsellor' };
export const keys = keysOf(Buffer.alloc(32, 5));
export const hashes = createHashes(keys);
export const start = new Date('2026-11-25T08:00:00Z');
export const later = (hours: number) => new Date(start.getTime() + hours * 3_600_000);

/** A platform, a helpline and what families do there, on an embedded database: for tests. */
export async function openSupervisionStage() {
  const database = await openEmbedded();
  const system = <T>(work: (tx: Tx) => Promise<T>) => database.transaction('system', work);
  const tenant = <T>(work: (tx: Tx) => Promise<T>, organisation = platform) =>
    database.transaction({ organisation }, work);

  let made = 0;
  /** A fresh account of this age. */
  async function account(band: AgeBand = '13-15'): Promise<string> {
    const id = `kid-${++made}`;
    const age = { band, assurance: 'parent' as const, confidence: 0.9 };
    await system((tx) => saveAges(tx, [{ organisationId: platform, id, age, at: start }]));
    return id;
  }

  const invite = (of: string, at = start) =>
    tenant(async (tx) =>
      inviteParent(
        tx,
        { organisationId: platform, account: of, names: { parent: 'Mẹ' } },
        { hashes, sealer: await keys.sealerOf(tx, platform, at) },
        at,
      ),
    );
  const accept = (code: string, family: Uint8Array, at = start) =>
    system((tx) => acceptInvitation(tx, code, family, hashes, at));
  const young = (of: string, id: string, step: 'agreed' | 'declined' | 'ended', at = start) =>
    tenant((tx) =>
      takeStep(
        tx,
        { organisationId: platform, id, happening: { step }, by: { actor: 'young', id: `account:${of}` } },
        at,
      ),
    );
  /** An active supervision with a family key of its own. */
  async function supervised(of: string, family: Uint8Array = randomBytes(32)) {
    const { id, code } = await invite(of);
    await accept(code, family);
    await young(of, id, 'agreed');
    return { id, of: { organisationId: platform, id }, family };
  }
  const stored = (of: string) => tenant((tx) => storedOf(tx, platform, of));
  const values = async (of: string) => {
    const found = await stored(of);
    return effectiveSettings(readAge(found.age, '2026-11-25').band, found).values;
  };
  const choose = (of: string, setting: string, value: unknown) =>
    tenant((tx) => chooseSetting(tx, { organisationId: platform, account: of, setting, value }, start));
  const suspend = (of: string, number?: string, by = counsellor, at = start) =>
    system((tx) =>
      suspendSupervisors(
        tx,
        { platform, account: of, number, basis: 'helpline', reference: 'HS 12' },
        by,
        at,
      ),
    );
  const lift = (id: string) => system((tx) => liftSuspension(tx, id, counsellor, start));

  await system(async (tx) => {
    for (const [id, kind] of [
      [platform, 'platform'],
      [helpline, 'hotline'],
    ] as const)
      await insertOrganisation(tx, { id, kind, nameVi: kind, nameEn: kind, createdAt: start });
  });
  return {
    close: () => database.close(),
    system,
    tenant,
    account,
    invite,
    accept,
    young,
    supervised,
    stored,
    values,
    choose,
    suspend,
    lift,
  };
}
