import sodium from 'libsodium-wrappers-sumo';
import { type Puzzle, solve } from './puzzle.ts';

/** What GET /v1/anonymous/channel tells about the receiver; keys and salt in base64. */
export interface Channel {
  organisation: { id: string; name: { vi: string; en: string } };
  publicKey: string;
  salt: string;
  opslimit: number;
  memlimit: number;
  pow: Puzzle;
}

export interface ReporterKeys {
  publicKey: Uint8Array;
  privateKey: Uint8Array;
  lookup: Uint8Array;
}

export interface Sealed {
  organisation: string;
  reporter: string;
}

const fromBase64 = (text: string) => sodium.from_base64(text, sodium.base64_variants.ORIGINAL);
export const toBase64 = (bytes: Uint8Array) => sodium.to_base64(bytes, sodium.base64_variants.ORIGINAL);

/** Resolves when the library can be used. */
export const ready: Promise<void> = sodium.ready;

/** Sixteen random decimal digits. */
export function newReceipt(): string {
  return Array.from({ length: 16 }, () => sodium.randombytes_uniform(10)).join('');
}

/** Keys that follow from a receipt; the same steps as apps/server/src/respond/receipt.ts. Takes about a second. */
export function keysOfReceipt(receipt: string, channel: Channel): ReporterKeys {
  const seed = sodium.crypto_pwhash(
    32,
    receipt,
    fromBase64(channel.salt),
    channel.opslimit,
    channel.memlimit,
    sodium.crypto_pwhash_ALG_ARGON2ID13,
  );
  const box = sodium.crypto_box_seed_keypair(sodium.crypto_generichash(32, 'keben-reporter-box', seed));
  const lookup = sodium.crypto_generichash(32, 'keben-reporter-lookup', seed);
  return { publicKey: box.publicKey, privateKey: box.privateKey, lookup };
}

/** Seals a text twice: for the organisation, and for the reporter to read it again. */
export function sealForBoth(text: string, channel: Channel, keys: ReporterKeys): Sealed {
  const plain = JSON.stringify({ text });
  return {
    organisation: toBase64(sodium.crypto_box_seal(plain, fromBase64(channel.publicKey))),
    reporter: toBase64(sodium.crypto_box_seal(plain, keys.publicKey)),
  };
}

/** Opens what was sealed for the reporter, or null when it cannot be opened. */
export function openSealed(sealed: string, keys: ReporterKeys): string | null {
  try {
    const plain = sodium.crypto_box_seal_open(fromBase64(sealed), keys.publicKey, keys.privateKey, 'text');
    return (JSON.parse(plain) as { text: string }).text;
  } catch {
    return null;
  }
}

/** The answer to a puzzle; see `solve`. */
export function solvePuzzle(puzzle: Puzzle): string {
  return solve(puzzle, (text) => sodium.crypto_hash_sha256(text));
}
