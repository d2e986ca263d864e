import sodium from 'libsodium-wrappers-sumo';

/** Cost of turning digits into a seed: about a second on a cheap phone, 64 MiB (libsodium's "interactive" is 2 / 64 MiB). */
export const digitsCost = { opslimit: 2, memlimit: 67_108_864 } as const;

/** Sixteen decimal digits from the system's random source: what somebody keeps instead of an account. */
export async function newDigits(): Promise<string> {
  await sodium.ready;
  return Array.from({ length: 16 }, () => sodium.randombytes_uniform(10)).join('');
}

/** 32 bytes that follow from secret digits and a salt of 16 bytes: Argon2id (RFC 9106). */
export async function seedOfDigits(digits: string, salt: Uint8Array): Promise<Uint8Array> {
  await sodium.ready;
  return sodium.crypto_pwhash(
    32,
    digits,
    salt,
    digitsCost.opslimit,
    digitsCost.memlimit,
    sodium.crypto_pwhash_ALG_ARGON2ID13,
  );
}
