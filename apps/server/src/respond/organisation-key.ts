import sodium from 'libsodium-wrappers-sumo';

/** An organisation's key for anonymous reports: the secret half is locked with a passphrase that the server never keeps. */
export interface OrganisationKey {
  publicKey: Uint8Array;
  wrapped: WrappedKey;
}

/** Base64 fields; opened in the browser with Argon2id(passphrase) and secretbox. */
export interface WrappedKey {
  secretKey: string;
  nonce: string;
  salt: string;
  opslimit: number;
  memlimit: number;
}

export async function makeOrganisationKey(passphrase: string): Promise<OrganisationKey> {
  await sodium.ready;
  const pair = sodium.crypto_box_keypair();
  const salt = sodium.randombytes_buf(sodium.crypto_pwhash_SALTBYTES);
  const nonce = sodium.randombytes_buf(sodium.crypto_secretbox_NONCEBYTES);
  const cost = { opslimit: 3, memlimit: 134_217_728 };
  const key = sodium.crypto_pwhash(
    32,
    passphrase,
    salt,
    cost.opslimit,
    cost.memlimit,
    sodium.crypto_pwhash_ALG_ARGON2ID13,
  );
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    publicKey: pair.publicKey,
    wrapped: {
      secretKey: base64(sodium.crypto_secretbox_easy(pair.privateKey, nonce, key)),
      nonce: base64(nonce),
      salt: base64(salt),
      ...cost,
    },
  };
}
