import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import type { Config } from './config.ts';
import { StartError } from './data-dir.ts';
import type { Tx } from './database.ts';
import { dataKey } from './schema.ts';

/** Seals and opens bytes under one organisation's data key (AES-256-GCM, random 96-bit nonce, NIST SP 800-38D). */
export interface Sealer {
  seal(plain: string): Uint8Array;
  /** Throws when the bytes were changed or sealed under another key. */
  open(sealed: Uint8Array): string;
}

export interface Keys {
  /** The organisation's sealer; makes its data key on first use. */
  sealerOf(tx: Tx, organisationId: string, now: Date): Promise<Sealer>;
  /** The organisation's sealer when this process used it before. */
  knownSealer(organisationId: string): Sealer | undefined;
  /** Forgets a cached key (after erasure). */
  forget(organisationId: string): void;
  /** 32 bytes for one named purpose (session signing, challenges), derived from the master key. */
  derive(purpose: string): Buffer;
}

/** Reads the master key from the configuration or `DATA_DIR/master.key` (made on first start, mode 0600). */
export async function openKeys(config: Config): Promise<Keys> {
  const master = config.masterKey
    ? Buffer.from(config.masterKey.expose(), 'hex')
    : await keyFile(config.dataDir);
  return keysOf(master);
}

export function keysOf(master: Buffer): Keys {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', master, '', `keben ${purpose}`, 32));
  const wrapping = sealerWith(derive('wrap data keys'));
  const cache = new Map<string, Sealer>();
  return {
    derive,
    knownSealer: (organisationId) => cache.get(organisationId),
    forget: (organisationId) => void cache.delete(organisationId),
    async sealerOf(tx, organisationId, now) {
      const cached = cache.get(organisationId);
      if (cached) return cached;
      const fresh = wrapping.seal(randomBytes(32).toString('hex'));
      await tx
        .insert(dataKey)
        .values({ organisationId, wrapped: fresh, createdAt: now })
        .onConflictDoNothing();
      const [row] = await tx.select().from(dataKey).where(eq(dataKey.organisationId, organisationId));
      if (!row) throw new Error(`data key of ${organisationId} vanished`);
      const sealer = sealerWith(Buffer.from(wrapping.open(row.wrapped), 'hex'));
      // A key made in a transaction that rolls back must not be remembered: cache only what was there before.
      if (Buffer.compare(row.wrapped, fresh) !== 0) cache.set(organisationId, sealer);
      return sealer;
    },
  };
}

/** HMAC-SHA-256 with a derived key, for tokens and pseudonyms. */
export function mac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** A sealer with a key of 32 bytes (AES-256-GCM; the nonce stands first, the tag last). */
export function sealerWith(bytes: Buffer): Sealer {
  const key = createSecretKey(bytes);
  return {
    seal(plain) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      return Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed) {
      const whole = Buffer.from(sealed);
      const decipher = createDecipheriv('aes-256-gcm', key, whole.subarray(0, 12));
      decipher.setAuthTag(whole.subarray(-16));
      return Buffer.concat([decipher.update(whole.subarray(12, -16)), decipher.final()]).toString('utf8');
    },
  };
}

async function keyFile(folder: string): Promise<Buffer> {
  const path = join(folder, 'master.key');
  try {
    await writeFile(path, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
    await chmod(path, 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
  const text = (await readFile(path, 'utf8')).trim();
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new StartError(
      `${path} does not hold 64 hexadecimal digits. Restore it from your backup: without it sealed texts cannot be read.`,
    );
  }
  return Buffer.from(text, 'hex');
}
