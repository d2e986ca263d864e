import { createApiKey } from '../apps/server/src/base/api-keys.ts';
import type { Tx } from '../apps/server/src/base/database.ts';
import { insertOrganisation } from '../apps/server/src/base/organisation-store.ts';

/** A platform to measure with; returns its API key. */
export async function insertBenchPlatform(tx: Tx, id: string, now: Date): Promise<string> {
  await insertOrganisation(tx, {
    id,
    kind: 'platform',
    nameVi: 'Nền tảng đo tốc độ',
    nameEn: 'Speed bench platform',
    createdAt: now,
  });
  return createApiKey(tx, id, 'bench', now);
}
