import sodium from 'libsodium-wrappers-sumo';
import { mac } from '../base/keys.ts';
import { seedOfDigits } from '../base/secret-digits.ts';

export interface ReporterKeys {
  publicKey: Uint8Array;
  privateKey: Uint8Array;
  /** Finds the thread; the server keeps only its SHA-256. */
  lookup: Uint8Array;
}

/** Salt of one organisation's receipts: 16 bytes, the same for as long as its master key lives. */
export function receiptSalt(secret: Buffer, organisationId: string): Uint8Array {
  return mac(secret, organisationId).subarray(0, 16);
}

/** Keys that follow from a receipt: Argon2id (RFC 9106), then one BLAKE2b per purpose. Same steps as in the browser. */
export async function keysOfReceipt(receipt: string, salt: Uint8Array): Promise<ReporterKeys> {
  const seed = await seedOfDigits(receipt, salt);
  const box = sodium.crypto_box_seed_keypair(sodium.crypto_generichash(32, 'keben-reporter-box', seed));
  return {
    publicKey: box.publicKey,
    privateKey: box.privateKey,
    lookup: sodium.crypto_generichash(32, 'keben-reporter-lookup', seed),
  };
}

/** Seals a message for a public key (libsodium sealed box): only the holder of the private key reads it. */
export async function sealFor(text: string, publicKey: Uint8Array): Promise<Uint8Array> {
  await sodium.ready;
  return sodium.crypto_box_seal(JSON.stringify({ text }), publicKey);
}

/** Opens a sealed message; throws when the key does not fit. */
export async function openSealed(
  sealed: Uint8Array,
  keys: { publicKey: Uint8Array; privateKey: Uint8Array },
): Promise<string> {
  await sodium.ready;
  const plain = sodium.crypto_box_seal_open(sealed, keys.publicKey, keys.privateKey, 'text');
  return (JSON.parse(plain) as { text: string }).text;
}
