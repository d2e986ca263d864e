/** What a sender has to solve, so that sending in masses costs time (respond/proof-of-work.ts). */
export interface Puzzle {
  challenge: string;
  bits: number;
}

/** A nonce for which SHA-256(challenge:nonce) starts with `bits` zero bits. */
export function solve({ challenge, bits }: Puzzle, sha256: (text: string) => Uint8Array): string {
  for (let nonce = 0; ; nonce++) {
    if (leadingZeroBits(sha256(`${challenge}:${nonce}`)) >= bits) return String(nonce);
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
