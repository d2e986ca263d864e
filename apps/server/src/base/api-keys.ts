import { createHash, randomBytes } from 'node:crypto';
import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from './database.ts';
import { apiKey } from './schema.ts';

/** Makes an API key for a platform: the key is shown once, only its SHA-256 is kept (it has 192 random bits). */
export async function createApiKey(
  tx: Tx,
  organisationId: string,
  label: string,
  now: Date,
): Promise<string> {
  const key = `kb_${randomBytes(24).toString('base64url')}`;
  await tx.insert(apiKey).values({ hash: hashOf(key), organisationId, label, createdAt: now });
  return key;
}

/** The organisation that a key belongs to, or undefined when it is not known or was revoked. */
export async function organisationOfKey(tx: Tx, key: string): Promise<string | undefined> {
  const [row] = await tx
    .select({ organisationId: apiKey.organisationId })
    .from(apiKey)
    .where(and(eq(apiKey.hash, hashOf(key)), isNull(apiKey.revokedAt)));
  return row?.organisationId;
}

export function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
