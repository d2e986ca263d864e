import { createMD5, createSHA256 } from 'hash-wasm';

export interface Digests {
  md5: string;
  sha256: string;
}

const BYTES_AT_A_TIME = 1 << 20;

/** MD5 and SHA-256 of a file, read piece by piece. `progress` gets a share 0–1; null when `stopped` said so. */
export async function digestsOf(
  file: Blob,
  progress: (share: number) => void,
  stopped: () => boolean,
): Promise<Digests | null> {
  const [md5, sha256] = await Promise.all([createMD5(), createSHA256()]);
  for (let at = 0; at < file.size; at += BYTES_AT_A_TIME) {
    if (stopped()) return null;
    const bytes = new Uint8Array(await file.slice(at, at + BYTES_AT_A_TIME).arrayBuffer());
    md5.update(bytes);
    sha256.update(bytes);
    progress(Math.min(1, (at + BYTES_AT_A_TIME) / file.size));
  }
  return { md5: md5.digest(), sha256: sha256.digest() };
}

/** A nonce for which SHA-256(challenge:nonce) starts with `bits` zero bits: makes sending in masses cost time. */
export async function solvePuzzle({ challenge, bits }: { challenge: string; bits: number }): Promise<string> {
  const sha256 = await createSHA256();
  for (let nonce = 0; ; nonce++) {
    const hash = sha256.init().update(`${challenge}:${nonce}`).digest('binary');
    if (leadingZeroBits(hash) >= bits) return String(nonce);
  }
}

function leadingZeroBits(hash: Uint8Array): number {
  let bits = 0;
  for (const byte of hash) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}
