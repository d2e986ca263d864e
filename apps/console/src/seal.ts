import type { OrganisationKey } from './api.ts';

/** The organisation's key pair while it is unlocked: in memory of this page only. */
export interface KeyPair {
  publicKey: Uint8Array;
  privateKey: Uint8Array;
}

let unlocked: KeyPair | undefined;

export const currentKey = () => unlocked;

/** Locks the key again: the next person must know the passphrase. */
export function forgetKey(): void {
  unlocked = undefined;
}

// Loaded only when a thread is opened: it is larger than all the rest of the console.
async function load() {
  const { default: sodium } = await import('libsodium-wrappers-sumo');
  await sodium.ready;
  return sodium;
}

/** Opens the locked key with the passphrase (Argon2id, then secretbox). Throws when it does not fit. */
export async function unlock(key: OrganisationKey, passphrase: string): Promise<KeyPair> {
  const sodium = await load();
  const bytes = (text: string) => sodium.from_base64(text, sodium.base64_variants.ORIGINAL);
  const { wrapped } = key;
  const wrapping = sodium.crypto_pwhash(
    32,
    passphrase,
    bytes(wrapped.salt),
    wrapped.opslimit,
    wrapped.memlimit,
    sodium.crypto_pwhash_ALG_ARGON2ID13,
  );
  const privateKey = sodium.crypto_secretbox_open_easy(
    bytes(wrapped.secretKey),
    bytes(wrapped.nonce),
    wrapping,
  );
  unlocked = { publicKey: bytes(key.publicKey), privateKey };
  return unlocked;
}

export async function openSealed(sealed: string, key: KeyPair): Promise<string> {
  const sodium = await load();
  const bytes = sodium.from_base64(sealed, sodium.base64_variants.ORIGINAL);
  const plain = sodium.crypto_box_seal_open(bytes, key.publicKey, key.privateKey, 'text');
  return (JSON.parse(plain) as { text: string }).text;
}

/** The same text sealed for the organisation and for the reporter. */
export async function sealForBoth(text: string, key: KeyPair, reporterPublicKey: string) {
  const sodium = await load();
  const reporter = sodium.from_base64(reporterPublicKey, sodium.base64_variants.ORIGINAL);
  const seal = (publicKey: Uint8Array) =>
    sodium.to_base64(
      sodium.crypto_box_seal(JSON.stringify({ text }), publicKey),
      sodium.base64_variants.ORIGINAL,
    );
  return { organisation: seal(key.publicKey), reporter: seal(reporter) };
}
